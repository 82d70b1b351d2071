internal import Units

/// The hot thread stood still for too long, and its orders were taken off for it.
public struct StallSection: Codable, Sendable {
    /// How often.
    public var stalls: Int
    /// The longest of those that ended, as far as it was watched, in nanoseconds.
    public var longestNs: Int64
    /// Orders that were open at such a time, and asked off the book by REST.
    public var withdrawnOrders: Int

    /// A section with every value stated.
    public init(stalls: Int, longestNs: Int64, withdrawnOrders: Int) {
        self.stalls = stalls
        self.longestNs = longestNs
        self.withdrawnOrders = withdrawnOrders
    }

    /// The section for a person.
    var text: String {
        "stood still \(stalls.counted("time")), longest \(longestNs / 1_000_000) ms; "
            + withdrawnOrders.counted("order") + " taken off meanwhile"
    }
}

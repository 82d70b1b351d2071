public import Units

/// Prints that are missing from the tape: others' volume, the share of it, the interval's VWAP and
/// what follows a share of the volume are without them.
public struct MissingPrintsSection: Codable, Sendable {
    /// Spans without prints.
    public var gaps: Int
    /// Their length in all, in nanoseconds.
    public var missingNs: Int64
    /// When the first began, by the venue's clock.
    public var fromAt: String
    /// When the last ended, likewise.
    public var toAt: String

    /// So many spans, from the first's beginning to the last's end.
    public init(gaps: Int, length: Nanoseconds, from start: Nanoseconds, to end: Nanoseconds) {
        self.gaps = gaps
        missingNs = length.count
        fromAt = start.utc(digits: 3)
        toAt = end.utc(digits: 3)
    }

    /// What an operator is to know of it.
    public var text: String {
        "prints are missing from \(fromAt) to \(toAt) (\(gaps.counted("gap")), "
            + "\(missingNs / 1_000_000) ms in all): others' volume, the interval's VWAP and our "
            + "share of the volume lack them"
    }
}

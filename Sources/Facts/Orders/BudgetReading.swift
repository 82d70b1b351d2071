public import Units

/// What a venue's reply says of the budget that its request was counted in.
public struct BudgetReading: Hashable, Sendable, BitwiseCopyable {
    /// Requests of its kind in a second; 0 when the reply did not say.
    public var limit: Int32
    /// How many of them were left after this one.
    public var left: Int32
    /// How long after the reply left the venue the budget comes back, by the venue's own clock;
    /// zero when it did not say, or the budget is not spent.
    public var resetsIn: Nanoseconds
    /// Whether the request was one of a batch, which the venue counts apart.
    public var isBatch: Bool

    /// A reading with every field stated; by default one that says nothing.
    @inlinable public init(
        limit: Int32 = 0,
        left: Int32 = 0,
        resetsIn: Nanoseconds = .zero,
        isBatch: Bool = false
    ) {
        self.limit = limit
        self.left = left
        self.resetsIn = resetsIn
        self.isBatch = isBatch
    }
}

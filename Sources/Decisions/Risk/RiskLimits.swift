public import Units

/// The limits a desk sets. Every one is checked on every order; none can be switched off.
public struct RiskLimits: Hashable, Sendable, BitwiseCopyable {
    /// Largest child, in lots of its instrument.
    public var maxChild: Quantity
    /// Largest child in the quote coin.
    public var maxChildNotional: Amount
    /// How far from the mid a price may lie, in basis points. Unit: 10⁻⁴.
    public var priceBandBps: Int64
    /// Oldest book that may be traded on.
    public var maxBookAge: Nanoseconds
    /// Requests in any one second, for each of place, amend and cancel.
    public var requestsPerSecond: Int64

    /// Limits with every value stated.
    public init(
        maxChild: Quantity,
        maxChildNotional: Amount = Amount(billionths: 1_000_000 * 1_000_000_000),
        priceBandBps: Int64 = 100,
        maxBookAge: Nanoseconds = .seconds(3),
        requestsPerSecond: Int64 = 10
    ) {
        self.maxChild = maxChild
        self.maxChildNotional = maxChildNotional
        self.priceBandBps = priceBandBps
        self.maxBookAge = maxBookAge
        self.requestsPerSecond = requestsPerSecond
    }
}

public import Units

/// The limits a desk sets. Every one is checked on every order, in the order of `RefusalReason`;
/// a limit left at its largest value holds nothing back.
public struct RiskLimits: Hashable, Sendable, BitwiseCopyable {
    /// Largest child, in lots of its instrument.
    public var maxChild: Quantity
    /// Largest child in the quote coin.
    public var maxChildNotional: Amount
    /// Largest parent, in lots of its instrument.
    public var maxParent = Quantity(lots: .max)
    /// Largest parent in the quote coin, at its arrival price.
    public var maxParentNotional = Amount(billionths: .max)
    /// How far from the mid a price may lie, in basis points. Unit: 10⁻⁴.
    public var priceBandBps: Int64
    /// How far from the mark price, where it is known. Unit: 10⁻⁴.
    public var markBandBps: Int64 = 500
    /// Oldest book that may be traded on.
    public var maxBookAge: Nanoseconds
    /// Longest silence of the private stream; its pongs count as words.
    public var maxPrivateAge = Nanoseconds.distantFuture
    /// Oldest word of the mark price that the collar around it may rest on, once it is known.
    public var maxMarkAge = Nanoseconds.distantFuture
    /// Largest error of our estimate of the venue's clock.
    public var maxClockError = Nanoseconds.milliseconds(500)
    /// Largest position in one instrument, long or short, with everything in flight. In lots.
    public var maxPosition = Quantity(lots: .max)
    /// Largest value of all positions together, long and short added, in the quote coin.
    public var maxGrossExposure = Amount(billionths: .max)
    /// Largest value of all positions as a multiple of the account's equity, in hundredths.
    public var maxLeveragePercent = Int64.max
    /// Least distance of the mid from the liquidation price. Unit: 10⁻⁴ of the mid.
    public var minLiquidationDistanceBps: Int64 = 500
    /// Largest loss in a day of UTC, in the quote coin: trading halts beyond it.
    public var maxDailyLoss = Amount(billionths: .max)
    /// Largest number of messages for each fill, once `freeMessages` were sent.
    public var maxMessagesPerFill = Int64.max
    /// Messages that are not held against the ratio.
    public var freeMessages: Int64 = 10_000
    /// Requests in any one second, for each of place, amend and cancel: the desk's own limit.
    public var requestsPerSecond: Int64
    /// What the venue lets the account ask for.
    public var venueRates = VenueRates()

    /// Limits on children, prices and rates; the others are open until they are set.
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

internal import Risk
public import Units

/// The desk's limits as a person states them: decimals, whole coins, shares. They become ticks and
/// lots once the instrument is known. What is nil is not limited.
public struct LimitRequest: Sendable {
    /// Largest child; nil leaves the venue's own maximum.
    public var maxChild: String?
    /// Largest child's value in whole units of the quote coin.
    public var maxChildNotional: Int64 = 1_000_000
    /// Largest parent.
    public var maxParent: String?
    /// Largest parent's value at its arrival price, in whole units of the quote coin.
    public var maxParentNotional: Int64?
    /// Largest position, long or short, with everything in flight.
    public var maxPosition: String?
    /// Largest value of all positions, in whole units of the quote coin.
    public var maxGrossExposure: Int64?
    /// Largest value of all positions as a multiple of the equity, in hundredths.
    public var maxLeveragePercent: Int64?
    /// Least distance of the mid from the liquidation price. Unit: 10⁻⁴.
    public var minLiquidationDistanceBps: Int64 = 500
    /// Largest loss in a day of UTC, in whole units of the quote coin.
    public var maxDailyLoss: Int64?
    /// How far from the mid a price may lie. Unit: 10⁻⁴.
    public var priceBandBps: Int64 = 100
    /// How far from the mark price a price may lie. Unit: 10⁻⁴.
    public var markBandBps: Int64 = 500
    /// Oldest book that may be traded on.
    public var maxBookAge = Nanoseconds.seconds(3)
    /// Oldest word of the mark price that may be traded on, once it is known.
    public var maxMarkAge = Nanoseconds.seconds(10)
    /// Longest silence of the account stream, its pongs included, in which orders may leave.
    public var maxPrivateAge = Nanoseconds.seconds(5)
    /// Largest error of our estimate of the venue's clock.
    public var maxClockError = Nanoseconds.milliseconds(500)
    /// Messages a fill, once 10,000 were sent.
    public var maxMessagesPerFill: Int64?
    /// Requests a second, for each of place, amend and cancel, by the desk's own rule; nil for as
    /// many as the venue takes.
    public var requestsPerSecond: Int64?
    /// What the venue takes of the account.
    public var tier = AccountTier.none
    /// Whether the venue takes several orders in one message.
    public var takesBatches = true

    /// The defaults.
    public init() {}

    /// The limits in lots and billionths of `instrument`.
    func limits(_ instrument: Instrument) throws(SessionError) -> RiskLimits {
        func lots(_ text: String?, _ what: String) throws(SessionError) -> Quantity? {
            guard let text else { return nil }
            return Quantity(lots: try Preparation.steps(text, instrument.lot, what, "lot"))
        }
        func amount(_ coins: Int64?) -> Amount {
            let billionths = coins?.multipliedReportingOverflow(by: 1_000_000_000)
            guard let billionths, !billionths.overflow else { return Amount(billionths: .max) }
            return Amount(billionths: billionths.partialValue)
        }
        var limits = RiskLimits(
            maxChild: try lots(maxChild, "largest child") ?? instrument.quantityRange.upperBound,
            maxChildNotional: amount(maxChildNotional),
            priceBandBps: priceBandBps,
            maxBookAge: maxBookAge,
            requestsPerSecond: requestsPerSecond ?? tier.fastest
        )
        limits.venueRates = tier.rates
        if !takesBatches {
            limits.venueRates.linearBatch = 0
            limits.venueRates.spotBatch = 0
        }
        limits.maxParent = try lots(maxParent, "largest parent") ?? limits.maxParent
        limits.maxParentNotional = amount(maxParentNotional)
        limits.maxPosition = try lots(maxPosition, "largest position") ?? limits.maxPosition
        limits.maxGrossExposure = amount(maxGrossExposure)
        limits.maxLeveragePercent = maxLeveragePercent ?? limits.maxLeveragePercent
        limits.minLiquidationDistanceBps = minLiquidationDistanceBps
        limits.maxDailyLoss = amount(maxDailyLoss)
        limits.markBandBps = markBandBps
        limits.maxMarkAge = maxMarkAge
        limits.maxPrivateAge = maxPrivateAge
        limits.maxClockError = maxClockError
        limits.maxMessagesPerFill = maxMessagesPerFill ?? limits.maxMessagesPerFill
        return limits
    }
}

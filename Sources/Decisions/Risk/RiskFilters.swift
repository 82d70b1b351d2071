public import Units

/// One instrument's limits in ticks, lots and tick·lots, converted once at set-up so that a check
/// is a comparison of integers.
public struct RiskFilters: Hashable, Sendable, BitwiseCopyable {
    /// Product class, by which the venue counts requests.
    public let category: ProductCategory
    /// Lowest and highest price the venue takes.
    public private(set) var lowestPrice: Price
    /// Highest price the venue takes.
    public private(set) var highestPrice: Price
    /// Smallest quantity the venue takes.
    public private(set) var minChild: Quantity
    /// The smaller of the venue's and the desk's largest quantity; never more than is countable.
    public private(set) var maxChild: Quantity
    /// Least notional the venue takes, rounded up.
    public private(set) var minNotional: Notional
    /// Largest notional the desk allows, rounded down.
    public let maxNotional: Notional
    /// Largest parent's notional, rounded down.
    let maxParentNotional: Notional
    /// One tick·lot is `quoteNumerator` / `quoteDenominator` billionths of the quote coin.
    let quoteNumerator: Int128
    let quoteDenominator: Int128
    /// The same where it is a whole number of billionths that fits; else 0.
    let wholeBillionths: Int64

    /// The filters of `instrument` under `limits`.
    public init(_ instrument: Instrument, _ limits: RiskLimits) {
        category = instrument.category
        lowestPrice = instrument.priceRange.lowerBound
        highestPrice = instrument.priceRange.upperBound
        minChild = instrument.quantityRange.lowerBound
        maxChild = RiskFilters.largest(instrument.quantityRange.upperBound, limits)
        let (tick, lot) = (instrument.tick, instrument.lot)
        minNotional = RiskFilters.notional(instrument.minimumNotional, tick, lot, roundUp: true)
        maxNotional = RiskFilters.notional(limits.maxChildNotional, tick, lot, roundUp: false)
        maxParentNotional = RiskFilters.notional(
            limits.maxParentNotional,
            tick,
            lot,
            roundUp: false
        )
        let decimals = instrument.tick.decimals + instrument.lot.decimals
        var numerator = Int128(instrument.tick.multiplier) * Int128(instrument.lot.multiplier)
        var denominator: Int128 = 1
        for _ in 0..<max(0, 9 - decimals) { numerator *= 10 }
        for _ in 0..<max(0, decimals - 9) { denominator *= 10 }
        quoteNumerator = numerator
        quoteDenominator = denominator
        wholeBillionths = denominator == 1 ? Int64(exactly: numerator) ?? 0 : 0
    }

    private static func largest(_ stated: Quantity, _ limits: RiskLimits) -> Quantity {
        min(min(stated, limits.maxChild), .countable)
    }

    /// The venue states other bounds of prices.
    public mutating func take(lowest: Price, highest: Price) {
        lowestPrice = lowest
        highestPrice = highest
    }

    /// The venue states other quantities; the desk's own limit stays.
    public mutating func take(smallest: Quantity, largest: Quantity, _ limits: RiskLimits) {
        minChild = smallest
        maxChild = RiskFilters.largest(largest, limits)
    }

    /// The venue states another least value, in the quote coin of an instrument with these steps.
    public mutating func take(
        minimumNotional amount: Amount,
        _ tick: DecimalScale,
        _ lot: DecimalScale
    ) {
        minNotional = RiskFilters.notional(amount, tick, lot, roundUp: true)
    }

    /// Whether a parent of `quantity` is worth no more than one may be, at a mid.
    public func isParent(_ quantity: Quantity, at midHalfTicks: Int64) -> Bool {
        Int128(quantity.lots) * Int128(midHalfTicks) <= 2 * maxParentNotional.tickLots
    }

    /// Half tick·lots in billionths of the quote coin, towards zero, or the nearest that fits.
    func billionths(halfTickLots value: Int128) -> Int64 {
        let (product, overflows) = value.multipliedReportingOverflow(by: quoteNumerator)
        if overflows { return value < 0 ? .min : .max }
        return Int64(clamping: product / (2 * quoteDenominator))
    }

    /// Whether `lots` at `price` are worth no more than `room`; multiplies instead of dividing.
    ///
    /// In 64 bits where that holds the worth, which is then less than any account's.
    @inline(__always)
    func fits(_ lots: Int64, _ price: Price, in room: Amount) -> Bool {
        let (value, valueOverflows) = lots.multipliedReportingOverflow(by: price.ticks)
        let (worth, worthOverflows) = value.multipliedReportingOverflow(by: wholeBillionths)
        if wholeBillionths == 0 || valueOverflows || worthOverflows {
            return fitsWide(lots, price, in: room)
        }
        return worth <= room.billionths
    }

    @inline(never)
    private func fitsWide(_ lots: Int64, _ price: Price, in room: Amount) -> Bool {
        let value = Int128(lots) &* Int128(price.ticks)
        let (worth, overflows) = value.multipliedReportingOverflow(by: quoteNumerator)
        return !overflows && worth <= Int128(room.billionths) * quoteDenominator
    }

    /// The smallest order at `price` that passes both the venue's quantity and notional minimum.
    ///
    /// Where the smallest quantity is worth enough, as nearly everywhere, nothing is divided.
    @inlinable @inline(__always)
    public func smallestOrder(at price: Price) -> Quantity {
        let ticks = max(1, price.ticks)
        if Notional(Price(ticks: ticks), minChild) >= minNotional { return minChild }
        let byNotional = RiskFilters.quotient(minNotional.tickLots + Int128(ticks - 1), ticks)
        return max(minChild, Quantity(lots: byNotional))
    }

    /// The largest order at `price` that passes the desk's quantity and notional limits.
    @inlinable @inline(__always)
    public func largestOrder(at price: Price) -> Quantity {
        let ticks = max(1, price.ticks)
        if Notional(Price(ticks: ticks), maxChild) <= maxNotional { return maxChild }
        let byNotional = RiskFilters.quotient(maxNotional.tickLots, ticks)
        return min(maxChild, Quantity(lots: byNotional))
    }

    /// The quotient, clamped. Nearly every notional fits 64 bits, where a division costs a quarter.
    @usableFromInline static func quotient(_ notional: Int128, _ ticks: Int64) -> Int64 {
        if let small = Int64(exactly: notional) { return small / ticks }
        return Int64(clamping: notional / Int128(ticks))
    }

    /// `amount` of the quote coin in tick·lots of an instrument with these steps.
    private static func notional(
        _ amount: Amount,
        _ tick: DecimalScale,
        _ lot: DecimalScale,
        roundUp: Bool
    ) -> Notional {
        let decimals = tick.decimals + lot.decimals
        var numerator = Int128(amount.billionths)
        var denominator = Int128(tick.multiplier) * Int128(lot.multiplier)
        for _ in 0..<max(0, decimals - 9) { numerator *= 10 }
        for _ in 0..<max(0, 9 - decimals) { denominator *= 10 }
        let quotient = numerator / denominator
        let isExact = quotient * denominator == numerator
        return Notional(tickLots: roundUp && !isExact ? quotient + 1 : quotient)
    }
}

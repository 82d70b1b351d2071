internal import Units

extension Instrument {
    /// An instrument as the loopback venue trades it: the steps that its recordings have, or those
    /// given, and limits in Bybit's likeness.
    init(
        loopback symbol: String,
        _ category: ProductCategory,
        tick: DecimalScale?,
        lot: DecimalScale?,
        id: InstrumentID
    ) {
        let steps = Instrument.usualSteps(symbol, category) ?? Instrument.steps(category)
        let quote = symbol.hasSuffix("USDC") ? "USDC" : "USDT"
        let largest = Instrument.largestOrder(tick, lot, category)
        let base = symbol.hasSuffix(quote) ? String(symbol.dropLast(quote.utf8.count)) : symbol
        self.init(
            id: id,
            category: category,
            symbol: symbol,
            baseCoin: base,
            quoteCoin: quote,
            tick: tick ?? steps.tick,
            lot: lot ?? steps.lot,
            priceRange: Price(ticks: 1)...Price(ticks: 199_999_998),
            quantityRange: Quantity(lots: 1)...largest,
            minimumNotional: Amount(billionths: 5_000_000_000)
        )
    }

    /// The largest order: as many lots as of BTC; where steps are given, as many more as make it
    /// worth 100,000 of the quote coin at a thousand ticks, for a lot of a cheap coin is worth next
    /// to nothing.
    private static func largestOrder(
        _ tick: DecimalScale?,
        _ lot: DecimalScale?,
        _ category: ProductCategory
    ) -> Quantity {
        let usual: Int64 = category == .linear ? 1_190_000 : 8_300_000
        guard let tick, let lot else { return Quantity(lots: usual) }
        let worth = 100_000 / (1_000 * tick.step * lot.step)
        return Quantity(lots: max(usual, Int64(min(worth, 1e12))))
    }

    typealias Steps = (tick: DecimalScale, lot: DecimalScale)

    /// The steps that Bybit has for a market, where they are known here.
    static func usualSteps(_ symbol: String, _ category: ProductCategory) -> Steps? {
        switch (symbol, category) {
        case ("BTCUSDT", .linear), ("BTCUSDT", .spot): steps(category)
        case ("ETHUSDT", .linear): (scale(2), scale(3))
        case ("XRPUSDT", .linear): (scale(4), scale(0))
        default: nil
        }
    }

    /// Those of BTCUSDT.
    private static func steps(_ category: ProductCategory) -> Steps {
        category == .spot ? (scale(2), scale(5)) : (scale(1), scale(3))
    }

    private static func scale(_ decimals: Int) -> DecimalScale {
        DecimalScale(multiplier: 1, decimals: decimals)
    }
}

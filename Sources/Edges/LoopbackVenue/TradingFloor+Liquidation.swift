internal import Orders
internal import Units

extension TradingFloor {
    /// The share of a position's value that an account must be worth: that of the only risk tier.
    private static let maintenanceMargin = 0.005

    /// Where the account would be liquidated by a market's own moves, by position index: the price
    /// P at which what it is worth is the maintenance margin of what it holds there.
    ///
    ///     wallet + Σ qᵢ (P − eᵢ) = m P Σ |qᵢ|
    ///
    /// It is told of the position that the market would have to move against: the larger of two.
    /// Nil for nowhere. Other markets count at their entry.
    func liquidationPrices(_ desk: MarketDesk) -> [Price?] {
        var prices: [Price?] = [nil, nil, nil]
        let gross = desk.positions.reduce(0.0) { $0 + Double(abs($1.lots)) }
        let net = Double(desk.netLots)
        guard net != 0 else { return prices }
        let cost = desk.positions.reduce(0.0) {
            $0 + ($1.lots < 0 ? -1 : 1) * Double($1.entryTickLots)
        }
        let instrument = desk.instrument
        let tickLot = instrument.tick.step * instrument.lot.step
        let coins = Double(wallet().balance(instrument.quoteCoin)) / 1e9
        let exposure = net - TradingFloor.maintenanceMargin * gross
        let ticks = ((cost - coins / tickLot) / exposure).rounded()
        guard (net > 0) == (exposure > 0), ticks >= 1, ticks < 1e15 else { return prices }
        let index = desk.opening.isHedged ? (net > 0 ? 1 : 2) : 0
        prices[index] = Price(ticks: Int64(ticks))
        return prices
    }
}

extension MarketDesk {
    /// What closing a position at the middle of the book would bring.
    func unrealisedProfit(_ index: Int) -> Amount {
        let position = positions[index]
        // An empty book says nothing.
        guard referenceTicks > 0 else { return .zero }
        let sign: Int128 = position.lots < 0 ? -1 : 1
        let value = Int128(position.lots) * Int128(referenceTicks)
        return instrument.amount(Notional(tickLots: value - sign * position.entryTickLots))
    }
}

internal import Book
internal import Orders
internal import Risk
internal import Units

extension Engine {
    mutating func observe(_ event: AccountEvent, _ now: Nanoseconds) {
        switch event {
        case .opening(let id, let position):
            guard let market = market(id) else { return skip() }
            begin(market, .oneWay(position))
            reckon(market)
        case .openingHedged(let id, let long, let short):
            guard let market = market(id) else { return skip() }
            begin(market, .hedged(long: long, short: short))
            reckon(market)
        case .stated(let id, let leg, let held, let changedAt):
            guard let market = market(id) else { return skip() }
            return observeStated(market, leg, held, changedAt)
        case .earlierToday(let id, let moved, let cash):
            guard let market = market(id) else { return skip() }
            markets[market].earlier = EarlierToday(moved: moved, cash: cash)
            reckon(market)
        case .equity(let equity):
            gate.account.equity = equity
        case .liquidation(let id, let leg, let price):
            guard let market = market(id) else { return skip() }
            markets[market].liquidations[Int(leg.rawValue)] = price
        case .priceLimits(let id, let highestBuy, let lowestSell):
            guard let market = market(id) else { return skip() }
            markets[market].highestBuy = highestBuy
            markets[market].lowestSell = lowestSell
        case .priceRange(let id, let lowest, let highest):
            guard let market = market(id) else { return skip() }
            markets[market].filters.take(lowest: lowest, highest: highest)
            wakeAll(market)
        case .quantityRange(let id, let smallest, let largest):
            guard let market = market(id) else { return skip() }
            let limits = configuration.limits
            markets[market].filters.take(smallest: smallest, largest: largest, limits)
            wakeAll(market)
        case .minimumNotional(let id, let amount):
            guard let market = market(id) else { return skip() }
            let (tick, lot) = (markets[market].tick, markets[market].lot)
            markets[market].filters.take(minimumNotional: amount, tick, lot)
            wakeAll(market)
        case .trading(let id, let isTrading):
            guard let market = market(id) else { return skip() }
            markets[market].isTrading = isTrading
        case .clockError(let error):
            gate.clockError = error
        case .privateHeard:
            gate.privateHeardAt = now
        case .positionDiffers:
            gate.halt()
            touched = nil
            return stopAll(.positionDiffers, now)
        case .spent(let request):
            guard market(request.instrument) != nil else { return skip() }
            gate.budget.enter(request, category(request.instrument), now: now)
        case .stepsChanged(let id):
            guard let market = market(id) else { return skip() }
            markets[market].isTrading = false
            touched = market
            for i in 0..<markets[market].parentCount {
                stop(Int(markets[market].parents[i]), .stepsChanged, now)
            }
            return
        }
        skip()
    }

    /// What a quiet parent has found may not hold any more.
    private mutating func wakeAll(_ market: Int) {
        for i in 0..<markets[market].parentCount { quiet[Int(markets[market].parents[i])].wake() }
    }

    private mutating func begin(_ market: Int, _ position: VenuePosition) {
        let opening = markets[market].opening
        markets[market].held = markets[market].held.rebased(from: opening, to: position)
        markets[market].opening = position
        markets[market].untold = .init(repeating: 0)
        markets[market].knowsOpening = true
    }

    mutating func observe(_ ticker: TickerUpdate, _ now: Nanoseconds) {
        skip()
        guard let market = market(ticker.instrument) else { return }
        if let mark = ticker.markPrice {
            let halfTicks = markets[market].halfTicks(mark)
            // What is no price confirms none.
            guard (1...(1 << 61)).contains(halfTicks) else { return }
            markets[market].markHalfTicks = halfTicks
        }
        // What a message leaves out has not changed, so every message confirms the mark.
        markets[market].markAt = now
        if let rate = ticker.fundingRateE9 { markets[market].fundingRateE9 = rate }
        if let time = ticker.nextFundingAt { markets[market].nextFundingAt = time }
    }

    /// Brings the account's figures for one instrument up to date.
    mutating func reckon(_ market: Int) {
        gate.account.update(
            market,
            position: markets[market].gross,
            own: markets[market].position,
            fees: markets[market].fees,
            midHalfTicks: markets[market].midHalfTicks,
            markets[market].filters,
            earlier: markets[market].earlier
        )
    }

    /// Looks at the day's loss; beyond its limit everything stops until a person resumes, but what
    /// only closes a position.
    mutating func keepAccount(_ now: Nanoseconds) {
        for market in 0..<marketCount where markets[market].isAccounted { reckon(market) }
        gate.account.keepDay(now)
        guard gate.isLossExceeded, gate.state == .active else { return }
        gate.state = .reducing
        for slot in 0..<parentCount where !parents[slot].order.reduceOnly {
            stop(slot, .lossLimit, now)
        }
    }

    private mutating func market(_ id: InstrumentID) -> Int? {
        Int(id.index) < marketCount ? Int(id.index) : nil
    }
}

public import Book
internal import Orders
public import Units

extension Exchange {
    /// Takes in what the feed shows: a whole book, or the levels that changed.
    public mutating func show(
        _ kind: DepthUpdate.Kind,
        bids bidChanges: [LevelChange],
        asks askChanges: [LevelChange],
        now: Nanoseconds
    ) {
        if kind == .snapshot { clear() }
        for change in bidChanges { show(.buy, change) }
        for change in askChanges { show(.sell, change) }
        if kind == .snapshot { forgetQueues() }
        fillCrossed(now)
    }

    /// Takes in one of the feed's trades: what stands first at and beyond its price fills first, and
    /// what is not ours prints as the feed's own.
    public mutating func trade(_ trade: Trade, now: Nanoseconds) {
        let own = trade.isBlock || trade.isRPI ? 0 : fillResting(trade, now)
        let others = trade.quantity.lots - own
        guard others > 0 else { return }
        let print = ExchangePrint(
            source: .feed(trade.id),
            price: trade.price,
            quantity: Quantity(lots: others),
            aggressor: trade.aggressor,
            isBlock: trade.isBlock,
            isRPI: trade.isRPI,
            at: now
        )
        events.append(.print(print))
    }

    /// Fills our orders that the feed's taker would have met; returns how many lots it was.
    private mutating func fillResting(_ trade: Trade, _ now: Nanoseconds) -> Int64 {
        let side = trade.aggressor.opposite
        var left = trade.quantity.lots
        var passed: Int64 = 0
        var own: Int64 = 0
        for index in queue(side) {
            var order = resting[index]
            if side.isBetter(trade.price, than: order.price) { break }
            // At its price it moves up by what passed before it, even when nothing is left for it.
            if order.price == trade.price {
                let others = min(max(0, order.ahead.lots - passed), left)
                passed += others
                left -= others
                order.ahead.lots = max(0, order.ahead.lots - passed)
            }
            let lots = min(order.leaves.lots, left)
            if lots > 0 {
                left -= lots
                own += lots
                fill(&order, order.price, Quantity(lots: lots), isMaker: true, now)
                touch(side, order.price)
                settle(&order, now)
            }
            resting[index] = order
        }
        resting.removeAll { $0.leaves.lots == 0 }
        let others = trade.quantity.lots - own
        if side == .buy {
            bids.trade(others, at: trade.price)
        } else {
            asks.trade(others, at: trade.price)
        }
        return own
    }

    /// Positions of our orders on `side` in the order a taker meets them: best price, then oldest.
    private func queue(_ side: Side) -> [Int] {
        resting.indices.filter { resting[$0].side == side }.sorted {
            resting[$0].price == resting[$1].price
                ? $0 < $1 : side.isBetter(resting[$0].price, than: resting[$1].price)
        }
    }

    /// Tells an order's state after a fill as a maker.
    private mutating func settle(_ order: inout ExchangeOrder, _ now: Nanoseconds) {
        if order.leaves.lots == 0 {
            end(&order, .filled, .none, now)
        } else {
            events.append(.order(order))
        }
    }

    private mutating func clear() {
        for side in [Side.buy, .sell] {
            let shown = side == .buy ? bids : asks
            for level in shown.levels { touch(side, shown.price(level)) }
        }
        bids.removeAll()
        asks.removeAll()
    }

    /// Nobody stands ahead at a price that a new book does not show.
    private mutating func forgetQueues() {
        for index in resting.indices {
            let side = resting[index].side == .buy ? bids : asks
            let shown = side.level(resting[index].price)?.feed ?? 0
            resting[index].ahead.lots = min(resting[index].ahead.lots, shown)
        }
    }

    private mutating func show(_ side: Side, _ change: LevelChange) {
        let old = side == .buy ? bids.set(change) : asks.set(change)
        let price = Price(ticks: change.ticks)
        touch(side, price)
        // What left the level and did not trade was cancelled: before us or behind us, so it is
        // credited in proportion to what stood ahead.
        let before = old?.feed ?? 0
        let cancelled = before - (old?.traded ?? 0) - change.lots
        for index in resting.indices
        where resting[index].side == side && resting[index].price == price {
            var ahead = resting[index].ahead.lots
            if cancelled > 0 && before > 0 {
                let credit = Int128(cancelled) * Int128(ahead) / Int128(before)
                ahead -= Int64(credit)
            }
            resting[index].ahead.lots = max(0, min(ahead, change.lots))
        }
    }

    /// Fills our orders whose price the feed's other side has reached, against what it shows there.
    private mutating func fillCrossed(_ now: Nanoseconds) {
        var didFill = false
        for index in queue(.buy) + queue(.sell) {
            var order = resting[index]
            let opposite = order.side.opposite
            var at = 0
            while order.leaves.lots > 0 {
                let shown = opposite == .buy ? bids : asks
                guard at < shown.levels.count else { break }
                let level = shown.levels[at]
                guard order.side.crosses(order.price, shown.price(level)) else { break }
                let lots = min(level.available, order.leaves.lots)
                if lots > 0 {
                    if opposite == .buy {
                        bids.consume(lots, at: at)
                    } else {
                        asks.consume(lots, at: at)
                    }
                    touch(opposite, shown.price(level))
                    touch(order.side, order.price)
                    fill(&order, order.price, Quantity(lots: lots), isMaker: true, now)
                    didFill = true
                    settle(&order, now)
                }
                at += 1
            }
            resting[index] = order
        }
        if didFill { resting.removeAll { $0.leaves.lots == 0 } }
    }
}

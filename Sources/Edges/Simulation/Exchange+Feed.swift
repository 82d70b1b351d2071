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
        if kind == .snapshot {
            // A new whole book is the changes that lead to it: what we took of a level that stays
            // the same stays taken.
            remove(.buy, missingFrom: bidChanges)
            remove(.sell, missingFrom: askChanges)
        }
        show(.buy, bidChanges)
        show(.sell, askChanges)
        uncrossFeed()
        fillCrossed(now)
        trimReducing(now)
    }

    /// Takes in one of the feed's trades: what stands first at and beyond its price fills first,
    /// and what is not ours prints as the feed's own.
    public mutating func trade(_ trade: Trade, now: Nanoseconds) {
        let own = trade.isBlock || trade.isRPI ? 0 : fillResting(trade, now)
        trimReducing(now)
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
                if order.ahead != Exchange.unknownAhead {
                    order.ahead.lots = max(0, order.ahead.lots - passed)
                }
            } else {
                // The taker went past its price: everybody ahead was served before.
                order.ahead = .zero
            }
            let lots = min(fillable(order).lots, left)
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
        // The feed's level falls by the whole trade, our part of it included.
        if side == .buy {
            bids.trade(trade.quantity.lots, at: trade.price)
        } else {
            asks.trade(trade.quantity.lots, at: trade.price)
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

    private mutating func remove(_ side: Side, missingFrom book: [LevelChange]) {
        let kept = Set(book.map(\.ticks))
        let shown = side == .buy ? bids : asks
        let gone = shown.levels.map { shown.price($0).ticks }.filter { !kept.contains($0) }
        show(side, gone.map { LevelChange(ticks: $0, lots: 0) })
    }

    private mutating func show(_ side: Side, _ changes: [LevelChange]) {
        var before: [ShownSide.Level?] = []
        before.reserveCapacity(changes.count)
        for change in changes {
            before.append(side == .buy ? bids.set(change) : asks.set(change))
            touch(side, Price(ticks: change.ticks))
        }
        // The queues move when the whole message is in: only then is the window's end known.
        if !resting.isEmpty {
            for (change, old) in zip(changes, before) { advance(side, change, from: old) }
        }
        if side == .buy { bids.forgetTrades() } else { asks.forgetTrades() }
    }

    /// Moves our orders at a level forward by what was cancelled there.
    private mutating func advance(
        _ side: Side,
        _ change: LevelChange,
        from old: ShownSide.Level?
    ) {
        let price = Price(ticks: change.ticks)
        let shown = side == .buy ? bids : asks
        // The level left the feed's window: out of sight is not cancelled.
        if change.lots == 0 && shown.isBeyondWindow(price) { return }
        // What left the level and did not trade was cancelled: before us or behind us, so it is
        // credited in proportion to what stood ahead.
        let before = max(0, (old?.feed ?? 0) - (old?.traded ?? 0))
        let cancelled = max(0, before - change.lots)
        for index in resting.indices
        where resting[index].side == side && resting[index].price == price {
            var ahead = resting[index].ahead.lots
            if old != nil {
                ahead = min(ahead, before)
                if before > 0 {
                    ahead -= Int64(Int128(cancelled) * Int128(ahead) / Int128(before))
                }
            }
            resting[index].ahead.lots = min(ahead, change.lots)
        }
    }

    /// A feed that crosses itself (a bad recording) loses what overlaps: nobody could see it stand.
    private mutating func uncrossFeed() {
        while let bid = bids.bestAvailable, let ask = asks.bestAvailable {
            let bidPrice = bids.price(bids.levels[bid])
            let askPrice = asks.price(asks.levels[ask])
            guard bidPrice >= askPrice else { return }
            let lots = min(bids.levels[bid].available, asks.levels[ask].available)
            bids.consume(lots, at: bid)
            asks.consume(lots, at: ask)
            touch(.buy, bidPrice)
            touch(.sell, askPrice)
        }
    }

    /// Fills our orders whose price the feed's other side has reached, against what it shows there.
    private mutating func fillCrossed(_ now: Nanoseconds) {
        var didFill = false
        for index in queue(.buy) + queue(.sell) {
            var order = resting[index]
            let opposite = order.side.opposite
            var at = 0
            while fillable(order).lots > 0 {
                let shown = opposite == .buy ? bids : asks
                guard at < shown.levels.count else { break }
                let level = shown.levels[at]
                guard order.side.crosses(order.price, shown.price(level)) else { break }
                let lots = min(level.available, fillable(order).lots)
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

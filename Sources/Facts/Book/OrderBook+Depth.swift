public import Units

/// What taking from one side of a book would bring.
public struct Sweep: Hashable, Sendable, BitwiseCopyable {
    /// What the levels hold, up to the quantity asked for.
    public var filled: Quantity
    /// Its exact price times quantity.
    public var notional: Notional
    /// The last level's price; meaningless while `filled` is zero.
    public var worst: Price
    /// Levels touched.
    public var levels: Int

    /// The average price in ticks, for models; NaN while nothing is filled.
    @inlinable public var averageTicks: Double {
        Double(notional.tickLots) / Double(filled.lots)
    }
}

extension OrderBook {
    /// What an order of `taker` for `quantity` would trade against at once, no worse than `limit`.
    ///
    /// - Complexity: O(levels touched + ticks between them / 8); bench `book.walk.50`.
    public func sweep(_ taker: Side, _ quantity: Quantity, limit: Price? = nil) -> Sweep {
        let resting = taker.opposite
        let flip = OrderBook.flip(resting)
        let lastKey = limit.map { $0.ticks ^ flip } ?? LevelRing.lastKey
        let walk = walk(resting, lots: quantity.lots, through: lastKey)
        return Sweep(
            filled: Quantity(lots: walk.lots),
            notional: Notional(tickLots: OrderBook.tickLots(walk, resting)),
            worst: Price(ticks: walk.levels > 0 ? walk.worst ^ flip : 0),
            levels: walk.levels
        )
    }

    /// The quantity resting on `side` within `ticks` of its best price, both ends included; none
    /// within a negative distance.
    ///
    /// - Complexity: as `sweep`.
    public func depth(_ side: Side, withinTicks ticks: Int64) -> Quantity {
        let best = side == .buy ? state.pointee.bids.best : state.pointee.asks.best
        let (key, overflows) = best.addingReportingOverflow(ticks)
        return depth(side, upTo: overflows ? LevelRing.lastKey : key)
    }

    /// The quantity resting on `side` no farther than `bps` of a hundredth of a percent from the
    /// mid.
    ///
    /// Zero when a side is empty: without a mid there is no distance.
    ///
    /// - Complexity: as `sweep`.
    public func depth(_ side: Side, withinBps bps: Double) -> Quantity {
        let quote = bbo
        guard quote.isTwoSided else { return .zero }
        let reach = quote.midTicks * bps / 10_000
        let edge =
            side == .buy
            ? (quote.midTicks - reach).rounded(.up) : (quote.midTicks + reach).rounded(.down)
        let key = (Int64(exactly: edge) ?? 0) ^ OrderBook.flip(side)
        return depth(side, upTo: key)
    }

    private func depth(_ side: Side, upTo lastKey: Int64) -> Quantity {
        Quantity(lots: walk(side, lots: .max, through: lastKey).lots)
    }

    /// (bids − asks) ÷ (bids + asks) over the best `levels` a side, in −1...1; 0 when empty.
    ///
    /// - Complexity: as `sweep`.
    public func imbalance(levels: Int) -> Double {
        let b = Double(top(.buy, levels).lots)
        let a = Double(top(.sell, levels).lots)
        return b + a > 0 ? (b - a) / (b + a) : 0
    }

    /// The weighted mid of the best `levels` a side, in ticks: each side's average price, weighed
    /// by the quantity of the *other* side. With one level it is `BBO.weightedMidTicks`.
    ///
    /// - Returns: nil when a side is empty or `levels` is not positive.
    /// - Complexity: as `sweep`.
    public func weightedMidTicks(levels: Int) -> Double? {
        let buy = top(.buy, levels)
        let sell = top(.sell, levels)
        guard buy.lots > 0, sell.lots > 0 else { return nil }
        let b = Double(buy.lots)
        let a = Double(sell.lots)
        let bid = Double(OrderBook.tickLots(buy, .buy)) / b
        let ask = Double(OrderBook.tickLots(sell, .sell)) / a
        return (bid * a + ask * b) / (a + b)
    }

    private func top(_ side: Side, _ levels: Int) -> LevelWalk {
        walk(side, lots: .max, through: LevelRing.lastKey, levels: levels)
    }

    @inline(__always)
    private func walk(
        _ side: Side,
        lots: Int64,
        through lastKey: Int64,
        levels: Int = .max
    ) -> LevelWalk {
        let ladder = side == .buy ? state.pointee.bids.ladder : state.pointee.asks.ladder
        if let walk = ladder.walk(lots: lots, through: lastKey, levels: levels) { return walk }
        return side == .buy
            ? state.pointee.bids.walkPlainly(lots: lots, through: lastKey, levels: levels)
            : state.pointee.asks.walkPlainly(lots: lots, through: lastKey, levels: levels)
    }

    /// Σ ticks × lots: a bid's tick is its key's complement, −1 − key.
    @inline(__always)
    private static func tickLots(_ walk: LevelWalk, _ side: Side) -> Int128 {
        side == .buy ? -walk.keyLots &- Int128(walk.lots) : walk.keyLots
    }

    /// Writes the best levels of `side`, best first, as many as fit; returns how many.
    public func top(_ side: Side, into levels: UnsafeMutableBufferPointer<LevelChange>) -> Int {
        side == .buy
            ? OrderBook.top(state.pointee.bids, OrderBook.flip(.buy), levels)
            : OrderBook.top(state.pointee.asks, OrderBook.flip(.sell), levels)
    }

    private static func top(
        _ ring: borrowing LevelRing,
        _ flip: Int64,
        _ to: UnsafeMutableBufferPointer<LevelChange>
    ) -> Int {
        var cursor = ring.start()
        var n = 0
        while n < to.count {
            let level = ring.next(&cursor)
            if level.lots == 0 { break }
            to[n] = LevelChange(ticks: level.key ^ flip, lots: level.lots)
            n &+= 1
        }
        return n
    }
}

extension OrderBook {
    /// The second best price of `side`; nil when there are fewer than two levels.
    public func second(_ side: Side) -> Price? {
        let flip = OrderBook.flip(side)
        let key =
            side == .buy
            ? OrderBook.secondKey(state.pointee.bids) : OrderBook.secondKey(state.pointee.asks)
        return key.map { Price(ticks: $0 ^ flip) }
    }

    private static func secondKey(_ ring: borrowing LevelRing) -> Int64? {
        var cursor = ring.start()
        guard ring.next(&cursor).lots > 0 else { return nil }
        let level = ring.next(&cursor)
        return level.lots > 0 ? level.key : nil
    }
}

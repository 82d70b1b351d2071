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
    /// - Complexity: O(levels touched + ticks between them).
    public func sweep(_ taker: Side, _ quantity: Quantity, limit: Price? = nil) -> Sweep {
        let resting = taker.opposite
        let flip = OrderBook.flip(resting)
        let lastKey = limit.map { $0.ticks ^ flip } ?? .max
        return resting == .buy
            ? OrderBook.sweep(bids, flip, quantity.lots, lastKey)
            : OrderBook.sweep(asks, flip, quantity.lots, lastKey)
    }

    @inline(__always)
    private static func sweep(
        _ ring: borrowing LevelRing,
        _ flip: Int64,
        _ lots: Int64,
        _ lastKey: Int64
    ) -> Sweep {
        var left = lots
        var tickLots: Int128 = 0
        var worst: Int64 = 0
        var levels = 0
        var cursor = ring.start()
        while left > 0 {
            let level = ring.next(&cursor)
            if level.lots == 0 || level.key > lastKey { break }
            let taken = min(level.lots, left)
            worst = level.key ^ flip
            tickLots &+= Int128(worst) &* Int128(taken)
            left &-= taken
            levels &+= 1
        }
        return Sweep(
            filled: Quantity(lots: max(lots, 0) &- max(left, 0)),
            notional: Notional(tickLots: tickLots),
            worst: Price(ticks: worst),
            levels: levels
        )
    }

    /// The quantity resting on `side` within `ticks` of its best price, both ends included.
    public func depth(_ side: Side, withinTicks ticks: Int64) -> Quantity {
        side == .buy
            ? OrderBook.depth(bids, upTo: bids.best &+ ticks)
            : OrderBook.depth(asks, upTo: asks.best &+ ticks)
    }

    /// The quantity resting on `side` no farther than `bps` of a hundredth of a percent from the
    /// mid.
    ///
    /// Zero when a side is empty: without a mid there is no distance.
    public func depth(_ side: Side, withinBps bps: Double) -> Quantity {
        let quote = bbo
        guard quote.isTwoSided else { return .zero }
        let reach = quote.midTicks * bps / 10_000
        let edge =
            side == .buy
            ? (quote.midTicks - reach).rounded(.up) : (quote.midTicks + reach).rounded(.down)
        let key = (Int64(exactly: edge) ?? 0) ^ OrderBook.flip(side)
        return side == .buy
            ? OrderBook.depth(bids, upTo: key) : OrderBook.depth(asks, upTo: key)
    }

    @inline(__always)
    private static func depth(_ ring: borrowing LevelRing, upTo lastKey: Int64) -> Quantity {
        var sum: Int64 = 0
        var cursor = ring.start()
        while true {
            let level = ring.next(&cursor)
            if level.lots == 0 || level.key > lastKey { return Quantity(lots: sum) }
            sum &+= level.lots
        }
    }

    /// (bids − asks) ÷ (bids + asks) over the best `levels` a side, in −1...1; 0 when empty.
    public func imbalance(levels: Int) -> Double {
        let b = Double(OrderBook.sum(bids, levels))
        let a = Double(OrderBook.sum(asks, levels))
        return b + a > 0 ? (b - a) / (b + a) : 0
    }

    private static func sum(_ ring: borrowing LevelRing, _ levels: Int) -> Int64 {
        var sum: Int64 = 0
        var cursor = ring.start()
        for _ in 0..<levels {
            let level = ring.next(&cursor)
            if level.lots == 0 { break }
            sum &+= level.lots
        }
        return sum
    }

    /// Writes the best levels of `side`, best first, as many as fit; returns how many.
    public func top(_ side: Side, into levels: UnsafeMutableBufferPointer<LevelChange>) -> Int {
        side == .buy
            ? OrderBook.top(bids, OrderBook.flip(.buy), levels)
            : OrderBook.top(asks, OrderBook.flip(.sell), levels)
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
        let key = side == .buy ? OrderBook.secondKey(bids) : OrderBook.secondKey(asks)
        return key.map { Price(ticks: $0 ^ flip) }
    }

    private static func secondKey(_ ring: borrowing LevelRing) -> Int64? {
        var cursor = ring.start()
        guard ring.next(&cursor).lots > 0 else { return nil }
        let level = ring.next(&cursor)
        return level.lots > 0 ? level.key : nil
    }
}

internal import Book
public import Units

/// A seeded market in the likeness of a liquid perpetual: the same seed gives the same market.
///
/// An efficient price walks at random without drift. The book is quoted around a reference that
/// follows it in jumps, so that the touch rests and then moves, as it does on venues with a coarse
/// tick. Trades come in clusters, keep their side for a while, lean towards the efficient price
/// (which is what makes resting orders pay for being hit), and consume the levels they meet.
///
/// Not calibrated: lively enough to trade on, no evidence of what a strategy would earn.
public struct SyntheticMarket: Sendable {
    /// What sets one market apart from another.
    public struct Parameters: Sendable {
        /// Where the price starts, in ticks.
        public var startTicks: Int64 = 600_000
        /// Standard deviation of the efficient price after one second, in ticks.
        public var ticksPerRootSecond = 30.0
        /// How far the efficient price departs before the touch follows, in ticks.
        public var reactionTicks = 12.0
        /// Levels a side.
        public var levels = 50
        /// Median quantity of a level, in lots.
        public var levelLots = 300.0
        /// Trades a second outside clusters; inside there are eight times as many.
        public var tradesPerSecond = 5.0
        /// Median quantity of a trade, in lots.
        public var tradeLots = 15.0
        /// How often the book is published.
        public var interval = Nanoseconds.milliseconds(20)

        /// BTCUSDT at a tick of 0.1 and a lot of 0.001: about 20 BTC a minute.
        public init() {}
    }

    private let parameters: Parameters
    private var generator: SplitMix64
    private var efficient: Double
    private var bids: SyntheticSide
    private var asks: SyntheticSide
    private var isClustered = false
    private var lastSide = Side.buy
    private var step: Int64 = 0
    private var tradeCount: UInt64 = 0

    /// The market of `seed`.
    public init(seed: UInt64, _ parameters: Parameters = Parameters()) {
        self.parameters = parameters
        generator = SplitMix64(seed: seed)
        efficient = Double(parameters.startTicks) + 0.5
        bids = SyntheticSide(.buy)
        asks = SyntheticSide(.sell)
    }

    /// What others do next: the opening book first, then the trades and the book of each interval.
    public mutating func next() -> [FeedAction] {
        let at = Nanoseconds(step * parameters.interval.count)
        step += 1
        if step == 1 { return [open(at)] }
        let seconds = parameters.interval.inSeconds
        efficient += parameters.ticksPerRootSecond * seconds.squareRoot() * gaussian()
        let before = (bids.levels, asks.levels)
        let trades = trade(seconds, at)
        requote()
        let depth = FeedAction.Kind.depth(
            .delta,
            bids: bids.changes(since: before.0),
            asks: asks.changes(since: before.1)
        )
        var actions: [FeedAction] = []
        if !trades.isEmpty { actions.append(FeedAction(at: at, kind: .trades(trades))) }
        actions.append(FeedAction(at: at, kind: depth))
        return actions
    }

    private mutating func open(_ at: Nanoseconds) -> FeedAction {
        fill(\.bids, from: parameters.startTicks)
        fill(\.asks, from: parameters.startTicks + 1)
        return FeedAction(
            at: at,
            kind: .depth(.snapshot, bids: bids.all, asks: asks.all)
        )
    }

    /// The trades of one interval, which take what the book shows.
    private mutating func trade(_ seconds: Double, _ at: Nanoseconds) -> [Trade] {
        // Two states: quiet for two seconds, clustered for a quarter of one, on average.
        isClustered =
            isClustered
            ? generator.uniform() > seconds / 0.25 : generator.uniform() < seconds / 2
        let rate = parameters.tradesPerSecond * (isClustered ? 8 : 1)
        var trades: [Trade] = []
        var due = rate * seconds
        while due > 0 && trades.count < 64 {
            if generator.uniform() < min(1, due) { print(at, &trades) }
            due -= 1
        }
        return trades
    }

    private mutating func print(_ at: Nanoseconds, _ trades: inout [Trade]) {
        guard let bid = bids.best, let ask = asks.best else { return }
        let lean = max(-0.3, min(0.3, (efficient - Double(bid + ask) / 2) / 40))
        let keep = generator.uniform() < 0.7
        let buys = generator.uniform() < 0.5 + lean
        lastSide = keep ? lastSide : (buys ? .buy : .sell)
        var left = max(1, Int64(parameters.tradeLots * exp(1.4 * gaussian())))
        while left > 0 {
            // The last level stays: a side is never empty.
            let taken =
                lastSide == .buy ? asks.take(left, keeping: 1) : bids.take(left, keeping: 1)
            guard let taken else { break }
            left -= taken.lots
            tradeCount += 1
            trades.append(
                Trade(
                    price: Price(ticks: taken.ticks),
                    quantity: Quantity(lots: taken.lots),
                    aggressor: lastSide,
                    isBlock: false,
                    isRPI: false,
                    matchedAt: at,
                    crossSequence: step,
                    id: ExternalID("s-\(tradeCount)") ?? .none
                )
            )
        }
    }

    /// Moves the touch to the efficient price when it is far, closes gaps, and renews some levels.
    private mutating func requote() {
        guard let bid = bids.best, let ask = asks.best else { return }
        let reference = Int64(efficient.rounded(.down))
        if efficient > Double(ask) + parameters.reactionTicks {
            asks.removeAll(betterThan: reference + 1)
            bids.set(reference, touchLots())
        } else if efficient < Double(bid) - parameters.reactionTicks {
            bids.removeAll(betterThan: reference)
            asks.set(reference + 1, touchLots())
        } else if ask - bid > 1 && generator.uniform() < 0.8 {
            // Someone steps into a gap, on the side the efficient price favours.
            if efficient > Double(bid + ask) / 2 {
                bids.set(ask - 1, touchLots())
            } else {
                asks.set(bid + 1, touchLots())
            }
        }
        renew(\.bids)
        renew(\.asks)
        fill(\.bids, from: nil)
        fill(\.asks, from: nil)
    }

    /// New quantities at a few levels, more often near the touch; a cancel now and then.
    private mutating func renew(_ side: WritableKeyPath<Self, SyntheticSide>) {
        for _ in 0..<4 {
            let u = generator.uniform()
            let index = Int(u * u * Double(self[keyPath: side].levels.count))
            if index > 0 && generator.uniform() < 0.15 {
                self[keyPath: side].remove(at: index)
            } else {
                let lots = index == 0 ? touchLots() : levelLots()
                self[keyPath: side].setLots(lots, at: index)
            }
        }
    }

    /// Closes the holes that takers and cancels left, from the best price outwards, and brings the
    /// side back to its number of levels.
    private mutating func fill(_ side: WritableKeyPath<Self, SyntheticSide>, from start: Int64?) {
        if let start { self[keyPath: side].set(start, touchLots()) }
        var index = 0
        while index + 1 < min(self[keyPath: side].levels.count, parameters.levels) {
            if self[keyPath: side].hole(after: index) > SyntheticMarket.widestGap {
                self[keyPath: side].insert(after: index, gap: gap(), lots: levelLots())
            }
            index += 1
        }
        self[keyPath: side].truncate(to: parameters.levels)
        while self[keyPath: side].levels.count < parameters.levels {
            let last = self[keyPath: side].levels.count - 1
            self[keyPath: side].insert(after: last, gap: gap(), lots: levelLots())
        }
    }

    /// Ticks between two levels at most.
    private static let widestGap: Int64 = 8

    /// A distance to the next level: mostly a few ticks.
    private mutating func gap() -> Int64 {
        let spread = generator.uniform() * generator.uniform()
        return 1 + Int64(spread * Double(SyntheticMarket.widestGap))
    }

    private mutating func touchLots() -> Int64 {
        max(1, Int64(parameters.levelLots * 8 * exp(0.8 * gaussian())))
    }

    private mutating func levelLots() -> Int64 {
        max(1, Int64(parameters.levelLots * exp(1.2 * gaussian())))
    }

    /// Close to a standard normal number: twelve uniforms less six. Arithmetic alone, so that a
    /// seed gives the same market with every mathematics library.
    private mutating func gaussian() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += generator.uniform() }
        return sum
    }

    /// eˣ as (1 + x/2¹⁶)^2¹⁶, good to a part in a thousand for |x| ≤ 10.
    private func exp(_ x: Double) -> Double {
        var power = 1 + x / 65_536
        for _ in 0..<16 { power *= power }
        return power
    }
}

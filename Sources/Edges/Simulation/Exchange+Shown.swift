public import Book
public import Units

/// A depth message of the exchange: a whole book or the levels whose shown quantity changed.
public struct ShownDepth: Sendable {
    /// Whole book or change.
    public var kind: DepthUpdate.Kind
    /// Bid levels, best first.
    public var bids: [LevelChange]
    /// Ask levels, best first.
    public var asks: [LevelChange]

    /// A message with every field stated.
    public init(kind: DepthUpdate.Kind, bids: [LevelChange], asks: [LevelChange]) {
        self.kind = kind
        self.bids = bids
        self.asks = asks
    }

    /// Whether it says nothing.
    public var isEmpty: Bool { bids.isEmpty && asks.isEmpty }
}

extension Exchange {
    /// What is shown at a price: others' rest after our takers, and our own resting orders.
    public func shown(_ side: Side, _ price: Price) -> Quantity {
        let level = side == .buy ? bids.level(price) : asks.level(price)
        var lots = level?.available ?? 0
        for order in resting where order.side == side && order.price == price {
            lots += order.leaves.lots
        }
        return Quantity(lots: lots)
    }

    /// The whole shown book, best first, at most `depth` levels a side.
    public func snapshot(depth: Int) -> ShownDepth {
        ShownDepth(
            kind: .snapshot,
            bids: Array(levels(.buy).prefix(depth)),
            asks: Array(levels(.sell).prefix(depth))
        )
    }

    /// The levels whose shown quantity differs from what was last taken, which counts as published
    /// from then on.
    public mutating func takeChanges() -> ShownDepth {
        ShownDepth(kind: .delta, bids: takeChanges(.buy), asks: takeChanges(.sell))
    }

    /// The best shown price of `side`; nil when nothing is shown.
    public func best(_ side: Side) -> Price? {
        let shown = side == .buy ? bids : asks
        var best = shown.bestAvailable.map { shown.price(shown.levels[$0]) }
        for order in resting where order.side == side {
            if best == nil || side.isBetter(order.price, than: best!) { best = order.price }
        }
        return best
    }

    private func levels(_ side: Side) -> [LevelChange] {
        let shown = side == .buy ? bids : asks
        var levels: [LevelChange] = []
        for level in shown.levels where level.available > 0 {
            levels.append(LevelChange(ticks: shown.price(level).ticks, lots: level.available))
        }
        for order in resting where order.side == side {
            let ticks = order.price.ticks
            let at = levels.firstIndex { $0.ticks ^ shown.flip >= ticks ^ shown.flip }
            if let at, levels[at].ticks == ticks {
                levels[at].lots += order.leaves.lots
            } else {
                let level = LevelChange(ticks: ticks, lots: order.leaves.lots)
                levels.insert(level, at: at ?? levels.count)
            }
        }
        return levels
    }

    private mutating func takeChanges(_ side: Side) -> [LevelChange] {
        let index = Int(side.rawValue)
        var changes: [LevelChange] = []
        for ticks in touched[index] {
            let lots = shown(side, Price(ticks: ticks)).lots
            guard published[index][ticks] ?? 0 != lots else { continue }
            published[index][ticks] = lots == 0 ? nil : lots
            changes.append(LevelChange(ticks: ticks, lots: lots))
        }
        touched[index].removeAll(keepingCapacity: true)
        let flip: Int64 = side == .buy ? -1 : 0
        return changes.sorted { $0.ticks ^ flip < $1.ticks ^ flip }
    }
}

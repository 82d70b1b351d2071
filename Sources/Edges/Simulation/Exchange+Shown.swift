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
        levels(side).first.map { Price(ticks: $0.ticks) }
    }

    private func levels(_ side: Side) -> [LevelChange] {
        let shownSide = side == .buy ? bids : asks
        var lots: [Int64: Int64] = [:]
        for level in shownSide.levels where level.available > 0 {
            lots[level.key] = level.available
        }
        for order in resting where order.side == side {
            lots[order.price.ticks ^ shownSide.flip, default: 0] += order.leaves.lots
        }
        return lots.sorted { $0.key < $1.key }.map {
            LevelChange(ticks: $0.key ^ shownSide.flip, lots: $0.value)
        }
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

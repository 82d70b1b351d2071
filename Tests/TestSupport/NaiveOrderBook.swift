public import Book

/// The plain order book: sorted arrays, the rules as the venue's page states them.
///
/// The oracle for `OrderBook`; nothing in it is clever.
public struct NaiveOrderBook {
    /// Bid levels, best first.
    public private(set) var bids: [LevelChange] = []
    /// Ask levels, best first.
    public private(set) var asks: [LevelChange] = []
    /// What the last message did.
    public private(set) var integrity = BookIntegrity.awaitingSnapshot
    private var sequence: Int64 = 0

    /// An empty book.
    public init() {}

    /// Applies one message.
    public mutating func apply(_ update: DepthUpdate) -> BookResult {
        let previous = sequence
        sequence = update.sequence
        var unknown = false
        if update.kind == .snapshot {
            bids = []
            asks = []
            integrity = .sound
        } else if update.sequence == 1 {
            bids = []
            asks = []
            integrity = .reset
            return .reset
        } else if !integrity.isFollowing {
            return .stale
        } else if update.sequence != previous + 1 {
            integrity = .gap
            return .gap
        }
        for change in update.bids where !NaiveOrderBook.set(&bids, change, by: >) { unknown = true }
        for change in update.asks where !NaiveOrderBook.set(&asks, change, by: <) { unknown = true }
        if let bid = bids.first, let ask = asks.first, bid.ticks >= ask.ticks {
            integrity = .crossed
            return .crossed
        }
        if unknown && update.kind == .delta {
            if integrity == .sound { integrity = .unknownDelete }
            return .unknownDelete
        }
        return integrity == .sound ? .applied : .stale
    }

    /// False when it deletes what is not there.
    private static func set(
        _ levels: inout [LevelChange],
        _ change: LevelChange,
        by isBetter: (Int64, Int64) -> Bool
    ) -> Bool {
        if let index = levels.firstIndex(where: { $0.ticks == change.ticks }) {
            if change.lots == 0 { levels.remove(at: index) } else { levels[index] = change }
            return true
        }
        if change.lots == 0 { return false }
        let index = levels.firstIndex { isBetter(change.ticks, $0.ticks) } ?? levels.count
        levels.insert(change, at: index)
        return true
    }
}

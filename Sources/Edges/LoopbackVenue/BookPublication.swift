internal import Book
internal import Simulation
internal import Units

/// What one depth topic has told its subscribers: the best levels of the book, and how often.
struct BookPublication {
    /// Levels a side.
    let depth: Int
    /// The update id (`u`) of the last message: contiguous. It starts above 1, which means restart.
    private(set) var update: Int64 = 1_000
    /// What subscribers hold.
    private(set) var shown = ShownDepth(kind: .snapshot, bids: [], asks: [])

    /// A topic that has said nothing yet.
    init(depth: Int) { self.depth = depth }

    /// Counts from 1 again, which tells subscribers to start over.
    mutating func restart() { update = 1 }

    /// Takes in the book as it is shown now; nil when nothing changed within the depth. Levels that
    /// leave the depth come as deletes, as on the venue.
    mutating func publish(_ book: ShownDepth) -> ShownDepth? {
        let bids = Array(book.bids.prefix(depth))
        let asks = Array(book.asks.prefix(depth))
        let delta = ShownDepth(
            kind: .delta,
            bids: BookPublication.changes(.buy, from: shown.bids, to: bids),
            asks: BookPublication.changes(.sell, from: shown.asks, to: asks)
        )
        if delta.isEmpty { return nil }
        update += 1
        shown = ShownDepth(kind: .snapshot, bids: bids, asks: asks)
        return depth == 1 ? shown : delta
    }

    /// What turns `old` into `new`, both best first: new totals, zero for what is gone.
    static func changes(
        _ side: Side,
        from old: [LevelChange],
        to new: [LevelChange]
    ) -> [LevelChange] {
        var result: [LevelChange] = []
        var i = 0
        var j = 0
        while i < old.count || j < new.count {
            if i < old.count && j < new.count && old[i].ticks == new[j].ticks {
                if old[i].lots != new[j].lots { result.append(new[j]) }
                i += 1
                j += 1
            } else if j == new.count
                || i < old.count
                    && side.isBetter(Price(ticks: old[i].ticks), than: Price(ticks: new[j].ticks))
            {
                result.append(LevelChange(ticks: old[i].ticks, lots: 0))
                i += 1
            } else {
                result.append(new[j])
                j += 1
            }
        }
        return result
    }
}

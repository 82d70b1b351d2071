internal import Book
internal import Units

/// One side of the market as it is shown: the feed's levels less what our takers took of them.
///
/// Levels are kept best first in a sorted array, in keys (`tick ^ flip`, as in the order book) so
/// that lower is better on both sides.
struct ShownSide {
    struct Level {
        var key: Int64
        /// What the feed shows.
        var feed: Int64
        /// What our takers took since the feed last changed the level.
        var consumed: Int64 = 0
        /// What the feed's trades took since it last changed the level.
        var traded: Int64 = 0
        /// What a taker can still get.
        var available: Int64 { max(0, feed - consumed) }
    }

    let flip: Int64
    private(set) var levels: [Level] = []

    init(_ side: Side) { flip = side == .buy ? -1 : 0 }

    /// The position of `key`, or where it would be.
    func position(_ key: Int64) -> (index: Int, found: Bool) {
        var low = 0
        var high = levels.count
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return (low, low < levels.count && levels[low].key == key)
    }

    /// The level at `price`, if the feed shows one.
    func level(_ price: Price) -> Level? {
        let at = position(price.ticks ^ flip)
        return at.found ? levels[at.index] : nil
    }

    /// Sets what the feed shows at a price; returns the level as it was.
    @discardableResult
    mutating func set(_ change: LevelChange) -> Level? {
        let key = change.ticks ^ flip
        let at = position(key)
        if at.found {
            let old = levels[at.index]
            if change.lots == 0 {
                levels.remove(at: at.index)
            } else {
                levels[at.index] = Level(key: key, feed: change.lots)
            }
            return old
        }
        if change.lots > 0 { levels.insert(Level(key: key, feed: change.lots), at: at.index) }
        return nil
    }

    mutating func removeAll() { levels.removeAll(keepingCapacity: true) }

    /// Takes `lots` from the level at `index`.
    mutating func consume(_ lots: Int64, at index: Int) { levels[index].consumed += lots }

    /// Notes that the feed's own trades took `lots` at `price`.
    mutating func trade(_ lots: Int64, at price: Price) {
        let at = position(price.ticks ^ flip)
        if at.found { levels[at.index].traded += lots }
    }

    func price(_ level: Level) -> Price { Price(ticks: level.key ^ flip) }
}

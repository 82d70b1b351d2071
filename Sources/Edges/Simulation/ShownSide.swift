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
        /// What the feed's trades took since its last book: the part of a decrease that is no
        /// cancel.
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

    /// Sets what the feed shows at a price; returns the level as it was. Told what it shows
    /// already, the level stays as our takers left it.
    @discardableResult
    mutating func set(_ change: LevelChange) -> Level? {
        let key = change.ticks ^ flip
        let at = position(key)
        if at.found {
            let old = levels[at.index]
            if change.lots <= 0 {
                levels.remove(at: at.index)
            } else if change.lots != old.feed {
                levels[at.index] = Level(key: key, feed: change.lots, traded: old.traded)
            }
            return old
        }
        if change.lots > 0 { levels.insert(Level(key: key, feed: change.lots), at: at.index) }
        return nil
    }

    /// Starts the next interval between two of the feed's books.
    mutating func forgetTrades() {
        for index in levels.indices { levels[index].traded = 0 }
    }

    /// The best level that a taker can still get something of.
    var bestAvailable: Int? { levels.firstIndex { $0.available > 0 } }

    /// Whether the price is worse than all the feed shows, so that nobody knows what stands there.
    func isBeyondWindow(_ price: Price) -> Bool {
        guard let worst = levels.last else { return false }
        return price.ticks ^ flip > worst.key
    }

    /// Takes `lots` from the level at `index`.
    mutating func consume(_ lots: Int64, at index: Int) {
        precondition(lots >= 0 && lots <= levels[index].available, "took more than is shown")
        levels[index].consumed += lots
    }

    /// Notes that the feed's own trades took `lots` at `price`.
    mutating func trade(_ lots: Int64, at price: Price) {
        let at = position(price.ticks ^ flip)
        if at.found { levels[at.index].traded += lots }
    }

    func price(_ level: Level) -> Price { Price(ticks: level.key ^ flip) }
}

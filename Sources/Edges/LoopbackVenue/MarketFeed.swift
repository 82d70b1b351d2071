internal import Book
internal import Simulation
internal import Units

/// What others do in one market: a recording or a generator.
protocol MarketFeed: AnyObject {
    /// Levels a side that the feed shows.
    var depth: Int { get }
    /// What comes next, its time counted from the start of the feed; the first is a whole book. Nil
    /// when there is no more.
    func next() -> FeedAction?
    /// Why there is no more, as a sentence.
    var ending: String { get }
}

/// A synthetic market as a feed; it never ends.
final class SyntheticFeed: MarketFeed {
    let depth = 50
    let ending = "the synthetic market ended"
    private var market: SyntheticMarket
    private var queued: [FeedAction] = []

    init(seed: UInt64) { market = SyntheticMarket(seed: seed) }

    func next() -> FeedAction? {
        if queued.isEmpty { queued = market.next().reversed() }
        return queued.popLast()
    }
}

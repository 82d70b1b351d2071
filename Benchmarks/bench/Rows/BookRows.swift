import Book
import Orders
import Units
import Venues

extension Rows {
    /// The book alone, on decoded messages: what a level change and a walk cost.
    ///
    /// Their messages stay in the first and second-level cache: in life the decoder has just
    /// written them to the first. From the third, a message of 54 changes takes some 10 ns more.
    static func book(_ feed: FeedInput) -> [Row] {
        [
            Row(
                name: "book.apply.7",
                operation: "apply one delta of 7 changed levels near the touch, read the BBO",
                count: 20_000
            ) {
                let state = DepthState(.near())
                return .batch { state.run($0) }
            },
            Row(name: "twin.book.apply.7", operation: "the same in C", count: 20_000) {
                let state = TwinDepthState(.near())
                return .batch { state.run($0) }
            },
            Row(
                name: "book.apply.ob200",
                operation: "apply one message of a 200-level stream (some 58 levels), read the BBO",
                count: 8_000
            ) {
                let state = DepthState(try .wide(feed))
                return .batch { state.run($0) }
            },
            Row(name: "twin.book.apply.ob200", operation: "the same in C", count: 8_000) {
                let state = TwinDepthState(try .wide(feed))
                return .batch { state.run($0) }
            },
            Row(
                name: "book.walk.50",
                operation: "price of a quantity that takes 50 levels",
                count: 20_000
            ) {
                let state = BookState()
                return .batch { state.walk($0) }
            },
            Row(
                name: "feed.apply.3.hot",
                operation: "decode and apply one of 63 messages of 3 + 3 levels, read the BBO",
                count: 10_000
            ) {
                // Their text, 25 kB with the snapshot that starts them anew, stays in the first
                // cache, where decryption leaves it in life.
                let state = StreamState(instruments: 1)
                return .batch { state.run($0) }
            },
            Row(
                name: "feed.apply.3.cold",
                operation: "the same, after a walk over 8 MB",
                count: 100
            ) {
                let state = StreamState(instruments: 1, variants: 2_048)
                return .each { state.runCold($0, $1) }
            },
            Row(
                name: "feed.ob50",
                operation: "decode and apply one message of the feed, read the BBO",
                count: 5_000
            ) {
                let state = FeedState(feed)
                return .batch { state.run($0) }
            },
        ]
            + [1, 10, 100, 500].map { count in
                Row(
                    name: "feed.instruments.\(count)",
                    operation: "feed.apply.3.hot, in turns over \(count) books on one connection",
                    count: 10_000
                ) {
                    let state = StreamState(instruments: count)
                    return .batch { state.run($0) }
                }
            }
    }
}

/// A dense book.
private final class BookState {
    private var book = OrderBook(instrument: InstrumentID(0))

    init() {
        let script = DepthScript.near()
        _ = book.apply(script.updates[0])
    }

    func walk(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            let sweep = book.sweep(.buy, Quantity(lots: 49_500 &+ Int64(i & 255)))
            hash = fold(hash, UInt64(truncatingIfNeeded: sweep.notional.tickLots))
        }
        return hash
    }
}

/// The feed through decoder and book, round and round.
private final class FeedState {
    private let feed: FeedInput
    private var decoder: BybitDecoder
    private var book = OrderBook(instrument: InstrumentID(0))
    private var at = 0

    init(_ feed: FeedInput) {
        self.feed = feed
        decoder = BybitDecoder(instruments: [feed.instrument], session: SessionPrefix("benchrun")!)
    }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let message = feed.messages[at].bytes
            at = at &+ 1 == feed.messages.count ? 0 : at &+ 1
            guard case .market(.depth(let update)) = decoder.decode(message) else { return 0 }
            _ = book.apply(update)
            let quote = book.bbo
            hash = fold(hash, UInt64(bitPattern: quote.bid.ticks ^ quote.askQuantity.lots))
        }
        return hash
    }
}

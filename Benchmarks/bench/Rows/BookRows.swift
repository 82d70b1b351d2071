import Book
import Orders
import Units
import Venues

extension Rows {
    /// The book alone, on decoded messages: what a level change and a walk cost.
    static func book(_ feed: FeedInput) -> [Row] {
        [
            Row(
                name: "book.apply.7",
                operation: "apply one delta of 7 changed levels near the touch, read the BBO",
                count: 20_000
            ) {
                let state = BookState()
                return .batch { state.applyDeltas($0) }
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
                name: "feed.ob50",
                operation: "decode and apply one message of the feed, read the BBO",
                count: 5_000
            ) {
                let state = FeedState(feed)
                return .batch { state.run($0) }
            },
        ]
    }
}

/// A dense book and a ring of prepared deltas.
private final class BookState {
    private static let deltaCount = 512
    private var book = OrderBook(instrument: InstrumentID(0))
    private let changes: UnsafeMutablePointer<LevelChange>
    private var sequence: Int64 = 1
    private var at = 0

    init() {
        changes = .allocate(capacity: BookState.deltaCount * 7)
        var generator = SplitMix64(seed: 7)
        for i in 0..<BookState.deltaCount {
            for j in 0..<7 {
                let isBid = j < 4
                let distance = Int64(generator.uniform() * generator.uniform() * 50)
                changes[i * 7 + j] = LevelChange(
                    ticks: isBid ? 600_000 - distance : 600_001 + distance,
                    lots: 1 + Int64(generator.uniform() * 4_000)
                )
            }
        }
        let bids = (0..<50).map { LevelChange(ticks: 600_000 - Int64($0), lots: 1_000) }
        let asks = (0..<50).map { LevelChange(ticks: 600_001 + Int64($0), lots: 1_000) }
        bids.withUnsafeBufferPointer { bids in
            asks.withUnsafeBufferPointer { asks in _ = apply(.snapshot, bids, asks) }
        }
    }

    deinit { changes.deallocate() }

    private func apply(
        _ kind: DepthUpdate.Kind,
        _ bids: UnsafeBufferPointer<LevelChange>,
        _ asks: UnsafeBufferPointer<LevelChange>
    ) -> BookResult {
        sequence &+= 1
        return book.apply(
            DepthUpdate(
                instrument: InstrumentID(0),
                kind: kind,
                depth: 50,
                sequence: sequence,
                crossSequence: sequence,
                publishedAt: .zero,
                matchedAt: .zero,
                bids: bids,
                asks: asks
            )
        )
    }

    func applyDeltas(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let base = changes + at &* 7
            at = (at &+ 1) & (BookState.deltaCount &- 1)
            _ = apply(
                .delta,
                UnsafeBufferPointer(start: base, count: 4),
                UnsafeBufferPointer(start: base + 4, count: 3)
            )
            let quote = book.bbo
            hash = fold(hash, UInt64(bitPattern: quote.bidQuantity.lots ^ quote.ask.ticks))
        }
        return hash
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

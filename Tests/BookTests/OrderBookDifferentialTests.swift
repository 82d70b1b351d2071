import Book
import TestSupport
import Testing
import Units

/// `OrderBook` against the plain sorted-array book, message by message.
@Suite("OrderBook against its oracle", .timeLimit(.minutes(10)))
struct OrderBookDifferentialTests {
    /// The best levels of one side, through the walk.
    private static func levels(_ book: borrowing OrderBook, _ side: Side) -> [LevelChange] {
        [LevelChange](unsafeUninitializedCapacity: 8_192) { buffer, count in
            count = book.top(side, into: buffer)
        }
    }

    private static func check(
        _ shape: DepthGenerator.Shape,
        seed: UInt64,
        messages: Int,
        window: Int
    ) throws {
        var generator = DepthGenerator(shape, seed: seed)
        var book = OrderBook(
            instrument: InstrumentID(0),
            window: window,
            overflowCapacity: 4_096
        )
        var oracle = NaiveOrderBook()
        var sound = 0
        var past = 0
        for message in 0..<messages {
            let (result, expected) = generator.next { (book.apply($0), oracle.apply($0)) }
            var place: Comment { "seed \(seed), message \(message)" }
            try #require(result == expected, place)
            try #require(book.integrity == oracle.integrity, place)
            let quote = book.bbo
            try #require(book.bestBid?.ticks == oracle.bids.first?.ticks, place)
            try #require(book.bestAsk?.ticks == oracle.asks.first?.ticks, place)
            try #require(quote.bidQuantity.lots == oracle.bids.first?.lots ?? 0, place)
            try #require(quote.askQuantity.lots == oracle.asks.first?.lots ?? 0, place)
            try #require(book.levelCount(.buy) == oracle.bids.count, place)
            try #require(book.levelCount(.sell) == oracle.asks.count, place)
            if message % 16 == 0 {
                try #require(levels(book, .buy) == oracle.bids, place)
                try #require(levels(book, .sell) == oracle.asks, place)
                book.checkInvariants()
            }
            sound += book.isStale ? 0 : 1
            past += book.overflowCount(.buy) + book.overflowCount(.sell) > 0 ? 1 : 0
        }
        // A stream that never reached what it is for would prove nothing.
        #expect(sound > messages / 4, "seed \(seed)")
        if Int64(shape.depth) * shape.spacing > Int64(window) * 2 {
            #expect(past > messages / 4, "seed \(seed)")
        }
    }

    @Test(
        "both books agree after every event of long random streams",
        arguments: [
            // A narrow book that fits the window, with gaps.
            (
                DepthGenerator.Shape(
                    depth: 50,
                    spacing: 3,
                    drift: 2,
                    jumpEvery: 0,
                    gapEvery: 400,
                    bounds: 600_000...640_000
                ), 4_096, 40_000
            ),
            // A book far wider than its window.
            (
                DepthGenerator.Shape(
                    depth: 200,
                    spacing: 40,
                    drift: 9,
                    jumpEvery: 900,
                    gapEvery: 3_000,
                    bounds: 1_000_000...2_000_000
                ), 256, 20_000
            ),
            // Jumps past the window, a window of two lines.
            (
                DepthGenerator.Shape(
                    depth: 20,
                    spacing: 5,
                    drift: 30,
                    jumpEvery: 50,
                    gapEvery: 500,
                    bounds: 1...4_000_000
                ), 16, 30_000
            ),
            // The lowest prices: bids run out.
            (
                DepthGenerator.Shape(
                    depth: 50,
                    spacing: 2,
                    drift: 3,
                    jumpEvery: 300,
                    gapEvery: 700,
                    bounds: 1...60
                ), 64, 20_000
            ),
            // The highest prices the decoder lets through.
            (
                DepthGenerator.Shape(
                    depth: 50,
                    spacing: 100,
                    drift: 50,
                    jumpEvery: 300,
                    gapEvery: 700,
                    bounds: (1 << 60) - 200_000...(1 << 60) - 100_000
                ), 512, 10_000
            ),
        ] as [(DepthGenerator.Shape, Int, Int)]
    )
    func randomStreams(_ shape: DepthGenerator.Shape, _ window: Int, _ messages: Int) throws {
        // 120,000 messages in release; the oracle is slow without optimisation.
        #if DEBUG
        let share = 40
        #else
        let share = 2
        #endif
        for seed in 1...2 as ClosedRange<UInt64> {
            try Self.check(shape, seed: seed, messages: messages / share, window: window)
        }
    }

    @Test("a thousand levels a side, most past the window, are all kept")
    func thousandLevels() throws {
        #if DEBUG
        let messages = 1_000
        #else
        let messages = 6_000
        #endif
        try Self.check(
            DepthGenerator.Shape(
                depth: 1_000,
                spacing: 12,
                drift: 1,
                jumpEvery: 0,
                gapEvery: 0,
                bounds: 5_000_000...5_100_000
            ),
            seed: 3,
            messages: messages,
            window: 1_024
        )
    }
}

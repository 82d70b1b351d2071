import Book
import CLadder
import TestSupport
import Testing
import Units

/// The ladder's walks against sums over the plain book's levels.
@Suite("Walks agree with the plain book", .serialized, .timeLimit(.minutes(10)))
struct BookWalkTests {
    /// The walk as its description says it, one level at a time.
    private static func walk(
        _ levels: [LevelChange],
        lots: Int64,
        isWithin: (Int64) -> Bool
    ) -> (lots: Int64, tickLots: Int128, levels: Int, worst: Int64) {
        var result = (lots: Int64(0), tickLots: Int128(0), levels: 0, worst: Int64(0))
        for level in levels where result.lots < lots && isWithin(level.ticks) {
            let taken = min(level.lots, lots - result.lots)
            result.lots += taken
            result.tickLots += Int128(level.ticks) * Int128(taken)
            result.levels += 1
            result.worst = level.ticks
        }
        return result
    }

    private static func check(
        _ book: borrowing OrderBook,
        _ plain: NaiveOrderBook,
        _ random: inout SplitMix64,
        _ context: @autoclosure () -> String
    ) {
        for side in Side.allCases {
            let resting = side == .buy ? plain.bids : plain.asks
            let asked = [
                Int64.random(in: -1...40, using: &random),
                1 << Int64.random(in: 5...61, using: &random),
                resting.prefix(Int.random(in: 0...60, using: &random))
                    .reduce(0) { $0.addingReportingOverflow($1.lots).partialValue },
                .max,
            ].randomElement(using: &random)!
            let best = resting.first?.ticks ?? 1_000
            let reach = Int64.random(in: -2...(1 << random.next() % 14), using: &random)
            let edge = best - side.sign * reach
            let limit = Bool.random(using: &random) ? Price(ticks: edge) : nil
            let swept = book.sweep(side.opposite, Quantity(lots: asked), limit: limit)
            let expected = walk(resting, lots: asked) {
                limit == nil || !side.isBetter(Price(ticks: edge), than: Price(ticks: $0))
            }
            #expect(swept.filled.lots == expected.lots, "\(context()), \(asked), \(side)")
            #expect(swept.notional.tickLots == expected.tickLots, "\(context())")
            #expect(swept.levels == expected.levels, "\(context())")
            if expected.levels > 0 {
                #expect(swept.worst.ticks == expected.worst, "\(context()), \(asked), \(side)")
            }
            let near = walk(resting, lots: .max) { abs($0 - best) <= reach }
            #expect(book.depth(side, withinTicks: reach).lots == near.lots, "\(context())")
        }
        let levels = Int.random(in: 0...60, using: &random)
        let bids = walk(Array(plain.bids.prefix(levels)), lots: .max) { _ in true }
        let asks = walk(Array(plain.asks.prefix(levels)), lots: .max) { _ in true }
        let b = Double(bids.lots)
        let a = Double(asks.lots)
        #expect(
            book.imbalance(levels: levels) == (b + a > 0 ? (b - a) / (b + a) : 0),
            "\(context())"
        )
        let mid = book.weightedMidTicks(levels: levels)
        if a > 0 && b > 0 {
            let expected = (Double(bids.tickLots) / b * a + Double(asks.tickLots) / a * b) / (a + b)
            #expect(mid == expected, "\(context())")
        } else {
            #expect(mid == nil, "\(context())")
        }
    }

    @Test("a level that this CPU lacks is not taken, and the best it has is the default")
    func levels() {
        let best = sluice_ladder_force(CInt.max)
        #expect((0...2).contains(best) && sluice_ladder_level() == best)
        for level in 0...2 as ClosedRange<CInt> {
            #expect(sluice_ladder_force(level) == min(level, best))
        }
        _ = sluice_ladder_force(CInt.max)
    }

    @Test(
        "price of a quantity, depth, imbalance and weighted mid, whatever the book's shape",
        arguments: [
            (depth: 50, spacing: Int64(1), window: 4_096, jumpEvery: 0),
            (depth: 50, spacing: Int64(1), window: 64, jumpEvery: 40),
            (depth: 20, spacing: Int64(3), window: 16, jumpEvery: 0),
            (depth: 200, spacing: Int64(9), window: 256, jumpEvery: 90),
            (depth: 5, spacing: Int64(40), window: 4_096, jumpEvery: 0),
            (depth: 50, spacing: Int64(60), window: 4_096, jumpEvery: 300),
        ]
    )
    func agree(_ shape: (depth: Int, spacing: Int64, window: Int, jumpEvery: Int)) {
        #if DEBUG
        let rounds = 1_500
        #else
        let rounds = 20_000
        #endif
        for seed in 1...3 as ClosedRange<UInt64> {
            var stream = DepthGenerator(
                DepthGenerator.Shape(
                    depth: shape.depth,
                    spacing: shape.spacing,
                    drift: 3,
                    jumpEvery: shape.jumpEvery,
                    gapEvery: 0,
                    bounds: 1...400_000
                ),
                seed: seed
            )
            var book = OrderBook(
                instrument: InstrumentID(0),
                window: shape.window,
                overflowCapacity: 2_048
            )
            var plain = NaiveOrderBook()
            var random = SplitMix64(seed: seed ^ 0xabcd)
            for round in 0..<rounds {
                stream.next { update in
                    #expect(book.apply(update) == plain.apply(update))
                }
                // Every level this CPU has, forced in turn; the others fall to the best below.
                let level = sluice_ladder_force(CInt(round % 3))
                Self.check(
                    book,
                    plain,
                    &random,
                    "\(shape), seed \(seed), round \(round), level \(level)"
                )
            }
        }
    }
}

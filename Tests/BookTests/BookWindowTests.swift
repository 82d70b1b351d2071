import Book
import TestSupport
import Testing
import Units

/// What a circular ladder gets wrong when it forgets its overflow: levels lost, or seen twice.
@Suite("The window of a book", .timeLimit(.minutes(3)))
struct BookWindowTests {
    /// Our book and the plain one, fed the same.
    private struct Pair: ~Copyable {
        var book: OrderBook
        var plain = NaiveOrderBook()
        var maker = BookMaker()

        init(window: Int) { book = OrderBook(instrument: InstrumentID(0), window: window) }

        mutating func send(
            _ kind: DepthUpdate.Kind,
            bids: [(Int64, Int64)],
            asks: [(Int64, Int64)]
        ) {
            let (result, expected) = maker.send(kind, bids: bids, asks: asks) {
                (book.apply($0), plain.apply($0))
            }
            #expect(result == expected)
            book.checkInvariants()
            for (side, levels) in [(Side.buy, plain.bids), (.sell, plain.asks)] {
                let ours = [LevelChange](unsafeUninitializedCapacity: 4_096) { buffer, count in
                    count = book.top(side, into: buffer)
                }
                #expect(ours == levels)
                #expect(book.levelCount(side) == levels.count)
                for level in levels {
                    let found = book.quantity(at: Price(ticks: level.ticks), side)
                    #expect(found.lots == level.lots)
                }
            }
        }
    }

    @Test("a level that leaves the window and comes back is there all the time, and once")
    func leavesAndReturns() {
        var pair = Pair(window: 64)
        pair.send(.snapshot, bids: [(1_000, 5), (960, 7)], asks: [(1_001, 5), (1_040, 7)])
        #expect(pair.book.overflowCount(.buy) == 0 && pair.book.overflowCount(.sell) == 0)
        // Better prices push the window away from the far level, on one side after the other.
        pair.send(.delta, bids: [], asks: [(1_001, 0), (990, 3)])
        pair.send(.snapshot, bids: [(1_000, 5), (960, 7)], asks: [(1_001, 5), (1_040, 7)])
        pair.send(.delta, bids: [(1_000, 0), (900, 2)], asks: [(950, 1)])
        #expect(pair.book.overflowCount(.sell) == 1)
        pair.send(.delta, bids: [], asks: [(1_040, 9)])
        pair.send(.delta, bids: [], asks: [(950, 0), (1_001, 0)])
        #expect(pair.book.overflowCount(.sell) == 0)
        pair.send(.delta, bids: [], asks: [(1_040, 0)])
        #expect(pair.book.bestAsk == nil)
    }

    @Test("keys a whole window apart never share a slot", arguments: [16, 64, 4_096])
    func aliases(_ window: Int) {
        let span = Int64(window)
        var pair = Pair(window: window)
        let far = (0..<6 as Range<Int64>).map { (1_000_000 - $0 * span, $0 + 1) }
        let high = (0..<6 as Range<Int64>).map { (1_000_001 + $0 * span, $0 + 1) }
        pair.send(.snapshot, bids: far, asks: high)
        // The best goes, level by level: each time the window jumps past its own length.
        for i in 0..<5 { pair.send(.delta, bids: [(far[i].0, 0)], asks: [(high[i].0, 0)]) }
        // And comes back the other way.
        for i in (0..<5).reversed() { pair.send(.delta, bids: [far[i]], asks: [high[i]]) }
        // A delete a window away from a level deletes nothing, and says so.
        pair.send(.delta, bids: [(1_000_000 + span * 8, 0)], asks: [])
        #expect(pair.book.integrity == .unknownDelete)
    }

    @Test("one book holds the lowest and the highest price there is")
    func extremes() {
        let top = Int64(1) << 60 - 1
        var pair = Pair(window: 64)
        pair.send(.snapshot, bids: [(1, 1), (2, 2)], asks: [(top, 1), (top - 1, 2)])
        pair.send(.delta, bids: [(top - 3, 4)], asks: [(top - 2, 3)])
        pair.send(.delta, bids: [(top - 3, 0)], asks: [(3, 3), (top - 2, 0)])
        pair.send(.delta, bids: [(2, 0)], asks: [(3, 0)])
        #expect(pair.book.bestBid == Price(ticks: 1))
        #expect(pair.book.bestAsk == Price(ticks: top - 1))
    }

    @Test("a level changed twice in one message ends as the last change says")
    func repeated() {
        var pair = Pair(window: 64)
        pair.send(.snapshot, bids: [(100, 1)], asks: [(101, 1), (102, 2)])
        pair.send(.delta, bids: [(100, 0), (100, 5)], asks: [(101, 0), (101, 3), (101, 0)])
        #expect(pair.book.integrity == .sound && pair.book.bestAsk == Price(ticks: 102))
        pair.send(.delta, bids: [(99, 1), (99, 0), (99, 0)], asks: [])
        #expect(pair.book.integrity == .unknownDelete)
    }

    @Test("a book's memory is what its window and overflow say, and nothing by depth")
    func memory() {
        let ladders = (8 * 4_096 + 16 * 2_048) * 2
        #expect(OrderBook.byteCount() - ladders < 512)
        #expect(OrderBook.byteCount(window: 64, overflowCapacity: 16) < 2_048)
        // It is never exceeded, because more levels than that are refused: a full overflow.
        var book = OrderBook(instrument: InstrumentID(0), window: 16, overflowCapacity: 8)
        var maker = BookMaker()
        let asks = (1...1_000).map { (Int64($0) * 20, Int64(1)) }
        #expect(maker.send(.snapshot, bids: [], asks: asks) { book.apply($0) } == .overflow)
        #expect(book.levelCount(.sell) == 9)
    }
}

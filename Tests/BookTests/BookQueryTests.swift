import Book
import Testing
import Units

@Suite("Questions to a book and a tape", .timeLimit(.minutes(3)))
struct BookQueryTests {
    private static func withUpdate<Result>(
        _ kind: DepthUpdate.Kind,
        _ sequence: Int64,
        _ bids: [LevelChange],
        _ asks: [LevelChange],
        _ body: (DepthUpdate) -> Result
    ) -> Result {
        bids.withUnsafeBufferPointer { b in
            asks.withUnsafeBufferPointer { a in
                body(
                    DepthUpdate(
                        instrument: InstrumentID(0),
                        kind: kind,
                        depth: 50,
                        sequence: sequence,
                        crossSequence: 1,
                        publishedAt: .zero,
                        matchedAt: .zero,
                        bids: b,
                        asks: a
                    )
                )
            }
        }
    }

    /// Bids 100 × 10, 99 × 20, 50 × 40 (past the window); asks 102 × 5, 105 × 5.
    private static func book() -> OrderBook {
        var book = OrderBook(instrument: InstrumentID(0), window: 16, overflowCapacity: 2)
        let bids = [(100, 10), (99, 20), (50, 40)].map { LevelChange(ticks: $0, lots: $1) }
        let asks = [(102, 5), (105, 5)].map { LevelChange(ticks: $0, lots: $1) }
        let result = withUpdate(.snapshot, 5, bids, asks) { book.apply($0) }
        #expect(result == .applied && book.overflowCount(.buy) == 1)
        return book
    }

    @Test("a sweep walks the ladder and its overflow, to the limit and no farther")
    func sweep() {
        let book = Self.book()
        let all = book.sweep(.sell, Quantity(lots: 100))
        #expect(all.filled.lots == 70 && all.levels == 3 && all.worst.ticks == 50)
        #expect(all.notional.tickLots == 100 * 10 + 99 * 20 + 50 * 40)
        let part = book.sweep(.sell, Quantity(lots: 15), limit: Price(ticks: 99))
        #expect(part.filled.lots == 15 && part.notional.tickLots == 1_000 + 99 * 5)
        #expect(book.sweep(.buy, Quantity(lots: 9), limit: Price(ticks: 104)).filled.lots == 5)
        #expect(book.sweep(.buy, Quantity(lots: 9), limit: Price(ticks: 101)).levels == 0)
        #expect(book.sweep(.buy, .zero).filled == .zero)
    }

    @Test("depth, imbalance and mids are those of the levels")
    func depth() {
        let book = Self.book()
        #expect(book.depth(.buy, withinTicks: 0).lots == 10)
        #expect(book.depth(.buy, withinTicks: 1).lots == 30)
        #expect(book.depth(.buy, withinTicks: 50).lots == 70)
        // 1 % of the mid of 101 reaches down to 99.99 and up to 102.01.
        #expect(book.depth(.buy, withinBps: 100).lots == 10)
        #expect(book.depth(.sell, withinBps: 100).lots == 5)
        #expect(book.imbalance(levels: 2) == 0.5)
        #expect(book.bbo.midHalfTicks == 202 && book.bbo.spreadTicks == 2)
        #expect(abs(book.bbo.weightedMidTicks - (100 + 2.0 * 10 / 15)) < 1e-12)
        #expect(book.quantity(at: Price(ticks: 50), .buy).lots == 40)
        #expect(book.quantity(at: Price(ticks: 105), .sell).lots == 5)
        #expect(book.quantity(at: Price(ticks: 100), .sell).lots == 0)
    }

    @Test("more levels than the overflow holds make the book stale, not wrong")
    func overflow() {
        var book = Self.book()
        let far = [10, 20].map { LevelChange(ticks: $0, lots: 1) }
        #expect(Self.withUpdate(.delta, 6, far, []) { book.apply($0) } == .overflow)
        #expect(book.isStale && book.counts.overflows == 1)
        #expect(Self.withUpdate(.delta, 7, [], []) { book.apply($0) } == .stale)
        book.checkInvariants()
        let fresh = [LevelChange(ticks: 9, lots: 1)]
        #expect(Self.withUpdate(.snapshot, 8, fresh, []) { book.apply($0) } == .applied)
        #expect(book.bestBid == Price(ticks: 9) && book.bestAsk == nil && !book.isStale)
    }

    @Test("a gap leaves the book untouched")
    func gap() {
        var book = Self.book()
        let before = book.bbo
        let change = [LevelChange(ticks: 101, lots: 1)]
        #expect(Self.withUpdate(.delta, 7, change, []) { book.apply($0) } == .gap)
        #expect(book.bbo == before && book.integrity == .gap)
    }

    @Test("block trades never count, retail improvement by policy")
    func tape() {
        func trade(_ lots: Int64, _ side: Side, block: Bool = false, rpi: Bool = false) -> Trade {
            Trade(
                price: Price(ticks: 10),
                quantity: Quantity(lots: lots),
                aggressor: side,
                isBlock: block,
                isRPI: rpi,
                matchedAt: Nanoseconds(lots),
                crossSequence: 1,
                id: .none
            )
        }
        let prints = [
            trade(1, .buy), trade(2, .sell), trade(4, .buy, block: true), trade(8, .buy, rpi: true),
        ]
        for (countsRPI, lots, bought) in [(true, 11, 9), (false, 3, 1)] as [(Bool, Int64, Int64)] {
            var tape = TradeTape(countsRPI: countsRPI)
            prints.withUnsafeBufferPointer {
                tape.apply(
                    TradeBatch(instrument: InstrumentID(0), publishedAt: .zero, trades: $0)
                )
            }
            let start = tape.total
            #expect(start.quantity.lots == lots && start.boughtQuantity.lots == bought)
            #expect(start.notional.tickLots == Int128(lots) * 10 && start.vwapTicks == 10)
            prints.withUnsafeBufferPointer {
                tape.apply(
                    TradeBatch(instrument: InstrumentID(0), publishedAt: .zero, trades: $0)
                )
            }
            #expect(tape.total - start == start)
            #expect(tape.lastPrice == Price(ticks: 10))
        }
    }
}

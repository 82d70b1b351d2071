import Book
import Lines
import Testing
import Units

@Suite("Prints over several lines", .timeLimit(.minutes(3)))
struct PrintFilterTests {
    private func print(_ id: String, at ms: Int64, seq: Int64 = 1) -> Trade {
        Trade(
            price: Price(ticks: 10),
            quantity: Quantity(lots: 1),
            aggressor: .buy,
            isBlock: false,
            isRPI: false,
            matchedAt: .milliseconds(ms),
            crossSequence: seq,
            id: ExternalID(id) ?? .none
        )
    }

    /// Two lines that are given prints.
    private final class Lines {
        private var lines = MarketLines(count: 2, seed: 1)

        var duplicates: Int { lines.counts.duplicatePrints }
        func prints(of i: Int) -> Int { lines.counts(of: i).prints }

        /// The ids of the prints that pass.
        func fresh(_ trades: [Trade], line: Int) -> [String] {
            trades.withUnsafeBufferPointer { trades in
                let batch = TradeBatch(
                    instrument: InstrumentID(0),
                    publishedAt: .zero,
                    trades: trades
                )
                let fresh = lines.fresh(batch, from: line, now: .seconds(1))
                return fresh?.trades.map(\.id.text) ?? []
            }
        }
    }

    @Test("each print passes once, whichever line brings it, and in its message's order")
    func once() {
        let lines = Lines()
        #expect(lines.fresh([print("a", at: 1), print("b", at: 1)], line: 0) == ["a", "b"])
        #expect(lines.fresh([print("a", at: 1), print("b", at: 1)], line: 1) == [])
        // The second message of a sweep has the first one's sequence, and new prints.
        let mixed = [print("b", at: 1), print("c", at: 1), print("a", at: 1), print("d", at: 2)]
        #expect(lines.fresh(mixed, line: 1) == ["c", "d"])
        #expect(lines.duplicates == 4)
        #expect(lines.prints(of: 0) == 2 && lines.prints(of: 1) == 2)
    }

    @Test("what one line lost the other brings, though newer prints came meanwhile")
    func holes() {
        let lines = Lines()
        #expect(lines.fresh([print("a", at: 1), print("z", at: 9)], line: 0) == ["a", "z"])
        #expect(lines.fresh([print("b", at: 5)], line: 1) == ["b"])
    }

    @Test("prints without an id are told apart by what they say")
    func nameless() {
        let lines = Lines()
        let batch = [print("", at: 1, seq: 5), print("", at: 1, seq: 6)]
        #expect(lines.fresh(batch, line: 0).count == 2)
        #expect(lines.fresh(batch, line: 1).isEmpty)
    }

    @Test("twenty thousand prints pass once each, and what is too old to tell apart does not")
    func many() {
        let lines = Lines()
        var random = SplitMix64(seed: 5)
        var passed = 0
        var behind = 0
        let all = (0..<20_000).map { print("id-\($0)", at: Int64($0 / 3) + 1) }
        var at = [0, 0]
        while at[0] < all.count || at[1] < all.count {
            let line = Int(random.next() % 2)
            let end = min(all.count, at[line] + 1 + Int(random.next() % 8))
            let part = Array(all[min(at[line], end)..<end])
            passed += lines.fresh(part, line: line).count
            at[line] = end
            behind = max(behind, abs(at[0] - at[1]))
        }
        #expect(behind < 4_096, "the lines stay within what the filter remembers")
        #expect(passed == all.count)
        #expect(lines.fresh([all[0]], line: 1).isEmpty)
    }
}

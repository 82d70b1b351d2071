import Lines
import Testing
import Units

/// What two lines may and may not do to one book, case by case.
@Suite("Market lines", .timeLimit(.minutes(3)))
struct MarketLinesTests {
    /// Both lines told the same of one update id: they agree. The book is at 101, by line 0.
    private func agreed() -> TwoLines {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 100, ms: 0))
        #expect(two.tell(1, .snapshot, 100, ms: 0))
        #expect(two.tell(0, .delta, 101, ms: 20))
        #expect(!two.tell(1, .delta, 101, ms: 20))
        return two
    }

    @Test("the first of two equal messages passes, the second is counted and dropped")
    func firstWins() {
        let two = agreed()
        #expect(two.tell(1, .delta, 102, ms: 40))
        #expect(!two.tell(0, .delta, 102, ms: 40))
        #expect(two.tell(0, .delta, 103, ms: 60))
        #expect(two.counts(of: 1).wins == 2)
        #expect(two.counts(of: 0).duplicates == 1)
        #expect(two.lagCount(of: 0) == 1)
    }

    @Test("a gap on one line is filled by the other, and the book is never lost")
    func filled() {
        let two = agreed()
        #expect(!two.tell(0, .delta, 103, ms: 60))
        #expect(two.isSound)
        #expect(two.tell(1, .delta, 102, ms: 40))
        #expect(two.tell(1, .delta, 103, ms: 60))
        two.wait(ms: 300)
        #expect(two.isSound && two.counts.losses == 0)
        #expect(two.counts.filledGaps == 1)
        #expect(two.actions.contains(.askBook(0)), "the line with the gap is subscribed again")
    }

    @Test("a gap that the other line does not fill in time loses the book")
    func unfilled() {
        let two = agreed()
        #expect(!two.tell(0, .delta, 103, ms: 60))
        two.wait(ms: 90)
        #expect(two.isSound)
        two.wait(ms: 30)
        #expect(!two.isSound)
        #expect(two.actions.filter { $0 == .bookLost }.count == 1)
        #expect(!two.tell(0, .delta, 104, ms: 200), "only a snapshot mends it")
        #expect(two.tell(1, .snapshot, 105, ms: 220))
        #expect(two.isSound)
        #expect(two.counts.staleNanoseconds > 0)
    }

    @Test("a gap on both lines loses the book at once")
    func bothGap() {
        let two = agreed()
        #expect(!two.tell(0, .delta, 103, ms: 60))
        #expect(two.isSound)
        #expect(!two.tell(1, .delta, 103, ms: 60))
        #expect(!two.isSound)
    }

    @Test("a snapshot behind the book is no news, one ahead of it is")
    func snapshots() {
        let two = agreed()
        #expect(two.tell(0, .delta, 102, ms: 40))
        #expect(!two.tell(1, .snapshot, 101, ms: 20), "B answers late, A is ahead")
        #expect(two.isSound)
        #expect(two.tell(1, .snapshot, 110, ms: 80))
        #expect(!two.tell(0, .delta, 110, ms: 80), "A comes up behind")
        #expect(two.tell(1, .delta, 111, ms: 90))
    }

    @Test("the same update id with other content is no agreement: that line is given up")
    func otherContent() {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 100, ms: 0))
        #expect(two.tell(1, .snapshot, 100, ms: 0))
        #expect(two.tell(0, .delta, 101, ms: 20))
        #expect(!two.tell(1, .delta, 101, ms: 20, ticks: 99))
        #expect(two.counts(of: 1).contradictions == 1)
        #expect(two.actions.contains(.close(1)))
        // It had agreed on the snapshot, so it had a part in the book.
        #expect(!two.isSound)
    }

    @Test("a snapshot of the book's own update id with other levels gives that line up")
    func otherSnapshot() {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 100, ms: 0))
        #expect(!two.tell(1, .snapshot, 100, ms: 0, isSameBook: false))
        #expect(two.isSound, "a line that never agreed had no part in the book")
        #expect(two.actions.contains(.close(1)))
    }

    @Test("a line that was not seen to agree cannot carry the book on by number alone")
    func strangers() {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 100, ms: 10))
        #expect(!two.tell(1, .snapshot, 99, ms: 0))
        #expect(!two.tell(1, .delta, 100, ms: 5), "the past of the book, by time")
        #expect(!two.tell(1, .delta, 101, ms: 20))
        #expect(two.tell(0, .delta, 101, ms: 20))
        #expect(two.tell(1, .delta, 102, ms: 30), "it told 101 as the other did, only sooner")
    }

    @Test("a third contradiction closes a line for good, until it is the last one")
    func retired() {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 100, ms: 0))
        for round in 0..<3 {
            #expect(!two.isRetired(1))
            two.open(1)
            #expect(!two.tell(1, .snapshot, 100, ms: Int64(round), isSameBook: false))
        }
        #expect(two.isRetired(1))
        two.close(0)
        two.wait(ms: 5)
        #expect(!two.isRetired(1))
    }

    @Test("a restart is followed from its snapshot, and the other line's past is not mixed in")
    func restart() {
        let two = agreed()
        #expect(two.tell(0, .snapshot, 1, ms: 100))
        #expect(!two.tell(1, .delta, 102, ms: 40), "told before the restart")
        #expect(!two.tell(1, .delta, 103, ms: 60))
        #expect(two.tell(0, .delta, 2, ms: 120))
        #expect(!two.tell(1, .snapshot, 1, ms: 100))
        #expect(!two.tell(1, .delta, 2, ms: 120))
        #expect(two.tell(1, .delta, 3, ms: 140))
        #expect(two.counts.restarts == 1)
        #expect(two.counts(of: 1).contradictions == 0)
    }

    @Test("numbers of two epochs that meet are told apart by time")
    func meetingNumbers() {
        let two = TwoLines()
        #expect(two.tell(0, .snapshot, 5, ms: 0))
        #expect(two.tell(1, .snapshot, 5, ms: 0))
        #expect(two.tell(0, .delta, 6, ms: 10))
        #expect(!two.tell(1, .delta, 6, ms: 10))
        #expect(two.tell(0, .snapshot, 1, ms: 100))
        for u in Int64(2)...6 { #expect(two.tell(0, .delta, u, ms: 100 + 10 * u)) }
        #expect(!two.tell(1, .delta, 7, ms: 20), "7 of the old numbering after 6 of the new")
    }

    @Test("a restart told without its levels loses the book")
    func bareRestart() {
        let two = TwoLines(count: 1)
        #expect(two.tell(0, .snapshot, 100, ms: 0))
        #expect(!two.tell(0, .delta, 1, ms: 20))
        #expect(!two.isSound)
        #expect(two.actions.contains(.askBook(0)))
        #expect(two.tell(0, .snapshot, 2, ms: 40))
    }

    @Test("with one line every snapshot is the book, and every gap its loss")
    func single() {
        let one = TwoLines(count: 1)
        #expect(one.tell(0, .snapshot, 100, ms: 0))
        #expect(one.tell(0, .snapshot, 90, ms: 0), "the venue knows best what it sends")
        #expect(!one.tell(0, .delta, 92, ms: 20))
        #expect(!one.isSound)
        #expect(one.actions.filter { $0 == .bookLost }.count == 1)
    }

    @Test("a quiet line is asked for a snapshot before the book is too old, which renews it")
    func quiet() {
        let one = TwoLines(count: 1)
        #expect(one.tell(0, .snapshot, 100, ms: 0))
        one.wait(ms: 1_010)
        #expect(one.actions.contains(.askBook(0)))
        #expect(one.isSound)
        #expect(one.tell(0, .snapshot, 100, ms: 1_015))
        one.wait(ms: 1_500)
        #expect(one.isSound)
        one.wait(ms: 600)
        #expect(!one.isSound, "two seconds without a word about the book")
        #expect(one.counts.aged == 1)
        #expect(!one.actions.contains(.close(0)))
        one.wait(ms: 1_000)
        #expect(one.actions.contains(.close(0)), "asked at 1 s, not answered for 2 s")
        #expect(one.actions.suffix(1) == [.open(0)])
        #expect(one.counts(of: 0).deaf == 1)
    }

    @Test("what was published too long ago does not become the book")
    func late() {
        let one = TwoLines(count: 1)
        one.wait(ms: 5_000)
        one.open(0)
        #expect(!one.tell(0, .snapshot, 100, ms: 2_900))
        #expect(one.counts(of: 0).late == 1)
        #expect(one.tell(0, .snapshot, 100, ms: 3_100))
    }
}

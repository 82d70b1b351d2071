import Lines
import Testing
import Units

/// A publisher that stands still and repeats itself, while the venue goes on matching.
@Suite("Frozen books", .timeLimit(.minutes(3)))
struct FrozenBookTests {
    /// Lets `ms` pass, with a print every 50 ms on `printing`; whoever asks for the book is told
    /// the state of update id 100 again, as made at the start or, restamped, just now.
    private func repeatItself(
        _ lines: TwoLines,
        ms: Int64,
        printing: Int?,
        isRestamped: Bool
    ) {
        let end = lines.ms + ms
        while lines.ms < end {
            lines.actions = []
            lines.wait(ms: 50)
            let now = lines.ms
            if let printing { lines.print(printing, ms: now - 10) }
            for action in lines.actions {
                switch action {
                case .open(let i):
                    lines.open(i)
                    _ = lines.tell(i, .snapshot, 100, ms: now, made: isRestamped ? now : 0)
                case .askBook(let i):
                    _ = lines.tell(i, .snapshot, 100, ms: now, made: isRestamped ? now : 0)
                default: break
                }
            }
        }
    }

    @Test("is found out within two seconds by prints", arguments: [1, 2], [false, true])
    func prints(_ count: Int, _ isRestamped: Bool) {
        let lines = TwoLines(count: count)
        for i in 0..<count { _ = lines.tell(i, .snapshot, 100, ms: 0) }
        repeatItself(lines, ms: 900, printing: count - 1, isRestamped: isRestamped)
        #expect(lines.isSound, "it may be under way")
        repeatItself(lines, ms: 1_100, printing: count - 1, isRestamped: isRestamped)
        #expect(!lines.isSound)
        #expect(lines.counts.frozen == 1)
        repeatItself(lines, ms: 10_000, printing: count - 1, isRestamped: isRestamped)
        #expect(!lines.isSound, "what repeats itself is not taken again")
        #expect(lines.counts.losses == 1 && lines.counts(of: 0).deaf >= 1)
        let now = lines.ms
        for i in 0..<count { lines.open(i) }
        #expect(lines.tell(0, .snapshot, 180, ms: now, made: now - 20), "one of the present is")
        #expect(lines.isSound)
    }

    @Test("is found out by a fill of ours where prints stand still as well")
    func fills() {
        let lines = TwoLines(count: 1)
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        lines.wait(ms: 300)
        lines.fill(ms: 290)
        repeatItself(lines, ms: 900, printing: nil, isRestamped: false)
        #expect(lines.isSound)
        repeatItself(lines, ms: 200, printing: nil, isRestamped: false)
        #expect(!lines.isSound && lines.counts.frozen == 1)
    }

    @Test("is not one of a quiet market, nor one that blocks and hidden orders alone pass by")
    func quiet() {
        let lines = TwoLines(count: 1)
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        lines.print(0, ms: 0)
        repeatItself(lines, ms: 3_000, printing: nil, isRestamped: false)
        lines.print(0, ms: lines.ms, isBlock: true)
        lines.print(0, ms: lines.ms, isRPI: true)
        repeatItself(lines, ms: 3_000, printing: nil, isRestamped: true)
        #expect(lines.isSound && lines.counts.losses == 0)
    }

    @Test("is not one that comes late but comes")
    func late() {
        let lines = TwoLines(count: 1)
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        for step in Int64(1)...60 {
            let now = step * 50
            lines.print(0, ms: now)
            if now > 800 {
                #expect(lines.tell(0, .delta, 84 + step, ms: now, made: now - 800))
            }
            lines.wait(ms: 5)
        }
        #expect(lines.isSound && lines.counts.losses == 0)
    }

    @Test("one that goes on again is asked for its state at once")
    func thawed() {
        let lines = TwoLines(count: 1)
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        repeatItself(lines, ms: 2_000, printing: 0, isRestamped: false)
        #expect(!lines.isSound)
        lines.actions = []
        let now = lines.ms
        #expect(!lines.tell(0, .delta, 101, ms: now))
        #expect(lines.actions == [.askBook(0)])
        #expect(lines.tell(0, .snapshot, 102, ms: now + 5))
        #expect(lines.isSound)
    }

    @Test("a line that stands still does not bring its past back over one that goes on")
    func one() {
        let lines = TwoLines()
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        #expect(lines.tell(1, .snapshot, 100, ms: 0))
        #expect(lines.tell(0, .delta, 101, ms: 20))
        #expect(!lines.tell(1, .delta, 101, ms: 20))
        for u in Int64(102)...110 { #expect(lines.tell(0, .delta, u, ms: u)) }
        #expect(!lines.tell(1, .snapshot, 101, ms: 200), "newer by its stamp alone")
        #expect(lines.tell(0, .delta, 111, ms: 220))
        #expect(lines.counts.restarts == 0)
    }

    @Test("another line's word of the same state is no news of it")
    func second() {
        let lines = TwoLines()
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        lines.print(0, ms: 50)
        lines.wait(ms: 600)
        #expect(lines.tell(1, .snapshot, 100, ms: lines.ms))
        lines.wait(ms: 600)
        #expect(!lines.isSound && lines.counts.frozen == 1)
    }

    @Test("a match that the venue's clock has not reached proves nothing")
    func future() {
        let lines = TwoLines(count: 1)
        #expect(lines.tell(0, .snapshot, 100, ms: 0))
        lines.fill(ms: 3_600_000)
        repeatItself(lines, ms: 3_000, printing: nil, isRestamped: false)
        #expect(lines.isSound)
    }
}

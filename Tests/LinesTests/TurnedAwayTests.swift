import Lines
import Testing
import Units

@Suite("A connection that is turned away", .timeLimit(.minutes(1)))
struct TurnedAwayTests {
    @Test("it is tried again after a second, then seldomer, and soon again once it was open")
    func doubling() {
        var keeper = LinkKeeper(LinkTimes(), seed: 1)
        var budget = ConnectBudget(limit: 100)
        var now = Nanoseconds.seconds(100)
        func absence() -> Nanoseconds {
            let since = now
            while keeper.tick(now, &budget) != .open { now = now + .milliseconds(100) }
            return now - since
        }
        #expect(absence() == .zero)
        for seconds in [1, 2, 4, 8, 16, 30, 30] as [Int64] {
            keeper.lost(now)
            keeper.turnedAway(now)
            #expect(absence() == .seconds(seconds))
        }
        keeper.opened(now)
        now = now + .seconds(20)
        keeper.lost(now)
        keeper.turnedAway(now)
        #expect(absence() == .seconds(1))
    }
}

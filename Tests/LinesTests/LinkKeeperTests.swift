import Lines
import Testing
import Units

@Suite("Link keeper", .timeLimit(.minutes(3)))
struct LinkKeeperTests {
    /// A keeper with its budget.
    private final class Link {
        var keeper: LinkKeeper
        private var budget: ConnectBudget

        init(
            _ times: LinkTimes = LinkTimes(),
            seed: UInt64 = 1,
            budget: consuming ConnectBudget = ConnectBudget()
        ) {
            keeper = LinkKeeper(times, seed: seed)
            self.budget = budget
        }

        func tick(_ now: Nanoseconds) -> LinkKeeper.Order { keeper.tick(now, &budget) }
        func watch(_ now: Nanoseconds) -> LinkKeeper.Order { keeper.watch(now) }
        func opened(_ now: Nanoseconds) { keeper.opened(now) }
        func lost(_ now: Nanoseconds) { keeper.lost(now) }
    }

    @Test("it opens at once, and after a loss the first retry comes at once")
    func first() {
        let keeper = Link()
        #expect(keeper.tick(.seconds(100)) == .open)
        #expect(keeper.tick(.seconds(100)) == .rest)
        keeper.opened(.seconds(101))
        keeper.lost(.seconds(102))
        #expect(keeper.tick(.seconds(102)) == .open)
    }

    @Test("waits double from the base to the cap, jittered by half, and start over when stable")
    func backoff() {
        let times = LinkTimes()
        let keeper = Link(times, seed: 42)
        var now = Nanoseconds.seconds(100)
        var waits: [Int64] = []
        for _ in 0..<12 {
            let began = now
            while keeper.tick(now) != .open { now = now + .milliseconds(1) }
            waits.append((now - began).millisecondCount)
            keeper.lost(now)
        }
        #expect(waits[0] == 0 && waits[1] == 0)
        for (i, wait) in waits.enumerated().dropFirst(2) {
            let full = min(5_000, Int64(100) << (i - 2))
            #expect((full / 2...full + 1).contains(wait), "\(i): \(waits)")
        }
        while keeper.tick(now) != .open { now = now + .milliseconds(1) }
        keeper.opened(now)
        keeper.lost(now + times.stable)
        #expect(keeper.tick(now + times.stable) == .open)
    }

    @Test("the same seed waits the same, another one otherwise")
    func seeded() {
        func waits(_ seed: UInt64) -> [Nanoseconds] {
            var backoff = Backoff(base: .milliseconds(100), cap: .seconds(5), seed: seed)
            return (0..<8).map { _ in backoff.next() }
        }
        #expect(waits(3) == waits(3))
        #expect(waits(3) != waits(4))
    }

    @Test("a silent peer is pinged, and given up at its bound; any word keeps it")
    func silence() {
        let times = LinkTimes()
        let keeper = Link(times)
        keeper.opened(.zero)
        var orders: [LinkKeeper.Order] = []
        for ms in stride(from: Int64(0), through: 5_000, by: 100) {
            let order = keeper.watch(.milliseconds(ms))
            if order != .rest { orders.append(order) }
        }
        #expect(orders == [.ping, .ping])
        let kept = Link(times)
        kept.keeper = keeper.keeper
        kept.keeper.heard(.milliseconds(4_900))
        #expect(kept.watch(.milliseconds(5_100)) != .silent)
        #expect(keeper.watch(.milliseconds(5_100)) == .silent)
        #expect(keeper.keeper.phase == .down)
        #expect(keeper.watch(.seconds(60)) == .rest, "what is down is not pinged")
    }

    @Test("an opening that takes too long is given up and tried again")
    func opening() {
        let keeper = Link()
        #expect(keeper.tick(.seconds(1)) == .open)
        #expect(keeper.tick(.seconds(6)) == .rest)
        #expect(keeper.tick(.milliseconds(6_001)) == .openedTooSlowly)
        #expect(keeper.tick(.milliseconds(6_001)) == .open)
    }

    @Test("no more connections than the budget in any window, however often they fail")
    func budgetHolds() {
        var times = LinkTimes()
        times.stable = .zero
        let keeper = Link(times, budget: ConnectBudget(limit: 10, window: .seconds(300)))
        var opened: [Int64] = []
        for second in Int64(0)..<1_000 {
            let now = Nanoseconds.seconds(second)
            if keeper.tick(now) == .open {
                opened.append(second)
                keeper.opened(now)
                keeper.lost(now)
            }
        }
        #expect(opened.count > 30)
        for (i, second) in opened.enumerated().dropFirst(10) {
            #expect(second - opened[i - 10] >= 300)
        }
        #expect(opened.prefix(10) == ArraySlice(0..<10), "the budget is there to be used")
    }
}

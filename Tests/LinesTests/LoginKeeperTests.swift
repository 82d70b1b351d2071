import Lines
import Testing
import Units

@Suite("Login keeper", .timeLimit(.minutes(3)))
struct LoginKeeperTests {
    /// A keeper with its budget and its time.
    private final class Link {
        var keeper: LoginKeeper
        var now = Nanoseconds.seconds(100)
        private var budget = ConnectBudget()

        init(subscribes: Bool, _ times: LinkTimes = LinkTimes(), seed: UInt64 = 1) {
            keeper = LoginKeeper(times, subscribes: subscribes, seed: seed)
            keeper.adopt(now)
        }

        func tick(after span: Nanoseconds = .zero) -> LoginKeeper.Order {
            now = now + span
            return keeper.tick(now, &budget)
        }

        // A keeper cannot be copied into an expectation.
        var isUp: Bool { keeper.isUp }
        var stage: LoginKeeper.Stage { keeper.stage }
        var losses: Int { keeper.losses }
        var recoveries: Int { keeper.recoveries }
        var refusals: Int { keeper.refusals }
        var times: LinkTimes { keeper.times }
        var recoveryCount: UInt64 { keeper.recovery.count }
        var longestRecovery: UInt64 { keeper.recovery.maximum }
        func timeAway(until now: Nanoseconds) -> Nanoseconds { keeper.timeAway(until: now) }
        func connected() -> LoginKeeper.Order { keeper.connected(now) }
        func accepted() -> LoginKeeper.Order { keeper.accepted(now) }
        func refused(_ refusal: LoginKeeper.Refusal = .doubtful) {
            keeper.refused(now, refusal)
        }
        func caughtUp() { keeper.caughtUp(now) }
        func lost(isTurnedAway: Bool = false) { keeper.lost(now, isTurnedAway: isTurnedAway) }

        /// Time passes until it wants to be opened.
        func reopen() -> Nanoseconds {
            let since = now
            while tick() != .open { now = now + .milliseconds(1) }
            return now - since
        }
    }

    @Test("order entry is up once it is logged in")
    func trade() {
        let link = Link(subscribes: false)
        #expect(link.isUp)
        link.lost()
        #expect(!link.isUp && link.losses == 1)
        #expect(link.tick() == .open)
        #expect(link.connected() == .logIn)
        link.now = link.now + .milliseconds(7)
        #expect(link.accepted() == .use)
        #expect(link.isUp && link.recoveries == 1)
        #expect(link.recoveryCount == 1 && link.longestRecovery == 7_000_000)
        #expect(link.timeAway(until: link.now + .seconds(9)) == .milliseconds(7))
    }

    @Test("the account's stream is up only when what it missed is known")
    func account() {
        let link = Link(subscribes: true)
        link.lost()
        #expect(link.tick() == .open)
        #expect(link.connected() == .logIn)
        #expect(link.accepted() == .subscribe)
        #expect(link.accepted() == .catchUp)
        #expect(!link.isUp && link.stage == .catchingUp)
        link.caughtUp()
        #expect(link.isUp)
    }

    @Test("an answer out of turn moves nothing")
    func outOfTurn() {
        let link = Link(subscribes: true)
        link.caughtUp()
        link.refused()
        #expect(link.connected() == .rest && link.isUp)
        link.lost()
        link.caughtUp()
        #expect(link.accepted() == .rest && link.stage == .down)
        // A loss that is told twice is one.
        link.lost()
        #expect(link.losses == 1)
    }

    @Test("a login or subscription without an answer is given up in time")
    func noAnswer() {
        for answers in 0..<2 {
            let link = Link(subscribes: true)
            link.lost()
            #expect(link.tick() == .open)
            #expect(link.connected() == .logIn)
            for _ in 0..<answers { _ = link.accepted() }
            #expect(link.tick(after: link.times.opening) == .rest)
            #expect(link.tick(after: .milliseconds(1)) == .tooSlow)
            #expect(link.stage == .down)
        }
    }

    @Test("silence is noticed while it catches up as well")
    func silence() {
        for isCaughtUp in [false, true] {
            let link = Link(subscribes: true)
            link.lost()
            _ = link.tick()
            _ = link.connected()
            _ = link.accepted()
            _ = link.accepted()
            if isCaughtUp { link.caughtUp() }
            #expect(link.tick(after: link.times.ping) == .ping)
            #expect(link.tick(after: link.times.silence) == .silent)
            #expect(link.losses == (isCaughtUp ? 2 : 1))
        }
    }

    @Test("three refusals in a row over seconds bar it; a login in between starts the count over")
    func refusals() {
        let link = Link(subscribes: false)
        func tryOnce() {
            _ = link.reopen()
            _ = link.connected()
        }
        link.lost()
        for _ in 0..<2 {
            tryOnce()
            link.refused()
        }
        tryOnce()
        #expect(link.accepted() == .use)
        link.lost()
        // A moment's trouble, or a clock that was set, bars nothing.
        let since = link.now
        for i in 0..<3 {
            #expect(link.stage == .down, "\(i)")
            tryOnce()
            link.refused()
        }
        #expect(link.stage == .down && link.now - since < .seconds(3))
        link.now = since + .seconds(4)
        tryOnce()
        link.refused()
        #expect(link.stage == .barred && link.refusals == 6)
        #expect(link.tick(after: .seconds(3_600)) == .rest)
        link.lost()
        #expect(link.stage == .barred)
    }

    @Test("a refusal that passes is asked again, however often it comes")
    func passingRefusals() {
        let link = Link(subscribes: false)
        link.lost()
        for _ in 0..<10 {
            _ = link.reopen()
            #expect(link.connected() == .logIn)
            link.refused(.passing)
            #expect(link.stage == .down)
        }
        _ = link.reopen()
        _ = link.connected()
        #expect(link.accepted() == .use)
    }

    @Test("a refusal of the key itself is the last")
    func finalRefusal() {
        let link = Link(subscribes: true)
        link.lost()
        _ = link.reopen()
        #expect(link.connected() == .logIn)
        link.refused(.final)
        #expect(link.stage == .barred && link.refusals == 1)
    }

    @Test("who is turned away stays away")
    func turnedAway() {
        let link = Link(subscribes: false)
        link.lost()
        #expect(link.tick() == .open)
        link.lost(isTurnedAway: true)
        #expect(link.reopen() >= .seconds(1))
        link.lost(isTurnedAway: true)
        #expect(link.reopen() >= .seconds(2))
    }

    @Test("short lives are retried ever more slowly, a long one starts over")
    func backoff() {
        let link = Link(subscribes: false, seed: 9)
        link.lost()
        var waits: [Int64] = []
        for _ in 0..<10 {
            waits.append(link.reopen().millisecondCount)
            _ = link.connected()
            _ = link.accepted()
            link.now = link.now + .milliseconds(200)
            link.lost()
        }
        // The first life was adopted and ended at once.
        #expect(waits[0] == 0 && waits[9] >= 2_500, "\(waits)")
        _ = link.reopen()
        _ = link.connected()
        _ = link.accepted()
        link.now = link.now + link.times.stable
        link.lost()
        #expect(link.reopen() == .zero)
    }
}

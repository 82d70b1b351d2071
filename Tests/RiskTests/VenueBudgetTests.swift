import Orders
import Risk
import TestSupport
import Testing
import Units

@Suite("The venue's request budget", .timeLimit(.minutes(3)))
struct VenueBudgetTests {
    private static let start = Nanoseconds.seconds(1_000)

    private static func reply(
        _ operation: OrderOperation = .place,
        _ remedy: OrderRemedy = .none,
        limit: Int32 = 0,
        left: Int32 = 0,
        resetsIn: Nanoseconds = .zero
    ) -> OrderReply {
        OrderReply(
            operation: operation,
            child: ChildID(parent: ParentID(0), number: 0),
            outcome: remedy == .none ? .accepted : .refused,
            remedy: remedy,
            code: 0,
            orderID: .none,
            budget: BudgetReading(limit: limit, left: left, resetsIn: resetsIn)
        )
    }

    /// How many of `wanted` requests may leave at once.
    private static func spend(
        _ budget: inout VenueBudget,
        _ wanted: Int,
        _ operation: OrderOperation = .place,
        _ category: ProductCategory = .linear,
        at now: Nanoseconds = start
    ) -> Int {
        var count = 0
        for _ in 0..<wanted where budget.take(operation, category, now: now) { count += 1 }
        return count
    }

    @Test("an account of no tier has ten of each kind a second, twenty in spot, ten amends there")
    func defaults() {
        var budget = VenueBudget(VenueRates())
        #expect(Self.spend(&budget, 100) == 10)
        #expect(Self.spend(&budget, 100, .amend) == 10)
        #expect(Self.spend(&budget, 100, .place, .spot) == 20)
        #expect(Self.spend(&budget, 100, .amend, .spot) == 10)
        // A cancel that has no room goes by the batches' budget.
        #expect(Self.spend(&budget, 100, .cancel) == 20)
        // Each spell of refused looks is one.
        #expect(budget.heldBack(.place) == 2 && budget.heldBack(.cancel) == 1)
        #expect(Self.spend(&budget, 1, at: Self.start + .seconds(1)) == 0)
        #expect(Self.spend(&budget, 100, at: Self.start + .milliseconds(1_050)) == 10)
    }

    @Test("what has left already counts, whatever was left of its budget")
    func entered() {
        var budget = VenueBudget(VenueRates())
        #expect(Self.spend(&budget, 7) == 7)
        for _ in 0..<6 { budget.enter(.place, .linear, now: Self.start + .milliseconds(100)) }
        let later = Self.start + .milliseconds(1_050)
        #expect(Self.spend(&budget, 9, at: later) == 4)
        #expect(Self.spend(&budget, 9, at: later + .milliseconds(100)) == 6)
        // Cancels beyond their budget can only have left in batches.
        for _ in 0..<14 { budget.enter(.cancel, .linear, now: Self.start) }
        #expect(Self.spend(&budget, 100, .cancel) == 6)
        #expect(Self.spend(&budget, 100, .amend) == 10)
    }

    @Test("no second of the venue's, wherever it begins, holds more", arguments: 0..<20)
    func rolling(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Int64.random(in: 1...20, using: &random)
        var budget = VenueBudget(VenueRates(linear: rate))
        var limit = Int(rate)
        var now = Self.start
        var counted: [Nanoseconds] = []
        for _ in 0..<2_000 {
            now = now + Nanoseconds(.random(in: 0...120_000_000, using: &random))
            let within = counted.filter { now - $0 < .milliseconds(1_050) }.count
            let isTaken = budget.take(.place, .linear, now: now)
            #expect(isTaken == (within < limit), "seed \(seed)")
            if isTaken { counted.append(now) }
            guard Int.random(in: 0..<50, using: &random) == 0, let last = counted.last else {
                continue
            }
            // The venue says what is left after the last request: at times less than ours alone,
            // for others spend of it too.
            let said = Int.random(in: 1...30, using: &random)
            let own = counted.filter { last - $0 < .milliseconds(1_050) }.count
            let others = Int.random(in: 0...3, using: &random)
            let left = max(0, said - own - others)
            budget.heed(
                Self.reply(limit: Int32(said), left: Int32(left)),
                .linear,
                requestedAt: last,
                now: now
            )
            limit = min(Int(rate), said)
            let entered = min(max(0, said - left - own), max(0, limit - own))
            counted += Array(repeating: last, count: entered)
            #expect(budget.limit(.place, .linear) == limit)
        }
    }

    private static func outside(
        _ sentAt: Nanoseconds,
        _ remedy: OrderRemedy = .none,
        limit: Int32 = 0,
        left: Int32 = 0
    ) -> OutsideRequest {
        OutsideRequest(
            .cancel,
            InstrumentID(0),
            sentAt: sentAt,
            remedy: remedy,
            budget: BudgetReading(limit: limit, left: left, resetsIn: .milliseconds(300))
        )
    }

    @Test("what left without the engine counts from when it left", arguments: 0..<20)
    func outside(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Int64.random(in: 1...20, using: &random)
        var rates = VenueRates(linear: rate)
        rates.linearBatch = 0
        var budget = VenueBudget(rates)
        var now = Self.start
        var counted: [Nanoseconds] = []
        for _ in 0..<2_000 {
            now = now + Nanoseconds(.random(in: 0...120_000_000, using: &random))
            if Int.random(in: 0..<3, using: &random) == 0 {
                // It left a while ago, before or after what left since.
                let sentAt = now - Nanoseconds(.random(in: 0...900_000_000, using: &random))
                budget.enter(Self.outside(sentAt), .linear, now: now)
                counted.append(sentAt)
            }
            let within = counted.filter { now - $0 < .milliseconds(1_050) }.count
            let isTaken = budget.take(.cancel, .linear, now: now)
            #expect(isTaken == (within < Int(rate)), "seed \(seed)")
            if isTaken { counted.append(now) }
        }
    }

    @Test("an answer to what left without the engine narrows and pauses like any other")
    func outsideAnswers() {
        var budget = VenueBudget(VenueRates())
        let now = Self.start + .milliseconds(20)
        // Ten, less this one and two of others.
        budget.enter(Self.outside(Self.start, limit: 10, left: 7), .linear, now: now)
        #expect(Self.spend(&budget, 100, at: now) == 10, "other operations have their own")
        #expect(budget.batch(.cancel, .linear, count: 0, now: now) == 0)
        #expect(Self.spend(&budget, 7, .cancel, at: now) == 7)
        var refused = VenueBudget(VenueRates())
        refused.enter(Self.outside(Self.start, .pauseOperation), .linear, now: now)
        #expect(refused.tooMany(.cancel) == 1)
        // The batches' budget is another one.
        #expect(Self.spend(&refused, 100, .cancel, at: now) == 10)
        #expect(Self.spend(&refused, 100, .cancel, at: now + .milliseconds(300)) == 10)
        // A time of nonsense counts as now at the latest.
        refused.enter(Self.outside(.distantFuture), .linear, now: now)
        refused.enter(Self.outside(Nanoseconds(.min)), .linear, now: now)
        #expect(Self.spend(&refused, 1, .cancel, .spot, at: now) == 1)
    }

    @Test("what others spend is counted once, however many replies tell of it")
    func others() {
        var budget = VenueBudget(VenueRates())
        let second = Self.start + .milliseconds(10)
        #expect(Self.spend(&budget, 1) == 1)
        #expect(Self.spend(&budget, 1, at: second) == 1)
        // Four of others before our first: ten, less five, less six.
        let now = Self.start + .milliseconds(20)
        let first = Self.reply(limit: 10, left: 5)
        budget.heed(first, .linear, requestedAt: Self.start, now: now)
        budget.heed(Self.reply(limit: 10, left: 4), .linear, requestedAt: second, now: now)
        #expect(Self.spend(&budget, 100, at: now) == 4)
        // Theirs are forgotten with ours of the same time.
        #expect(Self.spend(&budget, 100, at: Self.start + .milliseconds(1_050)) == 5)
    }

    @Test("a refusal for the rate pauses until the time the venue named, else for longer each time")
    func pauses() {
        var budget = VenueBudget(VenueRates())
        func refused(_ resetsIn: Nanoseconds, _ now: Nanoseconds) {
            budget.heed(
                Self.reply(.place, .pauseOperation, resetsIn: resetsIn),
                .linear,
                requestedAt: now,
                now: now
            )
        }
        func firstFree(after now: Nanoseconds) -> Nanoseconds {
            var at = now
            while !budget.take(.place, .linear, now: at) { at = at + .milliseconds(1) }
            return at - now
        }
        refused(.milliseconds(300), Self.start)
        #expect(Self.spend(&budget, 1, .amend) == 1, "the others go on")
        #expect(firstFree(after: Self.start) == .milliseconds(300))
        var now = Self.start + .seconds(10)
        for pause in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
            refused(.zero, now)
            #expect(firstFree(after: now) == .seconds(pause))
            now = now + .seconds(100)
        }
        budget.heed(Self.reply(limit: 10, left: 9), .linear, requestedAt: now, now: now)
        refused(.zero, now)
        #expect(firstFree(after: now) == .seconds(1))
        #expect(budget.tooMany(.place) == 10)
    }

    @Test("refusals that come together are one, and a named time that was too short is no more")
    func togetherAndAgain() {
        func refused(_ budget: inout VenueBudget, _ resetsIn: Nanoseconds, _ now: Nanoseconds) {
            budget.heed(
                Self.reply(.place, .pauseOperation, resetsIn: resetsIn),
                .linear,
                requestedAt: now,
                now: now
            )
        }
        var together = VenueBudget(VenueRates())
        for _ in 0..<5 { refused(&together, .zero, Self.start) }
        #expect(Self.spend(&together, 1, at: Self.start + .milliseconds(999)) == 0)
        #expect(Self.spend(&together, 1, at: Self.start + .seconds(1)) == 1)
        var again = VenueBudget(VenueRates())
        refused(&again, .milliseconds(1), Self.start)
        let next = Self.start + .milliseconds(1)
        #expect(Self.spend(&again, 1, at: next) == 1)
        refused(&again, .milliseconds(1), next)
        #expect(Self.spend(&again, 1, at: next + .milliseconds(999)) == 0)
        #expect(Self.spend(&again, 1, at: next + .seconds(1)) == 1)
    }

    @Test("an address that asks too much asks nothing more, cancels and batches included")
    func address() {
        var budget = VenueBudget(VenueRates())
        budget.heed(
            Self.reply(.place, .pauseRequests, resetsIn: .seconds(5)),
            .linear,
            requestedAt: Self.start,
            now: Self.start
        )
        let within = Self.start + .milliseconds(4_999)
        for operation in [OrderOperation.place, .amend, .cancel] {
            #expect(Self.spend(&budget, 1, operation, at: within) == 0)
            #expect(Self.spend(&budget, 1, operation, at: Self.start + .seconds(5)) == 1)
        }
    }

    @Test("where all requests share one pool, places and amends leave a reserve to cancels")
    func reserve() {
        var rates = VenueRates(linear: 100)
        rates.pool = 100
        rates.reserve = 30
        var budget = VenueBudget(rates)
        #expect(Self.spend(&budget, 50) == 50)
        #expect(Self.spend(&budget, 50, .amend) == 20)
        #expect(Self.spend(&budget, 1) == 0)
        #expect(Self.spend(&budget, 50, .cancel) == 30)
    }

    @Test("a sweep goes by batch as far as the batches' budget reaches, the rest singly")
    func sweep() {
        var budget = VenueBudget(VenueRates())
        #expect(Self.spend(&budget, 8, .cancel) == 8)
        #expect(budget.batch(.cancel, .linear, count: 8, now: Self.start) == 8)
        // The single ones have theirs back; of the batches' ten, eight are gone.
        #expect(Self.spend(&budget, 14, .cancel) == 12)
        #expect(budget.batch(.cancel, .linear, count: 12, now: Self.start) == 2)
        #expect(Self.spend(&budget, 1, .cancel) == 0)
    }

    @Test("one alone leaves singly, and none in batches where the venue takes none")
    func alone() {
        var budget = VenueBudget(VenueRates())
        #expect(Self.spend(&budget, 1) == 1)
        #expect(budget.batch(.place, .linear, count: 1, now: Self.start) == 0)
        #expect(Self.spend(&budget, 3) == 3)
        #expect(budget.batch(.place, .linear, count: 3, now: Self.start) == 3)
        var rates = VenueRates()
        rates.linearBatch = 0
        var single = VenueBudget(rates)
        #expect(Self.spend(&single, 12, .cancel) == 10)
        #expect(single.batch(.cancel, .linear, count: 10, now: Self.start) == 0)
    }
}

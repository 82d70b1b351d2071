import Algos
import Costs
import Engine
import Orders
import TestSupport
import Testing
import Units

/// An engine that passes over quiet parents against its plain twin, in which each takes its turn at
/// every event.
@Suite("Quiet parents", .timeLimit(.minutes(3)))
struct QuietParentTests {
    #if DEBUG
    // The last ones need a quiet spell that a whole turn cut short.
    private static let seeds = Array(0..<40) + [70, 86, 282, 743] as [UInt64]
    #else
    private static let seeds = Array(0..<1_500) as [UInt64]
    #endif

    /// What a run came to, in words that name every figure.
    private struct Outcome {
        var commands: [String] = []
        var facts: [String] = []
        var passedOver = 0
    }

    private static let profile = VolumeProfile([
        VolumeProfile.Knot(time: Drive.start, shareE9: 0),
        VolumeProfile.Knot(time: Drive.start + .seconds(5), shareE9: 500_000_000),
        VolumeProfile.Knot(time: Drive.start + .seconds(9), shareE9: 500_000_000),
        VolumeProfile.Knot(time: Drive.start + .seconds(25), shareE9: 1_000_000_000),
    ])

    /// Four parents at one venue until all have ended.
    private static func run(_ seed: UInt64, passesOver: Bool) throws -> Outcome {
        var random = SplitMix64(seed: seed)
        var configuration = Drive.configuration
        configuration.passesOverQuietParents = passesOver
        var engine = Engine(configuration, instruments: [Drive.instrument], now: Drive.start)
        var market = RandomVenue.Market()
        market.drift = Int64(seed % 3)
        let temper: VenueTemper = seed % 2 == 0 ? .benign : .hostile
        var venue = RandomVenue(temper, market: market, seed: seed, start: Drive.start)
        var buffer = CommandBuffer(capacity: seed % 5 == 0 ? 1 : 16)
        engine.step(.link(.privateUp), now: Drive.start, commands: &buffer)
        for schedule in [Schedule.twap, .vwap(profile), .pov(rateBps: 800), .twap] {
            let side: Side = Bool.random(using: &random) ? .buy : .sell
            let order = ParentOrder(
                id: engine.nextParent,
                instrument: Drive.instrument.id,
                side: side,
                quantity: Quantity(lots: Int64.random(in: 20...900, using: &random)),
                limit: Bool.random(using: &random) ? Price(ticks: 10_000 + side.sign * 6) : nil,
                startsAt: Drive.start,
                endsAt: Drive.start + .seconds(Int64.random(in: 4...25, using: &random))
            )
            try engine.accept(order, ExecutionPlan(schedule: schedule), now: Drive.start)
        }
        var outcome = Outcome()
        var events = 0
        // Connections that go for a moment and come back, at some event or never.
        let (down, up): (LinkEvent, LinkEvent) =
            seed % 4 < 2 ? (.privateDown, .privateUp) : (.tradeDown, .tradeUp)
        let downAt = seed % 3 == 0 ? Int(random.next() % 300) + 20 : .max
        var lastNow = Drive.start
        func submit() {
            for i in 0..<buffer.count {
                outcome.commands.append("\(buffer[i]) after \(events) events")
                venue.submit(buffer[i])
            }
        }
        while !engine.isIdle {
            events += 1
            if events == downAt || events == downAt &+ 25 {
                let link = events == downAt ? down : up
                buffer.removeAll()
                engine.step(.link(link), now: lastNow, commands: &buffer)
                submit()
            }
            try #require(events < 200_000, "seed \(seed): it hangs")
            venue.next { now, message in
                // Stamps of several connections: now and then one is a little older.
                let back = random.next() % 8 == 0 ? Int64(random.next() % 2_000_000) : 0
                let now = Nanoseconds(now.count - back)
                lastNow = now
                buffer.removeAll()
                switch message {
                case .market(let event): engine.step(.market(event), now: now, commands: &buffer)
                case .order(let event): engine.step(.order(event), now: now, commands: &buffer)
                case .timer: engine.step(.timer, now: now, commands: &buffer)
                }
            }
            submit()
        }
        for i in 0..<4 {
            let facts = engine.facts(of: ParentID(UInt32(i)))
            outcome.facts.append("\(facts)")
        }
        outcome.passedOver = engine.turnsPassedOver
        return outcome
    }

    @Test("passing over quiet parents changes no command and no fact", arguments: seeds)
    func sameDecisions(_ seed: UInt64) throws {
        let fast = try QuietParentTests.run(seed, passesOver: true)
        let plain = try QuietParentTests.run(seed, passesOver: false)
        #expect(fast.passedOver > 0 && plain.passedOver == 0 && !plain.commands.isEmpty)
        if let i = fast.commands.indices.first(where: { i in
            i >= plain.commands.count || fast.commands[i] != plain.commands[i]
        }) {
            let other = i < plain.commands.count ? plain.commands[i] : "nothing"
            Issue.record("seed \(seed), command \(i): \(fast.commands[i]), not \(other)")
        }
        #expect(fast.commands.count == plain.commands.count, "seed \(seed)")
        for (a, b) in zip(fast.facts, plain.facts) where a != b {
            let same = max(60, zip(a, b).prefix { $0 == $1 }.count)
            let (ours, other) = (a.dropFirst(same - 60), b.dropFirst(same - 60))
            Issue.record("seed \(seed): \(ours.prefix(100)), not \(other.prefix(100))")
        }
    }
}

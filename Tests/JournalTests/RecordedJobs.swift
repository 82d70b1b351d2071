import Algos
import Book
import Engine
import Journal
import Orders
import Simulation
import TestSupport
import Units

/// Seeded parents, each worked to its end by a recorded engine.
enum RecordedJobs {
    static let profile = VolumeProfile([
        VolumeProfile.Knot(time: RecordedEngine.start, shareE9: 0),
        VolumeProfile.Knot(time: RecordedEngine.start + .seconds(4), shareE9: 300_000_000),
        VolumeProfile.Knot(time: RecordedEngine.start + .seconds(40), shareE9: 1_000_000_000),
    ])

    private static func schedule(_ seed: UInt64) -> Schedule {
        switch seed % 3 {
        case 0: .twap
        case 1: .vwap(profile)
        default: .pov(rateBps: Int64(500 + seed * 37 % 2_500))
        }
    }

    private static func parent(
        _ engine: borrowing Engine,
        _ random: inout SplitMix64,
        lots: Int64,
        limit: Price?,
        seconds: Int64
    ) -> ParentOrder {
        ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(0),
            side: random.next() & 1 == 0 ? .buy : .sell,
            quantity: Quantity(lots: lots),
            limit: limit,
            startsAt: RecordedEngine.start,
            endsAt: RecordedEngine.start + .seconds(seconds)
        )
    }

    /// A parent or two at a venue in memory that does everything wrong now and then; some commands
    /// are refused before they leave, and sometimes a connection goes or an operator stops it.
    static func hostile(_ seed: UInt64, _ recorded: inout RecordedEngine) throws {
        var random = SplitMix64(seed: seed ^ 0x10c4_91e5)
        var venue = RandomVenue(
            seed % 5 == 0 ? .benign : .hostile,
            seed: seed,
            start: RecordedEngine.start
        )
        recorded.step(.link(.privateUp), RecordedEngine.start)
        for _ in 0...(seed % 2) {
            let order = parent(
                recorded.engine,
                &random,
                lots: Int64.random(in: 6...900, using: &random),
                limit: random.next() % 3 == 0 ? Price(ticks: 10_000) : nil,
                seconds: Int64.random(in: 3...12, using: &random)
            )
            try recorded.accept(order, ExecutionPlan(schedule: schedule(seed)))
        }
        let events: [EngineEvent] = [
            .link(.privateDown), .link(.tradeDown), .link(.feedDown(InstrumentID(0))),
            .link(.feedGap(InstrumentID(0))), .control(.cancel(ParentID(0))), .control(.halt),
            .link(.journalDown), .link(.restarted), .link(.privateLost), .link(.tradeLost),
        ]
        let interruption = events[Int(random.next() % UInt64(events.count))]
        let interruptAt = seed % 3 == 0 ? Int(random.next() % 400) : .max
        var step = 0
        while !recorded.engine.isIdle {
            step += 1
            venue.next { now, message in
                switch message {
                case .market(let event): recorded.step(.market(event), now)
                case .order(let event): recorded.step(.order(event), now)
                case .timer: recorded.step(.timer, now)
                }
            }
            submit(&venue, &recorded, &random)
            if step == interruptAt {
                recorded.step(interruption, recorded.now)
                submit(&venue, &recorded, &random)
            }
            if step == interruptAt &+ 60 {
                for event in [EngineEvent.link(.tradeUp), .link(.privateUp)] {
                    recorded.step(event, recorded.now)
                    submit(&venue, &recorded, &random)
                }
            }
        }
    }

    private static func submit(
        _ venue: inout RandomVenue,
        _ recorded: inout RecordedEngine,
        _ random: inout SplitMix64
    ) {
        for i in 0..<recorded.commands.count {
            let command = recorded.commands[i]
            if random.next() % 50 == 0 { recorded.refuse(command) } else { venue.submit(command) }
        }
    }

    /// A parent on the simulated exchange over a synthetic market, in virtual time.
    static func exchange(_ seed: UInt64, _ recorded: inout RecordedEngine) throws {
        var venue = try begin(seed, &recorded)
        while !recorded.engine.isIdle { venue.turn(&recorded) }
    }

    /// The same, accepted and at a venue that has not moved yet.
    static func begin(
        _ seed: UInt64,
        _ recorded: inout RecordedEngine
    ) throws -> VirtualExchange {
        var random = SplitMix64(seed: seed)
        recorded.step(.link(.privateUp), RecordedEngine.start)
        let order = parent(
            recorded.engine,
            &random,
            lots: Int64.random(in: 20...400, using: &random),
            limit: nil,
            seconds: 3
        )
        try recorded.accept(order, ExecutionPlan(schedule: schedule(seed)))
        return VirtualExchange(seed: seed)
    }
}

import Algos
import Engine
import Orders
import TestSupport
import Testing
import Units

/// A parent at work when the world it depends on changes. That nothing is placed or amended
/// afterwards is checked at every step of a drive.
@Suite("Engine interrupted", .timeLimit(.minutes(10)))
struct InterruptionTests {
    #if DEBUG
    private static let returns: UInt64 = 4
    private static let hostileSeeds: UInt64 = 12
    #else
    private static let returns: UInt64 = 40
    private static let hostileSeeds: UInt64 = 200
    #endif

    private static func outcome(
        _ kind: Drive.Interruption.Kind,
        seed: UInt64,
        temper: VenueTemper = .benign,
        backAfter: Int64? = nil
    ) throws -> Drive.Outcome {
        var job = Drive.Job(
            seed: seed,
            side: seed % 2 == 0 ? .buy : .sell,
            schedule: .twap,
            lots: 2_000,
            limit: nil,
            seconds: 60,
            temper: temper
        )
        job.interruption = Drive.Interruption(
            kind: kind,
            atMilliseconds: 5_000 + Int64(seed) * 731,
            backAfterMilliseconds: backAfter
        )
        return try Drive.run(job)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var kind: Drive.Interruption.Kind
        var reason: String
        /// How it may end: halted when an order's end cannot be told any more.
        var states: Set<ParentState>
    }

    private static let cases = [
        Case(
            testDescription: "the private stream stays away",
            kind: .link(.privateDown),
            reason: "privateStreamLost",
            states: [.halted]
        ),
        Case(
            testDescription: "the order connection stays away",
            kind: .link(.tradeDown),
            reason: "orderConnectionLost",
            states: [.halted]
        ),
        Case(
            testDescription: "the private stream is lost for good",
            kind: .link(.privateLost),
            reason: "privateStreamLost",
            states: [.halted]
        ),
        Case(
            testDescription: "the order connection is lost for good",
            kind: .link(.tradeLost),
            reason: "orderConnectionLost",
            states: [.halted]
        ),
        Case(
            testDescription: "the market data stops",
            kind: .link(.feedDown(InstrumentID(0))),
            reason: "marketDataLost",
            states: [.halted]
        ),
        Case(
            testDescription: "the operator cancels the parent",
            kind: .control(.cancel(ParentID(0))),
            reason: "operatorRequest",
            states: [.cancelled]
        ),
        Case(
            testDescription: "the operator halts everything",
            kind: .control(.halt),
            reason: "killSwitch",
            states: [.cancelled]
        ),
    ]

    @Test("it stops in time, cancels what it can, and says why", arguments: cases)
    func stops(_ story: Case) throws {
        for seed in 0..<InterruptionTests.returns {
            let outcome = try InterruptionTests.outcome(story.kind, seed: seed)
            let facts = outcome.facts
            #expect(facts.stopReason == story.reason, "seed \(seed)")
            #expect(story.states.contains(facts.state), "seed \(seed)")
            #expect(outcome.places > 3 && facts.ledger.filled.lots > 0, "seed \(seed)")
            #expect(facts.ledger.filled < facts.order.quantity, "seed \(seed)")
            let waited = facts.finishedAt - (Drive.start + .seconds(13))
            let patience = Drive.configuration.linkPatience + Drive.configuration.stopTimeout
            #expect(waited < patience + .seconds(1), "seed \(seed)")
        }
    }

    private static let absences: [LinkEvent] = [.privateDown, .tradeDown, .restarted]

    @Test("a connection that comes back ends nothing", arguments: absences, [0, 40, 700, 2_500])
    func comesBack(_ link: LinkEvent, _ milliseconds: Int64) throws {
        for seed in 0..<InterruptionTests.returns {
            let outcome = try InterruptionTests.outcome(
                .link(link),
                seed: seed,
                backAfter: milliseconds
            )
            let facts = outcome.facts
            // Or all but what is less than the venue takes.
            let isDone = facts.state == .completed || facts.ledger.filled.lots > 1_990
            #expect(isDone, "seed \(seed): \(facts.stopReason)")
            #expect(outcome.venueFilled == facts.ledger.filled, "seed \(seed)")
        }
    }

    @Test("nothing is overfilled at a hostile venue that goes and comes", arguments: absences)
    func hostileAbsence(_ link: LinkEvent) throws {
        for seed in 0..<InterruptionTests.hostileSeeds {
            _ = try InterruptionTests.outcome(
                .link(link),
                seed: seed,
                temper: .hostile,
                backAfter: Int64(seed * 97 % 2_900)
            )
        }
    }

    @Test("a gap in the feed is waited out", arguments: UInt64(0)..<10)
    func feed(_ seed: UInt64) throws {
        let kind = Drive.Interruption.Kind.link(.feedGap(InstrumentID(0)))
        let outcome = try InterruptionTests.outcome(kind, seed: seed)
        #expect(outcome.facts.state == .completed, "seed \(seed): \(outcome.facts.stopReason)")
    }

    @Test("nothing is accepted after a halt")
    func afterHalt() {
        var engine = Engine(
            Drive.configuration,
            instruments: [Drive.instrument],
            now: Drive.start
        )
        var buffer = CommandBuffer(capacity: 4)
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: 100),
            limit: nil,
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(5)
        )
        engine.step(.control(.halt), now: Drive.start, commands: &buffer)
        let refusal = #expect(throws: ParentRefusal.self) {
            try engine.accept(order, ExecutionPlan(schedule: .twap), now: Drive.start)
        }
        #expect(refusal == .halted)
    }

    @Test("what makes no sense is not accepted, and the engine goes on")
    func refusals() throws {
        var engine = Engine(
            Drive.configuration,
            instruments: [Drive.instrument],
            now: Drive.start
        )
        let good = ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: 100),
            limit: nil,
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(5)
        )
        let twap = ExecutionPlan(schedule: .twap)
        let refuse = {
            (
                engine: inout Engine,
                change: (inout ParentOrder) -> Void,
                plan: ExecutionPlan,
                now: Nanoseconds
            ) -> ParentRefusal? in
            var order = good
            change(&order)
            do throws(ParentRefusal) {
                try engine.accept(order, plan, now: now)
                return nil
            } catch {
                return error
            }
        }
        let unknown = refuse(&engine, { $0.instrument = InstrumentID(1) }, twap, Drive.start)
        #expect(unknown == .unknownInstrument)
        let small = refuse(&engine, { $0.quantity = .zero }, twap, Drive.start)
        #expect(small == .belowMinimum)
        let late = refuse(&engine, { _ in }, twap, good.endsAt)
        #expect(late == .tooLate)
        let greedy = ExecutionPlan(schedule: .pov(rateBps: 10_000))
        let impossible = refuse(&engine, { _ in }, greedy, Drive.start)
        #expect(impossible == .impossiblePlan)
        #expect(refuse(&engine, { _ in }, twap, Drive.start) == nil)
        for number in 1..<4 {
            let id = ParentID(UInt32(number))
            #expect(refuse(&engine, { $0.id = id }, twap, Drive.start) == nil)
        }
        let fifth = refuse(&engine, { $0.id = ParentID(4) }, twap, Drive.start)
        #expect(fifth == .full)
    }
}

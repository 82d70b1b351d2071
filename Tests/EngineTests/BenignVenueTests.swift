import Algos
import Engine
import Orders
import TestSupport
import Testing
import Units

/// What the algorithms promise when the venue does what it says and the book is liquid.
@Suite("Engine at a benign venue", .timeLimit(.minutes(3)))
struct BenignVenueTests {
    #if DEBUG
    private static let seeds: UInt64 = 4
    #else
    private static let seeds: UInt64 = 40
    #endif

    private static let profile = VolumeProfile([
        VolumeProfile.Knot(time: Drive.start, shareE9: 0),
        VolumeProfile.Knot(time: Drive.start + .seconds(60), shareE9: 300_000_000),
        VolumeProfile.Knot(time: Drive.start + .seconds(90), shareE9: 400_000_000),
        VolumeProfile.Knot(time: Drive.start + .seconds(120), shareE9: 1_000_000_000),
    ])

    private static func job(_ seed: UInt64, _ side: Side, _ schedule: Schedule) -> Drive.Job {
        Drive.Job(
            seed: seed,
            side: side,
            schedule: schedule,
            lots: 3_000,
            limit: nil,
            seconds: 120,
            temper: .benign
        )
    }

    @Test(
        "TWAP and VWAP complete, earn the spread on a part, and stay in the band",
        arguments: Side.allCases,
        [Schedule.twap, .vwap(profile)]
    )
    func completes(_ side: Side, _ schedule: Schedule) throws {
        for seed in 0..<BenignVenueTests.seeds {
            let outcome = try Drive.run(BenignVenueTests.job(seed, side, schedule))
            let facts = outcome.facts
            #expect(facts.state == .completed, "seed \(seed): \(facts.stopReason)")
            let makerShare = Double(facts.ledger.makerFilled.lots) / 3_000
            #expect(makerShare > 0.2, "seed \(seed)")
            let inside = Double(outcome.insideBand) / Double(outcome.workingSteps)
            #expect(inside > 0.8, "seed \(seed)")
            #expect(facts.finishedAt <= facts.order.endsAt + .seconds(5), "seed \(seed)")
        }
    }

    @Test("POV takes its share of the volume to a percentage point", arguments: Side.allCases)
    func participates(_ side: Side) throws {
        for seed in 0..<BenignVenueTests.seeds {
            var job = BenignVenueTests.job(seed, side, .pov(rateBps: 1_000))
            job.lots = 100_000
            let outcome = try Drive.run(job)
            let share = try #require(outcome.facts.participation, "seed \(seed)")
            #expect(abs(share - 0.1) < 0.01, "seed \(seed): \(share)")
            #expect(outcome.facts.state == .expired, "seed \(seed)")
        }
    }

    @Test("a parent whose limit is out of reach expires unfilled and says so")
    func outOfReach() throws {
        for side in Side.allCases {
            var job = BenignVenueTests.job(1, side, .twap)
            job.limit = 10_000 - side.sign * 5_000
            job.seconds = 20
            let outcome = try Drive.run(job)
            #expect(outcome.facts.state == .expired)
            #expect(outcome.facts.ledger.filled == .zero)
            #expect(outcome.facts.unsettled.isEmpty)
        }
    }
}

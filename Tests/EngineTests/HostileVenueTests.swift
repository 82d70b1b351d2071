import Algos
import Engine
import Orders
import TestSupport
import Testing
import Units

/// Thousands of parents at a venue that refuses, forgets, repeats, dawdles and contradicts itself.
@Suite("Engine at a hostile venue", .timeLimit(.minutes(3)))
struct HostileVenueTests {
    #if DEBUG
    private static let seeds: UInt64 = 120
    #else
    private static let seeds: UInt64 = 4_000
    #endif
    private static let batches: UInt64 = 11

    /// The job of a seed: every algorithm, both sides, with and without a limit, every temper.
    static func job(_ seed: UInt64) -> Drive.Job {
        var random = SplitMix64(seed: seed ^ 0x5ca1_ab1e)
        let seconds = Int64.random(in: 5...40, using: &random)
        let side: Side = Bool.random(using: &random) ? .buy : .sell
        let schedule: Schedule =
            switch seed % 3 {
            case 0: .twap
            case 1: .vwap(profile)
            default: .pov(rateBps: Int64.random(in: 100...3_000, using: &random))
            }
        let edge = 10_000 + side.sign * Int64.random(in: -10...20, using: &random)
        var temper = VenueTemper.hostile
        switch seed % 5 {
        case 0: temper = .benign
        case 1: temper.refuses = 500
        case 2: temper.losesUpdates = 100
        case 3: temper.isUnsure = 300
        default: break
        }
        var job = Drive.Job(
            seed: seed,
            side: side,
            schedule: schedule,
            lots: Int64.random(in: 6...1_500, using: &random),
            limit: Bool.random(using: &random) ? edge : nil,
            seconds: seconds,
            temper: temper
        )
        if seed % 4 == 0 { job.market.depth = 20 }
        if seed % 7 == 0 {
            let kinds: [Drive.Interruption.Kind] = [
                .link(.privateDown), .link(.tradeDown), .link(.feedDown(InstrumentID(0))),
                .link(.feedGap(InstrumentID(0))), .link(.restarted),
                .link(.privateLost), .link(.tradeLost),
                .control(.cancel(ParentID(0))), .control(.halt),
            ]
            job.interruption = Drive.Interruption(
                kind: kinds[Int.random(in: 0..<kinds.count, using: &random)],
                atMilliseconds: Int64.random(in: 0...(seconds * 1_000), using: &random),
                backAfterMilliseconds: seed % 2 == 0
                    ? Int64.random(in: 0...4_000, using: &random) : nil
            )
        }
        return job
    }

    /// Half at once, the rest in a straight line; its memory lives as long as the process.
    private static let profile = VolumeProfile([
        VolumeProfile.Knot(time: Drive.start, shareE9: 0),
        VolumeProfile.Knot(time: Drive.start + .seconds(2), shareE9: 500_000_000),
        VolumeProfile.Knot(time: Drive.start + .seconds(40), shareE9: 1_000_000_000),
    ])

    @Test("never over-fills, never passes the limit, never hangs", arguments: 0..<batches)
    func holds(_ batch: UInt64) throws {
        var states: Set<ParentState> = []
        for seed in stride(
            from: batch,
            to: HostileVenueTests.seeds,
            by: Int(HostileVenueTests.batches)
        ) {
            let outcome = try Drive.run(HostileVenueTests.job(seed))
            states.insert(outcome.facts.state)
        }
        #expect(states.count > 1, "batch \(batch): every run ended alike")
    }

    @Test("the same seed gives the same commands", arguments: 0..<30)
    func deterministic(_ seed: UInt64) throws {
        let first = try Drive.run(HostileVenueTests.job(seed))
        let second = try Drive.run(HostileVenueTests.job(seed))
        #expect(first.commandHash == second.commandHash, "seed \(seed)")
        #expect(first.commands == second.commands, "seed \(seed)")
    }

    @Test("a replay of one run's seed differs from another seed's")
    func seedsDiffer() throws {
        let hashes = try (0..<10).map { try Drive.run(HostileVenueTests.job($0)).commandHash }
        #expect(Set(hashes).count > 8)
    }
}

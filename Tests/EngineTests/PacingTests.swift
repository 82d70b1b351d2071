import Costs
import Engine
import Orders
import Testing
import Units

/// Following the volume of others, and never our own, however late and in whatever order one trade
/// is told.
@Suite("Pacing by volume", .timeLimit(.minutes(5)))
struct PacingTests {
    static let rates: [Int64] = [500, 1_000, 2_500, 5_000, 8_000, 9_500]
    static let delays: [Int64] = [0, 20, 100, 300, 1_000, 2_000, 5_000]

    enum Late: CaseIterable, CustomTestStringConvertible {
        case executions, fills, prints, everything

        func delays(_ delay: @escaping (Nanoseconds) -> Nanoseconds) -> PacingWorld.Delays {
            var delays = PacingWorld.Delays()
            if self != .prints { delays.executions = delay }
            if self == .fills || self == .everything { delays.updates = delay }
            if self == .prints || self == .everything { delays.prints = delay }
            return delays
        }

        var testDescription: String { "\(self) late" }
    }

    @Test("fills stay within the band of what was due", arguments: rates, Late.allCases)
    func neverAhead(_ rate: Int64, _ late: Late) throws {
        for delay in Self.delays {
            var world = try PacingWorld(
                rateBps: rate,
                late.delays { _ in .milliseconds(delay) },
                seed: UInt64(rate + delay)
            )
            world.run(seconds: 20)
            #expect(world.worst <= 1, "\(rate) bp, \(delay) ms")
            #expect(world.children > 0, "\(rate) bp, \(delay) ms")
            try Self.agrees(&world)
        }
    }

    @Test("nor does a delay that comes of a sudden lead ahead", arguments: rates, Late.allCases)
    func suddenly(_ rate: Int64, _ late: Late) throws {
        for delay in Self.delays {
            let from = Drive.start + .seconds(8)
            let back = Drive.start + .seconds(14)
            var world = try PacingWorld(
                rateBps: rate,
                late.delays { $0 >= from && $0 < back ? .milliseconds(delay) : .zero },
                seed: UInt64(rate + delay)
            )
            world.run(seconds: 20)
            #expect(world.worst <= 1, "\(rate) bp, \(delay) ms")
            try Self.agrees(&world)
        }
    }

    @Test("prints without the ids of their fills are known all the same", arguments: rates)
    func unnamed(_ rate: Int64) throws {
        for delay in Self.delays {
            var world = try PacingWorld(
                rateBps: rate,
                Late.fills.delays { _ in .milliseconds(delay) },
                seed: 7,
                namesPrints: false
            )
            world.run(seconds: 30)
            #expect(world.worst <= 1, "\(rate) bp, \(delay) ms")
            try Self.agrees(&world)
        }
    }

    @Test("where everything is told at once, the parent keeps up with its rate", arguments: rates)
    func keepsUp(_ rate: Int64) throws {
        var world = try PacingWorld(rateBps: rate, PacingWorld.Delays(), seed: 3)
        world.run(seconds: 60)
        let facts = world.engine.facts(of: ParentID(0))
        #expect(Double(world.ours) >= 0.98 * Double(world.due) - Double(facts.band.lots))
        #expect((facts.insideBand ?? 0) > 0.9, "\(facts.insideBand ?? -1)")
    }

    /// What the report says of others' volume is what others traded.
    private static func agrees(_ world: inout PacingWorld) throws {
        world.settle()
        let facts = world.engine.facts(of: ParentID(0))
        #expect(facts.othersVolume.lots == world.others)
        #expect(facts.unseenPrints == 0)
    }
}

import Algos
import Orders
import TestSupport
import Testing
import Units

@Suite("Schedules", .timeLimit(.minutes(3)))
struct ScheduleTests {
    private static func parent(_ lots: Int64, from start: Int64, to end: Int64) -> ParentOrder {
        ParentOrder(
            id: ParentID(0),
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: lots),
            limit: nil,
            startsAt: Nanoseconds(start),
            endsAt: Nanoseconds(end)
        )
    }

    /// A flat grid of `shares` (parts of their sum) over `end` nanoseconds.
    private static func profile(_ shares: [Int64], end: Int64) -> VolumeProfile {
        let total = shares.reduce(0, +)
        var points = [VolumeProfile.Knot(time: .zero, shareE9: 0)]
        var sum: Int64 = 0
        for (i, share) in shares.enumerated() {
            sum += share
            points.append(
                VolumeProfile.Knot(
                    time: Nanoseconds(end * Int64(i + 1) / Int64(shares.count)),
                    shareE9: 1_000_000_000 * sum / total
                )
            )
        }
        return VolumeProfile(points)
    }

    private static func children(
        _ schedule: Schedule,
        _ parent: ParentOrder,
        at times: [Int64],
        others: Int64 = 0
    ) -> [Int64] {
        var last: Int64 = 0
        return times.map {
            let due = schedule.target(parent, now: Nanoseconds($0), othersLots: others).lots
            defer { last = due }
            return due - last
        }
    }

    @Test("VWAP rounds cumulatively: .1 .2 .15 .15 .4 of 1,037 is 104 207 156 155 415")
    func vwapOracle() {
        let profile = ScheduleTests.profile([10, 20, 15, 15, 40], end: 5_000)
        defer { profile.deallocate() }
        let parent = ScheduleTests.parent(1_037, from: 0, to: 5_000)
        let times = (1...5).map { Int64($0) * 1_000 }
        let children = ScheduleTests.children(.vwap(profile), parent, at: times)
        #expect(children == [104, 207, 156, 155, 415])
    }

    @Test("POV at 10 % of everything that trades owes 100 when others traded 900")
    func povOracle() {
        let parent = ScheduleTests.parent(1_000_000, from: 0, to: 10)
        let schedule = Schedule.pov(rateBps: 1_000)
        let due = { schedule.target(parent, now: Nanoseconds(5), othersLots: $0).lots }
        #expect(due(900) == 100)
        #expect(due(0) == 0)
        #expect(due(-50) == 0)
        // Never more than the rate, never more than the parent, whatever trades.
        #expect(due(8) == 0 && due(9) == 1)
        #expect(due(.max) == 1_000_000)
    }

    @Test("TWAP is due within half a lot of the straight line at any moment", arguments: 0..<50)
    func twapLine(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let lots = Int64.random(in: 1...(1 << 40), using: &random)
        let start = Int64.random(in: 0...(1 << 60), using: &random)
        let span = Int64.random(in: 1...86_400_000_000_000, using: &random)
        let parent = ScheduleTests.parent(lots, from: start, to: start + span)
        for _ in 0..<200 {
            let elapsed = Int64.random(in: -span...(2 * span), using: &random)
            let due = Schedule.twap.target(
                parent,
                now: Nanoseconds(start + elapsed),
                othersLots: 0
            ).lots
            let inside = Int128(min(max(elapsed, 0), span))
            let twice = 2 * (Int128(due) * Int128(span) - Int128(lots) * inside)
            #expect(abs(twice) <= Int128(span), "seed \(seed)")
        }
    }

    @Test("children over any grid of times sum to the quantity exactly", arguments: 0..<50)
    func sums(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let end = Int64.random(in: 100...1_000_000, using: &random)
        let lots = Int64.random(in: 1...10_000, using: &random)
        let parent = ScheduleTests.parent(lots, from: 0, to: end)
        let shares = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            Int64.random(in: 0...50, using: &random)
        }
        let profile = ScheduleTests.profile(shares + [1], end: end)
        defer { profile.deallocate() }
        let inner = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            Int64.random(in: 0...end, using: &random)
        }
        let times = inner.sorted() + [end]
        for schedule in [Schedule.twap, .vwap(profile)] {
            let children = ScheduleTests.children(schedule, parent, at: times)
            #expect(children.reduce(0, +) == lots, "seed \(seed)")
            #expect(children.allSatisfy { $0 >= 0 }, "seed \(seed)")
        }
    }

    @Test("all is due at the parent's end, even when the profile reaches past it")
    func profilePastEnd() {
        let profile = ScheduleTests.profile([1, 1], end: 2_000)
        defer { profile.deallocate() }
        let parent = ScheduleTests.parent(100, from: 0, to: 1_500)
        let schedule = Schedule.vwap(profile)
        #expect(schedule.target(parent, now: Nanoseconds(1_499), othersLots: 0).lots < 100)
        #expect(schedule.target(parent, now: Nanoseconds(1_500), othersLots: 0).lots == 100)
    }

    @Test("only POV may end short")
    func completion() {
        let profile = ScheduleTests.profile([1], end: 10)
        defer { profile.deallocate() }
        #expect(Schedule.twap.completesByEnd && Schedule.vwap(profile).completesByEnd)
        #expect(!Schedule.pov(rateBps: 1_000).completesByEnd)
    }

    @Test("a plan whose numbers cannot be worked with says so")
    func plans() {
        #expect(ExecutionPlan(schedule: .twap).isPossible)
        for bps in [Int64(-1), 0, 10_000, 20_000] {
            #expect(!ExecutionPlan(schedule: .pov(rateBps: bps)).isPossible)
        }
        for bps in [Int64(1), 1_000, 9_999] {
            #expect(ExecutionPlan(schedule: .pov(rateBps: bps)).isPossible)
        }
        for rules in [
            SlicingRules(displayedShareBps: 0), SlicingRules(displayedShareBps: 10_001),
            SlicingRules(depthRangeBps: -1), SlicingRules(bandBps: 10_001),
            SlicingRules(maxChild: Quantity(lots: -1)), SlicingRules(grace: .seconds(-1)),
        ] {
            #expect(!ExecutionPlan(schedule: .twap, rules: rules).isPossible)
        }
    }

    @Test("what is due stays until the change it names, and by the clock alone changes then")
    func changeOfDue() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<400 {
            let start = Int64.random(in: 0...50, using: &random)
            let span = Int64.random(in: 1...400, using: &random)
            let parent = ScheduleTests.parent(
                Int64.random(in: 1...90, using: &random),
                from: start,
                to: start + span
            )
            let shares = (0..<3).map { _ in Int64.random(in: 0...9, using: &random) } + [1]
            let profile = ScheduleTests.profile(shares, end: 300)
            defer { profile.deallocate() }
            for schedule in [Schedule.twap, .vwap(profile)] {
                func due(_ time: Int64) -> Quantity {
                    schedule.due(parent, now: Nanoseconds(time), othersLots: 0)
                }
                for now in 0...(start + span + 5) {
                    let change = schedule.changeOfDue(parent, now: Nanoseconds(now), due: due(now))
                    guard let change, change > Nanoseconds(now) else {
                        Issue.record("no change, or not after \(now)")
                        continue
                    }
                    let last = min(change.count - 1, 1_000)
                    if due(last) != due(now) { Issue.record("\(parent) changes before \(change)") }
                    if case .twap = schedule, change != .distantFuture {
                        if due(change.count) == due(now) { Issue.record("\(parent) is early") }
                    }
                }
            }
        }
        let parent = ScheduleTests.parent(10, from: 0, to: 100)
        let pov = Schedule.pov(rateBps: 1_000).changeOfDue(parent, now: .zero, due: .zero)
        #expect(pov == nil)
    }

    @Test("without a grace all is due a twentieth before the end, half a second to two")
    func lead() {
        let punctual = SlicingRules()
        #expect(punctual.lead(of: .seconds(20)) == .seconds(1))
        #expect(punctual.lead(of: .seconds(6)) == .milliseconds(500))
        #expect(punctual.lead(of: .seconds(1)) == .milliseconds(250))
        #expect(punctual.lead(of: .seconds(3_600)) == .seconds(2))
        #expect(punctual.lead(of: .zero) == .zero)
        #expect(SlicingRules(grace: Nanoseconds(1)).lead(of: .seconds(3_600)) == .zero)
    }
}

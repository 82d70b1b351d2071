import Algos
import TestSupport
import Testing
import Units

@Suite("Volume profiles", .timeLimit(.minutes(3)))
struct VolumeProfileTests {
    private static let hour = Nanoseconds.seconds(3_600)
    private static let day = Int64(86_400)

    private static func bar(day: Int64, hour: Int64, _ volume: Double) -> VolumeBar {
        VolumeBar(start: .seconds(day * VolumeProfileTests.day + hour * 3_600), volume: volume)
    }

    private static func flatDay(_ day: Int64, _ volume: (Int64) -> Double) -> [VolumeBar] {
        (0..<24).map { bar(day: day, hour: $0, volume($0)) }
    }

    @Test("days count by their shares: a day of a hundred times the volume weighs no more")
    func shareFirst() {
        // The first hour takes half of the quiet day and nothing of the wild one.
        let quiet = VolumeProfileTests.flatDay(100) { $0 == 0 ? 23 : 1 }
        let wild = VolumeProfileTests.flatDay(100 + 1) { $0 == 0 ? 0 : 200 }
        let shares = VolumeProfile.dayShares(quiet + wild, VolumeProfileTests.hour)
        let weight = 0.933_032_991_536_807_4
        let expected: Double = 0.5 * weight / (1 + weight)
        #expect(abs(shares[0] - expected) < 1e-12)
        let sum = shares.reduce(0, +)
        #expect(abs(sum - 1) < 1e-12)
        // Averaging volumes instead would have given the hour 0.5 %.
        #expect(shares[0] > 0.2)
    }

    @Test("a day ten days older weighs half")
    func halfLife() {
        let old = VolumeProfileTests.flatDay(100) { $0 == 0 ? 23 : 1 }
        let late = VolumeProfileTests.flatDay(110) { _ in 1 }
        let shares = VolumeProfile.dayShares(old + late, VolumeProfileTests.hour)
        #expect(abs(shares[0] - (0.5 * 0.5 + 1.0 / 24) / 1.5) < 1e-9)
    }

    @Test("a partial day says only what it saw")
    func partialDay() {
        let whole = VolumeProfileTests.flatDay(100) { _ in 1 }
        let half = Array(VolumeProfileTests.flatDay(101) { _ in 1 }.prefix(12))
        let shares = VolumeProfile.dayShares(whole + half, VolumeProfileTests.hour)
        for share in shares { #expect(abs(share - 1.0 / 24) < 1e-12) }
    }

    @Test("the horizon's profile is the part of the day it covers, scaled to one")
    func horizon() throws {
        // 14:00 trades three times 13:00.
        let bars = VolumeProfileTests.flatDay(100) { $0 == 14 ? 3 : 1 }
        let start = Nanoseconds.seconds(200 * VolumeProfileTests.day + 13 * 3_600)
        let profile = try #require(
            VolumeProfile(
                bars: bars,
                width: VolumeProfileTests.hour,
                from: start,
                to: start + .seconds(2 * 3_600)
            )
        )
        defer { profile.deallocate() }
        #expect(profile.shareE9(at: start) == 0)
        #expect(profile.shareE9(at: start + .seconds(1_800)) == 125_000_000)
        #expect(profile.shareE9(at: start + .seconds(3_600)) == 250_000_000)
        #expect(profile.shareE9(at: start + .seconds(7_200)) == 1_000_000_000)
    }

    @Test("it never decreases and ends at one, whatever the bars", arguments: 0..<40)
    func monotonic(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let width = Nanoseconds.seconds([60, 300, 900, 3_600][Int(seed % 4)])
        let bars = (0..<Int.random(in: 1...400, using: &random)).map { _ in
            VolumeBar(
                start: Nanoseconds(Int64.random(in: 0...(1 << 50), using: &random)),
                volume: Bool.random(using: &random) ? 0 : random.uniform() * 1e12
            )
        }
        let start = Nanoseconds(Int64.random(in: 0...(1 << 50), using: &random))
        let span = Int64.random(in: 1...200_000_000_000_000, using: &random)
        let profile = try #require(
            VolumeProfile(bars: bars, width: width, from: start, to: start + Nanoseconds(span)),
            "seed \(seed)"
        )
        defer { profile.deallocate() }
        var last = Int64(0)
        for step in 0...500 {
            let at = start + Nanoseconds(Int64(Double(span) * Double(step) / 500))
            let share = profile.shareE9(at: at)
            #expect(share >= last && share <= 1_000_000_000, "seed \(seed)")
            last = share
        }
        #expect(profile.shareE9(at: start + Nanoseconds(span)) == 1_000_000_000, "seed \(seed)")
        #expect(profile.shareE9(at: .zero) == 0)
        #expect(profile.shareE9(at: .distantFuture) == 1_000_000_000)
    }

    @Test("a day without any volume is flat")
    func silent() throws {
        let bars = VolumeProfileTests.flatDay(100) { _ in 0 }
        let profile = try #require(
            VolumeProfile(
                bars: bars,
                width: VolumeProfileTests.hour,
                from: .zero,
                to: .seconds(4 * 3_600)
            )
        )
        defer { profile.deallocate() }
        #expect(profile.shareE9(at: .seconds(3_600)) == 250_000_000)
    }

    @Test("bars that cannot be true, or a width that cannot divide a day, make no profile")
    func refused() {
        let good = VolumeBar(start: .zero, volume: 1)
        let make = { (bars: [VolumeBar], width: Nanoseconds, end: Int64) in
            VolumeProfile(bars: bars, width: width, from: .zero, to: .seconds(end))
        }
        #expect(make([], .seconds(60), 10) == nil)
        #expect(make([good], .zero, 10) == nil)
        #expect(make([good], .seconds(7), 10) == nil)
        #expect(make([good], Nanoseconds(1), 10) == nil)
        #expect(make([good], .seconds(60), 0) == nil)
        for volume in [-1, Double.nan, .infinity, -.infinity] {
            let bad = VolumeBar(start: .zero, volume: volume)
            #expect(make([good, bad], .seconds(60), 10) == nil)
        }
        #expect(make([VolumeBar(start: Nanoseconds(-1), volume: 1)], .seconds(60), 10) == nil)
    }
}

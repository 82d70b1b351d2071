import Foundation
import Telemetry
import Testing
import Units

@Suite("Tick clock", .timeLimit(.minutes(3)))
struct TickClockTests {
    private static func wall() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    @Test("it reads the wall clock, to a millisecond over a short while")
    func wallClock() {
        let clock = TickClock(calibratingFor: 5)
        var closest = Int64.max
        // The best of some readings: a preempted one proves nothing.
        for _ in 0..<50 {
            let before = TickClockTests.wall()
            let told = clock.now.count
            let after = TickClockTests.wall()
            let distance = told < before ? before - told : max(0, told - after)
            closest = min(closest, distance)
        }
        #expect(closest < 1_000_000)
    }

    @Test("its readings never step back")
    func monotonic() {
        let clock = TickClock(calibratingFor: 1)
        var last = clock.now
        for _ in 0..<10_000 {
            let now = clock.now
            #expect(now >= last)
            last = now
        }
    }

    @Test("a distance in ticks scales without overflow for days")
    func scale() {
        let clock = TickClock(calibratingFor: 5)
        let second = clock.nanoseconds(1_000_000_000)
        let month = clock.nanoseconds(1_000_000_000 * 2_592_000)
        #expect(clock.nanoseconds(0) == 0)
        // Linear to the rounding of the scale.
        let expected = Double(second) * 2_592_000
        #expect(abs(Double(month) - expected) < expected * 1e-6)
    }

    @Test("recalibrating tells the drift, keeps readings continuous, and finds the rate")
    func recalibration() {
        // A rough start: a millisecond's calibration, which the longer look corrects.
        var clock = TickClock(calibratingFor: 1)
        #expect(clock.recalibrate() == 0, "no millisecond has passed")
        let start = TickClockTests.monotonic()
        while TickClockTests.monotonic() - start < 20_000_000 {}
        let ticks = clock.ticks
        let before = clock.time(ticks).count
        let drift = clock.recalibrate()
        let after = clock.time(ticks).count
        // 20 ns of 1 ms are 20,000 parts in 10⁹; a hundredth would be no clock.
        #expect(abs(drift) < 10_000_000)
        #expect(abs(after - before) < 10_000)
        var last = clock.now
        for _ in 0..<1_000 {
            let now = clock.now
            #expect(now >= last)
            last = now
        }
    }

    @Test("the counter is used exactly where the kernel also calls it constant and nonstop")
    func source() throws {
        let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") }
        let names = Set((flags ?? "").split(separator: " ").map(String.init))
        guard !names.isEmpty else { return }
        let isInvariant = names.isSuperset(of: ["constant_tsc", "nonstop_tsc"])
        #expect(TickSource.isCounterInvariant == isInvariant)
        if getenv("SLUICE_TICKS") == nil {
            #expect(TickSource.current == (isInvariant ? .counter : .monotonic))
        }
    }

    @Test("without an invariant counter the ticks are CLOCK_MONOTONIC's nanoseconds")
    func fallback() async {
        // In a process of its own: the source is everybody's.
        await #expect(processExitsWith: .success) {
            TickSource.use(.monotonic)
            var clock = TickClock(calibratingFor: 1)
            precondition(clock.source == .monotonic)
            let before = TickClockTests.monotonic()
            let ticks = Int64(clock.ticks)
            let after = TickClockTests.monotonic()
            precondition(before <= ticks && ticks <= after)
            precondition(clock.nanoseconds(123_456_789) == 123_456_789)
            precondition(abs(clock.now.count - TickClockTests.wall()) < 50_000_000)
            precondition(clock.recalibrate() == 0)
        }
    }
}

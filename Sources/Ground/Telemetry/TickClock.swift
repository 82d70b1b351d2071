internal import CLinux
internal import Glibc
public import Units

/// Wall time from the time stamp counter: one `rdtsc` and one multiplication a reading.
///
/// Calibrated against the system's clocks at the start, and as often again as `recalibrate` is
/// called. The reading is the wall clock at the first calibration plus elapsed ticks, so it never
/// steps back when the system clock is corrected.
///
/// Where the counter does not run at one rate in all states of the processor, the ticks are the
/// nanoseconds of CLOCK_MONOTONIC: dearer, never wrong (`TickSource`).
public struct TickClock: BitwiseCopyable, Sendable {
    /// What its ticks are.
    public let source: TickSource
    private var originTicks: UInt64
    private var originNanoseconds: Int64
    /// Nanoseconds a tick, in 2⁻³² parts.
    private var scale: UInt64
    /// Where the rate was last held against CLOCK_MONOTONIC.
    private var reference: Reading

    /// Measures the counter's rate for `milliseconds` against CLOCK_MONOTONIC.
    public init(calibratingFor milliseconds: Int64 = 20) {
        source = .current
        let start = Reading(CLOCK_MONOTONIC)
        var end = start
        if source == .counter {
            while end.nanoseconds - start.nanoseconds < milliseconds * 1_000_000 {
                end = Reading(CLOCK_MONOTONIC)
            }
            scale = TickClock.scale(end.nanoseconds - start.nanoseconds, end.ticks &- start.ticks)
        } else {
            scale = 1 << 32
        }
        reference = end
        let wall = Reading(CLOCK_REALTIME)
        originTicks = wall.ticks
        originNanoseconds = wall.nanoseconds
    }

    /// The counter now.
    @inline(__always) public var ticks: UInt64 { sluice_ticks() }

    /// The wall time of a counter reading.
    public func time(_ ticks: UInt64) -> Nanoseconds {
        // Stamps taken just before a recalibration are older than the origin.
        let distance = Int64(bitPattern: ticks &- originTicks)
        let elapsed = Int64(bitPattern: nanoseconds(distance.magnitude))
        return Nanoseconds(originNanoseconds &+ (distance < 0 ? 0 &- elapsed : elapsed))
    }

    /// The same clock, `offset` ahead of the system's.
    public func ahead(by offset: Nanoseconds) -> TickClock {
        var clock = self
        clock.originNanoseconds += offset.count
        return clock
    }

    /// The wall time now.
    public var now: Nanoseconds { time(sluice_ticks()) }

    /// A distance in ticks as nanoseconds.
    public func nanoseconds(_ ticks: UInt64) -> UInt64 {
        let (high, low) = ticks.multipliedFullWidth(by: scale)
        return (high &<< 32) | (low &>> 32)
    }

    /// Holds the rate against CLOCK_MONOTONIC since the last calibration, and goes on with the
    /// rate of that whole time. Readings are continuous: the time so far is not corrected.
    ///
    /// Takes about a microsecond: for the pauses of the hot thread or for a cold one, now and
    /// then. The longer since the last time, the finer: the readings' own error is some 20 ns.
    ///
    /// - Returns: by how many parts in 10⁹ the clock ran fast; negative when slow. Zero before a
    ///   millisecond has passed, and where the ticks are CLOCK_MONOTONIC's.
    @discardableResult
    public mutating func recalibrate() -> Int64 {
        guard source == .counter else { return 0 }
        let reading = Reading(CLOCK_MONOTONIC)
        let elapsed = reading.nanoseconds - reference.nanoseconds
        let ticks = reading.ticks &- reference.ticks
        guard elapsed >= 1_000_000, ticks > 0 else { return 0 }
        let told = nanoseconds(ticks)
        let drift = (Double(told) - Double(elapsed)) / Double(elapsed) * 1e9
        originNanoseconds = time(reading.ticks).count
        originTicks = reading.ticks
        scale = TickClock.scale(elapsed, ticks)
        reference = reading
        return Int64(max(-1e9, min(1e9, drift)))
    }

    private static func scale(_ nanoseconds: Int64, _ ticks: UInt64) -> UInt64 {
        UInt64(Double(nanoseconds) / Double(ticks) * 4_294_967_296)
    }

    /// The counter and a system clock, read together.
    private struct Reading: BitwiseCopyable {
        var ticks: UInt64 = 0
        var nanoseconds: Int64 = 0

        /// The closest of a few tries: a preempted one has a wide gap between its two looks at the
        /// counter.
        init(_ clock: clockid_t) {
            var narrowest = UInt64.max
            for _ in 0..<5 {
                var time = timespec()
                let before = sluice_ticks()
                clock_gettime(clock, &time)
                let gap = sluice_ticks() &- before
                if gap < narrowest {
                    narrowest = gap
                    ticks = before &+ gap / 2
                    nanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
                }
            }
        }
    }
}

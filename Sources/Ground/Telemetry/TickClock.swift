internal import CLinux
internal import Glibc
public import Units

/// Wall time from the time stamp counter: one `rdtsc` and one multiplication a reading.
///
/// Calibrated once against the system's clocks. The reading is the wall clock at calibration plus
/// elapsed ticks, so it never steps back when the system clock is corrected.
public struct TickClock: BitwiseCopyable, Sendable {
    private let originTicks: UInt64
    private let originNanoseconds: Int64
    /// Nanoseconds a tick, in 2⁻³² parts.
    private let scale: UInt64

    /// Measures the counter's rate for `milliseconds` against CLOCK_MONOTONIC_RAW.
    public init(calibratingFor milliseconds: Int64 = 20) {
        let start = TickClock.pair(CLOCK_MONOTONIC_RAW)
        var end = start
        while end.nanoseconds - start.nanoseconds < milliseconds * 1_000_000 {
            end = TickClock.pair(CLOCK_MONOTONIC_RAW)
        }
        let rate =
            Double(end.nanoseconds - start.nanoseconds) / Double(end.ticks &- start.ticks)
        let wall = TickClock.pair(CLOCK_REALTIME)
        originTicks = wall.ticks
        originNanoseconds = wall.nanoseconds
        scale = UInt64(rate * 4_294_967_296)
    }

    /// The counter now.
    @inline(__always) public var ticks: UInt64 { sluice_ticks() }

    /// The wall time of a counter reading.
    public func time(_ ticks: UInt64) -> Nanoseconds {
        Nanoseconds(originNanoseconds &+ Int64(bitPattern: nanoseconds(ticks &- originTicks)))
    }

    /// The wall time now.
    public var now: Nanoseconds { time(sluice_ticks()) }

    /// A distance in ticks as nanoseconds.
    public func nanoseconds(_ ticks: UInt64) -> UInt64 {
        let (high, low) = ticks.multipliedFullWidth(by: scale)
        return (high &<< 32) | (low &>> 32)
    }

    /// The counter and a system clock, read together: the closest of a few tries.
    private static func pair(_ clock: clockid_t) -> (ticks: UInt64, nanoseconds: Int64) {
        var best: (ticks: UInt64, nanoseconds: Int64) = (0, 0)
        var narrowest = UInt64.max
        for _ in 0..<5 {
            var time = timespec()
            let before = sluice_ticks()
            clock_gettime(clock, &time)
            let after = sluice_ticks()
            if after &- before < narrowest {
                narrowest = after &- before
                best = (
                    before &+ narrowest / 2,
                    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
                )
            }
        }
        return best
    }
}

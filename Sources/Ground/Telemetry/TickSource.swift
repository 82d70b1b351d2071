internal import CLinux

/// What the process's ticks are.
///
/// Chosen when the process starts, by what the processor says of its counter. The environment
/// variable `SLUICE_TICKS=monotonic` chooses CLOCK_MONOTONIC, for a machine whose counter is not
/// what it claims.
public enum TickSource: Int32, Sendable, BitwiseCopyable {
    /// The time stamp counter: about 9 ns a reading.
    case counter = 0
    /// The nanoseconds of CLOCK_MONOTONIC: about 20 ns a reading.
    case monotonic = 1

    /// The source in use.
    public static var current: TickSource {
        TickSource(rawValue: Int32(sluice_tick_source())) ?? .monotonic
    }

    /// Whether the processor promises a counter of one rate, whatever its power state.
    public static var isCounterInvariant: Bool { sluice_counter_is_invariant() != 0 }

    /// Changes the source of the whole process.
    ///
    /// - Precondition: no stamp was taken before; ticks of two sources do not compare.
    public static func use(_ source: TickSource) { sluice_use_ticks(source.rawValue) }
}

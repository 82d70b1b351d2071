public import Units

/// Waits between retries: none, then doubling from the base to the cap, each between half and all
/// of its length so that many clients do not come back in step.
public struct Backoff: Sendable, BitwiseCopyable {
    private let base: Nanoseconds
    private let cap: Nanoseconds
    private var random: SplitMix64
    /// Failures since the last success.
    private var failures = 0

    /// Waits drawn from `seed`.
    public init(base: Nanoseconds, cap: Nanoseconds, seed: UInt64) {
        self.base = base
        self.cap = cap
        random = SplitMix64(seed: seed)
    }

    /// The wait before the next try, after one more failure.
    public mutating func next() -> Nanoseconds {
        failures &+= 1
        if failures == 1 { return .zero }
        var wait = base.count
        for _ in 2..<min(failures, 40) where wait < cap.count { wait = min(cap.count, wait * 2) }
        wait = min(cap.count, wait)
        return Nanoseconds(wait / 2 + Int64(Double(wait / 2) * random.uniform()))
    }

    /// Starts over: the next failure is a first one.
    public mutating func succeed() { failures = 0 }
}

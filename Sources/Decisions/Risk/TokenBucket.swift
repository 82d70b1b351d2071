public import Units

/// A request budget: `rate` a second, saved up to one second's worth.
///
/// Integer arithmetic on nanoseconds, so replay spends exactly the same tokens.
public struct TokenBucket: Hashable, Sendable, BitwiseCopyable {
    private let rate: Int64
    /// Billionths of a token.
    private var level: Int64
    private var refilledAt: Nanoseconds

    /// A full bucket.
    ///
    /// - Precondition: `rate` in 1...1,000,000 requests a second.
    public init(rate: Int64, now: Nanoseconds) {
        precondition((1...1_000_000).contains(rate))
        self.rate = rate
        level = rate * 1_000_000_000
        refilledAt = now
    }

    /// Whether a request may leave at `now`; takes its token if so.
    public mutating func take(at now: Nanoseconds) -> Bool {
        let elapsed = min(max(0, now.count - refilledAt.count), 1_000_000_000)
        if elapsed > 0 {
            level = min(rate * 1_000_000_000, level + elapsed * rate)
            refilledAt = now
        }
        guard level >= 1_000_000_000 else { return false }
        level -= 1_000_000_000
        return true
    }
}

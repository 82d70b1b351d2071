public import Units

/// A request budget as venues count it: at most `rate` requests in any second.
///
/// The times of the last `rate` requests, in a ring: a request may leave when the one `rate` before
/// it is a second old. A token bucket of the same rate would let twice as many through in the
/// second after a pause. Integer arithmetic, so a replay spends exactly the same budget.
///
/// - Complexity: O(1); 8 bytes × `rate`; never allocates after `init`.
public struct RequestWindow: ~Copyable {
    private static let second = Int64(1_000_000_000)
    private let sentAt: UnsafeMutablePointer<Int64>
    private let rate: Int
    private var oldest = 0

    /// A full budget at `now`.
    ///
    /// - Precondition: `rate` in 1...1,000,000 requests a second.
    public init(rate: Int64, now: Nanoseconds) {
        precondition((1...1_000_000).contains(rate))
        self.rate = Int(rate)
        sentAt = .allocate(capacity: self.rate)
        sentAt.initialize(repeating: now.count - RequestWindow.second, count: self.rate)
    }

    deinit { sentAt.deallocate() }

    /// Whether a request may leave at `now`.
    @inline(__always)
    public func allows(at now: Nanoseconds) -> Bool {
        now.count - sentAt[oldest] >= RequestWindow.second
    }

    /// Counts a request that leaves at `now`, which the window allows.
    @inline(__always)
    public mutating func take(at now: Nanoseconds) {
        sentAt[oldest] = now.count
        oldest = oldest + 1 == rate ? 0 : oldest + 1
    }
}

public import Units

/// How a parent's quantity is spread over its horizon: cumulative share by time, straight lines
/// between knots.
///
/// The memory belongs to whoever made the profile and is freed by `deallocate`, so that the hot
/// thread copies a pointer and counts no reference.
public struct VolumeProfile: BitwiseCopyable, @unchecked Sendable {
    /// A point of the curve.
    public struct Knot: BitwiseCopyable, Sendable {
        /// When.
        public var time: Nanoseconds
        /// Share of the quantity due by then, in billionths.
        public var shareE9: Int64

        /// The point (`time`, `shareE9`).
        public init(time: Nanoseconds, shareE9: Int64) {
            self.time = time
            self.shareE9 = shareE9
        }
    }

    private let knots: UnsafeMutablePointer<Knot>
    /// Number of knots, at least two.
    public let count: Int

    /// The curve through `points`.
    ///
    /// - Precondition: times increase, shares do not decrease, the first share is 0, the last 10⁹.
    public init(_ points: [Knot]) {
        precondition(points.count >= 2 && points[0].shareE9 == 0)
        precondition(points[points.count - 1].shareE9 == 1_000_000_000)
        for i in 1..<points.count {
            precondition(points[i].time > points[i - 1].time)
            precondition(points[i].shareE9 >= points[i - 1].shareE9)
        }
        count = points.count
        knots = .allocate(capacity: points.count)
        knots.initialize(from: points, count: points.count)
    }

    /// The knot at `index`.
    public subscript(index: Int) -> Knot {
        precondition(index >= 0 && index < count)
        return knots[index]
    }

    /// Frees the knots. No copy may be used afterwards.
    public func deallocate() { knots.deallocate() }

    /// The share due at `now`, in billionths.
    ///
    /// - Complexity: O(log count).
    public func shareE9(at now: Nanoseconds) -> Int64 {
        if now <= knots[0].time { return 0 }
        if now >= knots[count - 1].time { return 1_000_000_000 }
        var low = 0
        var high = count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle].time <= now { low = middle } else { high = middle }
        }
        let span = knots[high].time.count - knots[low].time.count
        let rise = Int128(knots[high].shareE9 - knots[low].shareE9)
        let part = rise * Int128(now.count - knots[low].time.count) / Int128(span)
        return knots[low].shareE9 + Int64(part)
    }
}

public import Units

/// How a parent's quantity is spread over its horizon: cumulative share by time, straight lines
/// between knots.
///
/// The memory belongs to the profile's maker and is freed by `deallocate`, so that the hot
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
        let low = segment(at: now)
        let high = low + 1
        let span = knots[high].time.count - knots[low].time.count
        let rise = Int128(knots[high].shareE9 - knots[low].shareE9)
        let part = rise * Int128(now.count - knots[low].time.count) / Int128(span)
        return knots[low].shareE9 + Int64(part)
    }

    /// When the share due becomes `shareE9`, or the next knot's time when it does not before.
    ///
    /// - Precondition: more than the share due at `now`, and at most 10⁹.
    /// - Complexity: O(log count).
    func time(ofShareE9 shareE9: Int64, after now: Nanoseconds) -> Nanoseconds {
        let low = segment(at: now)
        let start = knots[low]
        let end = knots[low + 1]
        if shareE9 > end.shareE9 { return end.time }
        let rise = Int128(end.shareE9 - start.shareE9)
        let span = Int128(end.time.count - start.time.count)
        let elapsed = (Int128(shareE9 - start.shareE9) * span + rise - 1) / rise
        return start.time + Nanoseconds(Int64(elapsed))
    }

    /// The knot that begins the line `now` lies on; the first line reaches back without end.
    private func segment(at now: Nanoseconds) -> Int {
        var low = 0
        var high = count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle].time <= now { low = middle } else { high = middle }
        }
        return low
    }
}

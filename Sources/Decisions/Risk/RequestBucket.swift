import Units

/// What the venue lets us ask for of one kind: at most `limit` requests in its second.
///
/// The times of the last requests, in a ring with room for the configured limit. What a reply says
/// can only narrow it: a lower limit counts at once, and requests that others made of the
/// same account are entered as if they were ours. The venue counts requests as they arrive, so the
/// second is a little longer here.
///
/// Lies in the budget's memory, which is handed in by pointer: no copy is ever made.
///
/// - Invariant: `times` are in order, oldest first from `next`.
/// - Complexity: O(1) to take; O(requests under way) to read a reply.
struct RequestBucket: BitwiseCopyable {
    /// The venue's second, and what the ways of two requests may differ by.
    static let window = Int64(1_050_000_000)
    static let firstPause = Int64(1_000_000_000)
    static let longestPause = Int64(60_000_000_000)
    private static let never = Int64.min / 2

    private let times: UnsafeMutablePointer<Int64>
    private let capacity: Int
    private var next = 0
    /// Requests in a second: the least of what is configured and what the venue has said.
    private(set) var limit: Int
    /// Until when the venue takes none.
    private(set) var pausedUntil = RequestBucket.never
    private var nextPause = RequestBucket.firstPause
    /// Whether it was refused since the venue last took a request.
    private var isRefused = false

    init(_ times: UnsafeMutablePointer<Int64>, capacity: Int) {
        self.times = times
        self.capacity = capacity
        limit = capacity
        times.initialize(repeating: RequestBucket.never, count: capacity)
    }

    /// The time of the request `back` before the next one; 1 is the last.
    @inline(__always)
    private func time(_ back: Int) -> Int64 {
        let at = next &- back
        return times[at < 0 ? at &+ capacity : at]
    }

    /// Whether `count` more requests may leave, 1…`limit`.
    @inline(__always)
    func allows(_ count: Int, _ now: Int64) -> Bool {
        now >= pausedUntil && count <= limit
            && now &- time(limit &- count &+ 1) >= RequestBucket.window
    }

    /// How many of `wanted` requests may leave now.
    func allowed(of wanted: Int, _ now: Int64) -> Int {
        var count = min(wanted, limit)
        while count > 0, !allows(count, now) { count &-= 1 }
        return count
    }

    /// Counts a request that leaves now.
    @inline(__always)
    mutating func take(_ now: Int64) {
        times[next] = now
        next = next &+ 1 == capacity ? 0 : next &+ 1
    }

    /// Takes back the last `count` requests, which left otherwise.
    mutating func giveBack(_ count: Int) {
        for _ in 0..<count {
            next = next == 0 ? capacity &- 1 : next &- 1
            times[next] = RequestBucket.never
        }
    }

    /// Heeds what the reply to a request of that time says: `limit` requests a second, of which
    /// `left` were left.
    mutating func read(limit said: Int, left: Int, requestedAt: Int64) {
        guard said > 0, left >= 0 else { return }
        limit = min(capacity, said)
        // What left after that request the venue had not seen when it counted.
        var later = 0
        while later < capacity, time(later &+ 1) > requestedAt { later &+= 1 }
        var counted = later
        while counted < limit, requestedAt &- time(counted &+ 1) < RequestBucket.window {
            counted &+= 1
        }
        let others = min(max(0, said &- left) &- (counted &- later), limit &- counted)
        for _ in 0..<max(0, others) { enter(requestedAt, before: later) }
    }

    /// Enters a request that left at `time` without being asked for here; one that is older than
    /// all that are known leaves no trace.
    mutating func enter(_ time: Int64) {
        var later = 0
        while later < capacity, self.time(later &+ 1) > time { later &+= 1 }
        if later < capacity { enter(time, before: later) }
    }

    /// Enters a request of another process before the last `later` of ours.
    private mutating func enter(_ time: Int64, before later: Int) {
        var at = next
        for _ in 0..<later {
            let before = at == 0 ? capacity &- 1 : at &- 1
            times[at] = times[before]
            at = before
        }
        times[at] = time
        next = next &+ 1 == capacity ? 0 : next &+ 1
    }

    /// The venue takes no more for now: until the time it named, or for twice as long as before.
    /// Where it refuses again after that time, it is not believed a second time.
    mutating func pause(resetsIn: Int64, _ now: Int64) {
        var pause = min(max(0, resetsIn), RequestBucket.longestPause)
        // What left before the pause was refused with the request that began it.
        if now >= pausedUntil {
            if pause == 0 || isRefused {
                pause = max(pause, nextPause)
                nextPause = min(nextPause &* 2, RequestBucket.longestPause)
            }
            isRefused = true
        }
        pausedUntil = max(pausedUntil, now &+ pause)
    }

    /// The venue took a request: the next pause is a short one again.
    mutating func relax() {
        nextPause = RequestBucket.firstPause
        isRefused = false
    }
}

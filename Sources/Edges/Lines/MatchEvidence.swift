internal import Units

/// Whether the book is behind what the venue has matched.
///
/// A book may stand still because nothing happens, or because its publisher does. A print or a fill
/// tells the two apart: whatever is matched on the book takes from a level that the book shows, so
/// a state made before it cannot be the present one. It is given a moment to arrive.
///
/// - Complexity: O(1); it remembers the first match that no state has passed, and the last.
struct MatchEvidence: BitwiseCopyable {
    /// When the book's state was made, and when what it has not passed was matched and seen.
    private var madeAt = Nanoseconds.zero
    private var firstAt = Nanoseconds.zero
    private var firstSeen = Nanoseconds.zero
    private var lastAt = Nanoseconds.zero
    private var lastSeen = Nanoseconds.zero
    /// A state made before this is none to trade on.
    private(set) var proven = Nanoseconds.zero

    /// Something was matched on the book at `time` of the venue's clock, and seen at `now`.
    mutating func matched(at time: Nanoseconds, now: Nanoseconds) {
        guard time > madeAt else { return }
        if firstAt <= madeAt {
            firstAt = time
            firstSeen = now
        }
        if time > lastAt {
            lastAt = time
            lastSeen = now
        }
    }

    /// The book shows a state made at `time`.
    @inline(__always)
    mutating func moved(to time: Nanoseconds) {
        madeAt = time
        if firstAt <= time {
            firstAt = lastAt
            firstSeen = lastSeen
        }
    }

    /// Whether the book is behind what was seen more than `patience` before `now`.
    mutating func isBehind(_ now: Nanoseconds, patience: Nanoseconds) -> Bool {
        guard firstAt > madeAt, now - firstSeen > patience else { return false }
        proven = max(proven, firstAt)
        firstAt = lastAt
        firstSeen = lastSeen
        return true
    }
}

internal import Units

/// Notices that what should move stands still: a count, of the hot thread's turns or of the records
/// that a disk has, has not moved for so long.
///
/// What counts is the time over which a thread looked. When the whole process was stopped, nobody
/// did, and what is watched has missed no more than its watcher.
struct StallWatch: BitwiseCopyable {
    /// What a look found.
    enum Finding: BitwiseCopyable {
        /// It moves, or has stood still for less than the patience.
        case alive
        /// It has just stood still for too long.
        case stalled
        /// It still stands.
        case standing
        /// It moves again, after so long.
        case back(after: Nanoseconds)
    }

    /// How long it may stand still.
    let patience: Nanoseconds
    private var count: UInt64 = 0
    private var lookedAt: Nanoseconds?
    private var stood = Nanoseconds.zero
    /// Whether it has stood still for too long, and has not moved since.
    private(set) var isStalled = false

    init(patience: Nanoseconds) { self.patience = patience }

    /// How often to look.
    var interval: Nanoseconds { Nanoseconds(max(1, patience.count / 4)) }

    /// Looks at the count; one that is not `awaited` may stand.
    mutating func look(_ count: UInt64, awaited: Bool = true, _ now: Nanoseconds) -> Finding {
        let passed = lookedAt.map { now - $0 } ?? .zero
        lookedAt = now
        guard count == self.count, awaited else {
            self.count = count
            defer { (isStalled, stood) = (false, .zero) }
            return isStalled ? .back(after: stood) : .alive
        }
        stood = stood + min(max(.zero, passed), interval + interval)
        if isStalled { return .standing }
        guard stood > patience else { return .alive }
        isStalled = true
        return .stalled
    }
}

/// How often it stood still, and what was done about it.
struct StallCounts: BitwiseCopyable {
    var stalls = 0
    var longest = Nanoseconds.zero
    /// Orders that were open when it was looked, and asked off the book.
    var withdrawn = 0
}

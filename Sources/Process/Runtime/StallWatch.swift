internal import Units

/// Notices that the hot thread stands still: its count of turns has not moved for so long.
///
/// What counts is the time over which a thread looked. When the whole process was stopped, nobody
/// did, and the hot thread has missed no more than its watcher.
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
    private var turns: UInt64 = 0
    private var lookedAt: Nanoseconds?
    private var stood = Nanoseconds.zero
    /// Whether it has stood still for too long, and has not moved since.
    private(set) var isStalled = false

    init(patience: Nanoseconds) { self.patience = patience }

    /// How often to look.
    var interval: Nanoseconds { Nanoseconds(max(1, patience.count / 4)) }

    /// Looks at the count of turns.
    mutating func look(_ turns: UInt64, _ now: Nanoseconds) -> Finding {
        let passed = lookedAt.map { now - $0 } ?? .zero
        lookedAt = now
        guard turns == self.turns else {
            self.turns = turns
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

/// How often the hot thread stood still, and what was done about it.
struct StallCounts: BitwiseCopyable {
    var stalls = 0
    var longest = Nanoseconds.zero
    /// Orders that were open when it was looked, and asked off the book.
    var withdrawn = 0
}

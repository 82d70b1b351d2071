internal import Book
internal import Units

/// What recent update ids were told to be, by which line first, and when: tells how much later the
/// other lines came, and whether they tell the same.
///
/// - Complexity: O(levels) a message, about a nanosecond a level; 1,024 ids, 40 KiB.
struct StoryLog: ~Copyable {
    private static let capacity = 1_024

    private struct Entry: BitwiseCopyable {
        var sequence: Int64 = 0
        var time = Nanoseconds.zero
        var digest: UInt64 = 0
        var at = Nanoseconds.zero
        var line: Int32 = -1
        var isDelta = false
    }

    /// How a message stands to what was told before of its update id.
    enum Standing {
        /// Nobody told it before.
        case first
        /// Another line told the same, so long before.
        case agrees(with: Int, after: Nanoseconds)
        /// Another line told something else.
        case contradicts(Int)
        /// Another line told it as a snapshot, or it is too long ago to say.
        case unknown
    }

    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: StoryLog.capacity)
        entries.initialize(repeating: Entry(), count: StoryLog.capacity)
    }

    deinit { entries.deallocate() }

    /// Forgets everything: the numbering started over.
    mutating func clear() {
        entries.update(repeating: Entry(), count: StoryLog.capacity)
    }

    mutating func tell(_ update: DepthUpdate, _ line: Int, _ now: Nanoseconds) -> Standing {
        let i = Int(truncatingIfNeeded: update.sequence) & (StoryLog.capacity &- 1)
        let known = entries[i]
        if known.line >= 0 && known.sequence > update.sequence { return .unknown }
        let entry = Entry(
            sequence: update.sequence,
            time: update.time,
            digest: StoryLog.digest(update),
            at: now,
            line: Int32(truncatingIfNeeded: line),
            isDelta: update.kind == .delta
        )
        guard known.line >= 0, known.sequence == update.sequence, known.line != entry.line else {
            entries[i] = entry
            return .first
        }
        guard known.isDelta && entry.isDelta else { return .unknown }
        guard known.time == entry.time && known.digest == entry.digest else {
            return .contradicts(Int(known.line))
        }
        return .agrees(with: Int(known.line), after: now - known.at)
    }

    /// The same for the same levels, in whatever order.
    private static func digest(_ update: DepthUpdate) -> UInt64 {
        var sum: UInt64 = 0
        for level in update.bids { sum &+= mix(level, 0x9e37_79b9_7f4a_7c15) }
        for level in update.asks { sum &+= mix(level, 0xc2b2_ae3d_27d4_eb4f) }
        return sum
    }

    @inline(__always)
    private static func mix(_ level: LevelChange, _ side: UInt64) -> UInt64 {
        var z = UInt64(bitPattern: level.ticks) &* side
        z = (z ^ (z >> 32)) &+ UInt64(bitPattern: level.lots) &* 0xbf58_476d_1ce4_e5b9
        return (z ^ (z >> 29)) &* 0x94d0_49bb_1331_11eb
    }
}

extension DepthUpdate {
    /// When this state was made: by the matching engine, or published where that is not told.
    @inline(__always) var time: Nanoseconds { matchedAt.count > 0 ? matchedAt : publishedAt }
}

/// One side of a book: a dense circular ladder of lots, one slot a tick, in a window that slides.
///
/// Levels go by `key`, where a lower key is a better price on both sides: the tick itself for
/// asks, its complement for bids. So the same code serves both.
///
///     key:    low        best          best + span       low + window
///              |-- room --|■■ ■ ■■■  ■  ■   |                 |  overflow: ■   ■      ■
///
/// The window starts a little before the best, so that a better price usually finds room. What
/// lies past its end waits in a sorted overflow: a ladder without one is silently wrong as soon
/// as a side spans more than the window.
///
/// All levels of the window lie in the `span` keys from the best on. A change in there, which is
/// nearly every one, is one comparison and one store; whatever else (a better best, a level
/// farther out, one past the window, a delete of nothing) leaves that path. Levels are not
/// counted: `span` is what walks and clearing need, and it costs nothing to keep.
///
/// - Invariant: the best level is in the window whenever the side has any level; each key of the
///   window owns the slot `key & mask`, and slots outside the span are zero; overflow keys are at
///   or past `low + window`. An empty side has the best `noKey` and no span.
/// - Complexity: O(1) for each change inside the window; the best is repaired once a batch.
struct LevelRing: ~Copyable {
    /// Key of no level.
    static var noKey: Int64 { .max }
    /// A key past every level's, far enough from the ends to be added to.
    static var lastKey: Int64 { 1 << 62 }

    let window: Int
    private let mask: Int64
    /// Room kept before the best when the window is placed.
    private let room: Int64
    let slots: UnsafeMutablePointer<Int64>
    /// First key of the window.
    private(set) var low: Int64 = 0
    /// Key of the best level, or `noKey`.
    private(set) var best = LevelRing.noKey
    /// Keys from the best on, past which no slot of the window is occupied; zero when empty.
    private(set) var span: Int64 = 0
    private var overflow: LevelOverflow

    /// An empty side with a window of `window` ticks.
    ///
    /// - Precondition: `window` is a power of two, at least 16.
    init(window: Int, overflowCapacity: Int) {
        precondition(window >= 16 && window & (window - 1) == 0)
        self.window = window
        mask = Int64(window - 1)
        room = Int64(window / 8)
        // 64-byte alignment: the scan reads whole cache lines of eight slots.
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: window * 8, alignment: 64)
        slots = bytes.bindMemory(to: Int64.self, capacity: window)
        slots.initialize(repeating: 0, count: window)
        overflow = LevelOverflow(capacity: overflowCapacity)
    }

    deinit { slots.deallocate() }

    /// Bytes of a side's ladder and overflow.
    static func byteCount(window: Int, overflowCapacity: Int) -> Int {
        window * MemoryLayout<Int64>.stride
            + LevelOverflow.byteCount(capacity: overflowCapacity)
    }

    @inline(__always) var isEmpty: Bool { span == 0 }
    /// Levels past the window.
    @inline(__always) var overflowCount: Int { overflow.count }
    /// Key of the first level past the window, or `noKey`.
    @inline(__always) var firstOverflowKey: Int64 {
        overflow.count > 0 ? overflow.key(at: 0) : LevelRing.noKey
    }
    /// Lots of the best level; zero when the side is empty, as all its slots are.
    @inline(__always) var bestLots: Int64 { slots[slot(best)] }

    /// Levels of the side. O(span / 8).
    var count: Int {
        var count = overflow.count
        var key = best
        while let next = nextOccupied(from: key) {
            count &+= 1
            key = next &+ 1
        }
        return count
    }

    @inline(__always) func slot(_ key: Int64) -> Int {
        Int(truncatingIfNeeded: key & mask)
    }

    @inline(__always) private func isInWindow(_ key: Int64) -> Bool {
        UInt64(bitPattern: key &- low) < UInt64(truncatingIfNeeded: window)
    }

    /// The lots at `key`; zero when there are none.
    func lots(of key: Int64) -> Int64 {
        isInWindow(key) ? slots[slot(key)] : overflow.lots(of: key)
    }

    // MARK: Changes

    /// What went wrong in a batch.
    struct Faults: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        /// A level was deleted that was not there.
        static var unknownDelete: Faults { Faults(rawValue: 1) }
        /// A level found no room, and is lost.
        static var lost: Faults { Faults(rawValue: 2) }
    }

    /// Replaces the side by `levels`; zero lots are ignored.
    mutating func replace(
        with levels: UnsafeBufferPointer<LevelChange>,
        flip: Int64
    ) -> Faults {
        removeAll()
        var first = LevelRing.noKey
        var last = Int64.min
        for level in levels where level.lots != 0 {
            first = min(first, level.ticks ^ flip)
            last = max(last, level.ticks ^ flip)
        }
        guard first != LevelRing.noKey else { return [] }
        low = first &- room
        best = first
        span = min(last, low &+ Int64(window) &- 1) &- first &+ 1
        var faults: Faults = []
        apply(levels, flip: flip, &faults)
        return faults.subtracting(.unknownDelete)
    }

    /// Applies one message's changes of this side, then repairs the best once.
    ///
    /// `flip` is 0 for asks and −1 for bids: `ticks ^ flip` is the key.
    @inline(__always)
    mutating func apply(
        _ changes: UnsafeBufferPointer<LevelChange>,
        flip: Int64,
        _ faults: inout Faults
    ) {
        // Locals live in registers: the compiler cannot prove that the slots do not alias `self`.
        let slots = slots
        let mask = mask
        var best = best
        var span = UInt64(bitPattern: span)
        for change in changes {
            let key = change.ticks ^ flip
            let lots = change.lots
            let slot = slots + Int(truncatingIfNeeded: key & mask)
            // Zero lots on an empty slot delete what is not there. Negative numbers never are.
            if _slowPath(UInt64(bitPattern: key &- best) >= span)
                || _slowPath(slot.pointee | lots == 0)
            {
                faults.formUnion(applyAside(key, lots))
                best = self.best
                span = UInt64(bitPattern: self.span)
                continue
            }
            slot.pointee = lots
        }
        if slots[Int(truncatingIfNeeded: best & mask)] == 0 { repairBest() }
    }

    /// A change outside the span, or a delete of nothing.
    @inline(never)
    private mutating func applyAside(_ key: Int64, _ lots: Int64) -> Faults {
        if lots == 0 { return !isInWindow(key) && overflow.remove(key) ? [] : .unknownDelete }
        var faults: Faults = []
        if isEmpty {
            low = key &- room
        } else if key < low {
            if !slideDown(to: key &- room) { faults = .lost }
        } else if !isInWindow(key) {
            return overflow.set(key, lots) ? [] : .lost
        }
        slots[slot(key)] = lots
        if isEmpty {
            best = key
            span = 1
        } else if key < best {
            span &+= best &- key
            best = key
        } else {
            // A book's far end moves by a level at a time; the next ones find it extended.
            span = min(key &+ LevelRing.slack, low &+ Int64(window)) &- best
        }
        return faults
    }

    /// How much farther than asked the span is extended, in ticks.
    private static var slack: Int64 { 64 }

    /// Empties the side.
    mutating func removeAll() {
        let first = slot(best)
        let length = Int(truncatingIfNeeded: span)
        let beforeSeam = min(length, window &- first)
        (slots + first).update(repeating: 0, count: beforeSeam)
        slots.update(repeating: 0, count: length &- beforeSeam)
        overflow.removeAll()
        best = LevelRing.noKey
        span = 0
    }

    // MARK: The best, and the window around it

    /// Finds the level that is best in place of a deleted one, and follows it with the window.
    @inline(never)
    private mutating func repairBest() {
        if let next = nextOccupied(from: best) {
            span &-= next &- best
            best = next
            if best &- low > room &* 2 { slideUp(to: best &- room) }
            return
        }
        best = LevelRing.noKey
        span = 0
        if overflow.count > 0 { slideUp(to: overflow.key(at: 0) &- room) }
    }

    /// The first key at or after `key` with lots; nil when the span has none.
    ///
    /// - Precondition: `key >= best`.
    @inline(__always)
    private func nextOccupied(from key: Int64) -> Int64? {
        let end = best &+ span
        var key = key
        while key < end {
            // By lines where one begins; within a line, level by level.
            if key & 7 == 0 {
                let line = UnsafeRawPointer(slots + slot(key)).load(as: SIMD8<Int64>.self)
                let any = line.evenHalf | line.oddHalf
                if (any[0] | any[1] | any[2] | any[3]) == 0 {
                    key &+= 8
                    continue
                }
            }
            if slots[slot(key)] != 0 { return key }
            key &+= 1
        }
        return nil
    }

    /// Moves the window to better prices; levels past its new end go to the overflow.
    ///
    /// - Returns: false when they do not fit there, and are lost.
    private mutating func slideDown(to newLow: Int64) -> Bool {
        // After a jump past the whole span that is all of it.
        let end = best &+ span
        let firstLeaving = max(newLow &+ Int64(window), best)
        low = newLow
        guard firstLeaving < end else { return true }
        var leaving = 0
        var key = firstLeaving
        while let next = nextOccupied(from: key) {
            leaving &+= 1
            key = next &+ 1
        }
        let fits = overflow.openFront(leaving)
        key = firstLeaving
        for filled in 0..<leaving {
            guard let next = nextOccupied(from: key) else { break }
            if fits { overflow.fill(filled, next, slots[slot(next)]) }
            slots[slot(next)] = 0
            key = next &+ 1
        }
        span = firstLeaving &- best
        return fits
    }

    /// Moves the window to worse prices, which no level is better than, and takes in what the
    /// overflow holds of it.
    private mutating func slideUp(to newLow: Int64) {
        low = newLow
        var taken = 0
        while taken < overflow.count && isInWindow(overflow.key(at: taken)) {
            slots[slot(overflow.key(at: taken))] = overflow.lots(at: taken)
            taken &+= 1
        }
        if taken == 0 { return }
        if isEmpty { best = overflow.key(at: 0) }
        span = overflow.key(at: taken &- 1) &- best &+ 1
        overflow.removeFront(taken)
    }

    // MARK: Walks

    /// A place in a walk from the best level to worse ones.
    struct Cursor {
        fileprivate var key: Int64
        fileprivate var overflowIndex = 0
    }

    /// A walk's start, before the best level.
    @inline(__always) func start() -> Cursor { Cursor(key: best) }

    /// The next level, better ones first; zero lots at the end.
    @inline(__always)
    func next(_ cursor: inout Cursor) -> (key: Int64, lots: Int64) {
        if let key = nextOccupied(from: cursor.key) {
            cursor.key = key &+ 1
            return (key, slots[slot(key)])
        }
        guard cursor.overflowIndex < overflow.count else { return (LevelRing.noKey, 0) }
        defer { cursor.overflowIndex &+= 1 }
        return (overflow.key(at: cursor.overflowIndex), overflow.lots(at: cursor.overflowIndex))
    }

    /// Traps when an invariant does not hold. O(window).
    func checkInvariants() {
        overflow.checkInvariants()
        var occupied = 0
        for slot in 0..<window where slots[slot] != 0 {
            precondition(slots[slot] > 0, "LevelRing: lots are positive")
            occupied += 1
        }
        precondition(
            occupied + overflow.count == count,
            "LevelRing: the levels of the window are in its span"
        )
        precondition(isEmpty == (bestLots == 0), "LevelRing: the best is a level")
        precondition(isEmpty == (best == LevelRing.noKey), "LevelRing: an empty side has no best")
        if isEmpty {
            precondition(overflow.count == 0, "LevelRing: the best is in the window")
            return
        }
        precondition(best >= low && best + span <= low + Int64(window), "LevelRing: in the window")
        if overflow.count > 0 {
            precondition(overflow.key(at: 0) >= low + Int64(window), "LevelRing: overflow is past")
        }
    }
}

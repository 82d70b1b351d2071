/// One side of a book: a dense circular ladder of lots, one slot a tick, in a window that slides.
///
/// Levels go by `key`, where a lower key is a better price on both sides: the tick itself for
/// asks, its complement for bids. So the same code serves both.
///
///     key:    low        best                               low + window
///              |-- room --|■■ ■ ■■■  ■  ■   ■      ■           |  overflow: ■   ■      ■
///
/// The window starts a little before the best, so that a better price usually finds room. What
/// lies past its end waits in a sorted overflow: a ladder without one is silently wrong as soon
/// as a side spans more than the window.
///
/// - Invariant: the best level is in the window whenever the side has any level; each key of the
///   window owns the slot `key & mask`; overflow keys are at or past `low + window`.
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
    /// Levels in the window.
    private(set) var inWindow = 0
    private var overflow: LevelOverflow
    /// Key of the best level, or `noKey`.
    private(set) var best = LevelRing.noKey

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

    /// Levels of the side.
    @inline(__always) var count: Int { inWindow &+ overflow.count }
    /// Levels past the window.
    @inline(__always) var overflowCount: Int { overflow.count }
    /// Lots of the best level; zero when the side is empty.
    @inline(__always) var bestLots: Int64 { inWindow == 0 ? 0 : slots[slot(best)] }

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

    /// What a batch met.
    struct BatchResult {
        /// Deletes of levels that were not there.
        var unknownDeletes = 0
        /// Levels that found no room, and are lost.
        var lost = 0
    }

    /// Replaces the side by `levels`; zero lots are ignored.
    mutating func replace(
        with levels: UnsafeBufferPointer<LevelChange>,
        flip: Int64
    ) -> BatchResult {
        removeAll()
        var first = LevelRing.noKey
        for level in levels where level.lots != 0 { first = min(first, level.ticks ^ flip) }
        guard first != LevelRing.noKey else { return BatchResult() }
        low = first &- room
        var result = apply(levels, flip: flip)
        result.unknownDeletes = 0
        return result
    }

    /// Applies one message's changes of this side, then repairs the best once.
    ///
    /// `flip` is 0 for asks and −1 for bids: `ticks ^ flip` is the key.
    mutating func apply(
        _ changes: UnsafeBufferPointer<LevelChange>,
        flip: Int64
    ) -> BatchResult {
        var result = BatchResult()
        var touched = best
        // Levels added (low half, signed) and unknown deletes (high half) in one register: with two
        // counters the loop spills one, and each change waits for its store.
        var counters: Int64 = 0
        // Locals live in registers: the compiler cannot prove that the slots do not alias `self`.
        let slots = slots
        let mask = mask
        let window = UInt64(truncatingIfNeeded: window)
        var low = low
        guard var change = changes.baseAddress else { return result }
        let end = change + changes.count
        while change < end {
            let key = change.pointee.ticks ^ flip
            let lots = change.pointee.lots
            change += 1
            if UInt64(bitPattern: key &- low) < window {
                let slot = slots + Int(truncatingIfNeeded: key & mask)
                let wasEmpty: Int64 = slot.pointee == 0 ? 1 : 0
                let isEmpty: Int64 = lots == 0 ? 1 : 0
                slot.pointee = lots
                counters &+= wasEmpty &- isEmpty &+ (wasEmpty & isEmpty) << 32
                touched = min(touched, key)
            } else {
                count(counters, &result)
                counters = 0
                // The window was placed around `key`: nothing in it is better.
                if applyOutside(key, lots, &result) { touched = key }
                low = self.low
            }
        }
        count(counters, &result)
        repairBest(from: touched, &result)
        return result
    }

    /// Takes in the counters of `apply`.
    @inline(__always)
    private mutating func count(_ counters: Int64, _ result: inout BatchResult) {
        let added = Int32(truncatingIfNeeded: counters)
        inWindow &+= Int(added)
        result.unknownDeletes &+= Int((counters &- Int64(added)) >> 32)
    }

    /// A change outside the window; true when the window moved so that `key` leads it.
    @inline(never)
    private mutating func applyOutside(
        _ key: Int64,
        _ lots: Int64,
        _ result: inout BatchResult
    ) -> Bool {
        if lots == 0 {
            if !overflow.remove(key) { result.unknownDeletes &+= 1 }
            return false
        }
        if inWindow == 0 && overflow.count == 0 {
            low = key &- room
        } else if key < low {
            slideDown(to: key &- room, &result)
        } else {
            if !overflow.set(key, lots) { result.lost &+= 1 }
            return false
        }
        slots[slot(key)] = lots
        inWindow &+= 1
        return true
    }

    /// Empties the side.
    mutating func removeAll() {
        if inWindow <= 64 {
            var key = best
            while inWindow > 0 {
                key = nextOccupied(from: key)
                slots[slot(key)] = 0
                inWindow &-= 1
            }
        } else {
            slots.update(repeating: 0, count: window)
            inWindow = 0
        }
        overflow.removeAll()
        best = LevelRing.noKey
    }

    // MARK: The best, and the window around it

    /// Finds the best at or after `touched`, then follows it with the window.
    @inline(__always)
    private mutating func repairBest(from touched: Int64, _ result: inout BatchResult) {
        if inWindow == 0 {
            best = LevelRing.noKey
            if overflow.count > 0 { slideUp(to: overflow.key(at: 0) &- room) }
            return
        }
        best = slots[slot(touched)] != 0 ? touched : nextOccupied(from: touched)
        if best &- low > room &* 2 { slideUp(to: best &- room) }
    }

    /// The first key at or after `key` with lots.
    ///
    /// - Precondition: there is one in the window.
    private func nextOccupied(from key: Int64) -> Int64 {
        var key = key
        // Most next levels are a few ticks away; walk up to a line's end, then go by lines.
        while key & 7 != 0 {
            if slots[slot(key)] != 0 { return key }
            key &+= 1
        }
        let end = key &+ Int64(window)
        while key < end {
            let line = UnsafeRawPointer(slots + slot(key)).load(as: SIMD8<Int64>.self)
            let any = line.evenHalf | line.oddHalf
            if (any[0] | any[1] | any[2] | any[3]) != 0 {
                while slots[slot(key)] == 0 { key &+= 1 }
                return key
            }
            key &+= 8
        }
        preconditionFailure("LevelRing: a counted level is in its window")
    }

    /// Moves the window to better prices; levels past its new end go to the overflow.
    private mutating func slideDown(to newLow: Int64, _ result: inout BatchResult) {
        // Keys [newEnd, oldEnd) leave; after a jump past the whole window that is all of them.
        let oldEnd = low &+ Int64(window)
        let firstLeaving = max(newLow &+ Int64(window), low)
        var leaving = 0
        var key = firstLeaving
        while key < oldEnd {
            leaving &+= slots[slot(key)] != 0 ? 1 : 0
            key &+= 1
        }
        let fits = overflow.openFront(leaving)
        if !fits { result.lost &+= leaving }
        var filled = 0
        key = firstLeaving
        while filled < leaving {
            let lots = slots[slot(key)]
            if lots != 0 {
                if fits { overflow.fill(filled, key, lots) }
                slots[slot(key)] = 0
                filled &+= 1
            }
            key &+= 1
        }
        inWindow &-= leaving
        low = newLow
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
        if taken > 0 && inWindow == 0 { best = overflow.key(at: 0) }
        inWindow &+= taken
        overflow.removeFront(taken)
    }

    // MARK: Walks

    /// A place in a walk from the best level to worse ones.
    struct Cursor {
        fileprivate var key: Int64
        fileprivate var leftInWindow: Int
        fileprivate var overflowIndex = 0
    }

    /// A walk's start, before the best level.
    @inline(__always) func start() -> Cursor { Cursor(key: best, leftInWindow: inWindow) }

    /// The next level, better ones first; zero lots at the end.
    @inline(__always)
    func next(_ cursor: inout Cursor) -> (key: Int64, lots: Int64) {
        if cursor.leftInWindow > 0 {
            cursor.leftInWindow &-= 1
            let key = nextOccupied(from: cursor.key)
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
        var first = LevelRing.noKey
        var key = low
        while key < low &+ Int64(window) {
            if slots[slot(key)] != 0 {
                precondition(slots[slot(key)] > 0, "LevelRing: lots are positive")
                occupied += 1
                first = min(first, key)
            }
            key += 1
        }
        precondition(occupied == inWindow, "LevelRing: levels are counted")
        precondition(first == best, "LevelRing: the best is the first level")
        precondition(inWindow > 0 || overflow.count == 0, "LevelRing: the best is in the window")
        if overflow.count > 0 {
            precondition(overflow.key(at: 0) >= low + Int64(window), "LevelRing: overflow is past")
        }
    }
}

internal import Book
internal import Units

/// Lets each print through once, whichever line brings it and however often.
///
/// It remembers the venue's ids of the last 4,096 prints. What is older than the oldest of them
/// cannot be told apart any more and is dropped: a volume that is told too low is the safe side.
///
/// - Complexity: O(1) a print; 160 KiB.
struct PrintFilter: ~Copyable {
    static let capacity = 4_096
    private static let slots = 16_384

    /// Marks of the remembered prints, open addressing; zero is free.
    private let table: UnsafeMutablePointer<UInt64>
    /// The same marks in the order they came, with their match times.
    private let marks: UnsafeMutablePointer<UInt64>
    private let times: UnsafeMutablePointer<Nanoseconds>
    private var head = 0
    private var count = 0
    /// Prints matched up to this are too old to be told apart.
    private var floor = Nanoseconds.zero
    /// A batch without its repeated prints.
    private let scratch: UnsafeMutablePointer<Trade>
    private let scratchCapacity: Int

    /// - Parameter batch: prints in the largest message.
    init(batch: Int) {
        table = .allocate(capacity: PrintFilter.slots)
        table.initialize(repeating: 0, count: PrintFilter.slots)
        marks = .allocate(capacity: PrintFilter.capacity)
        times = .allocate(capacity: PrintFilter.capacity)
        scratch = .allocate(capacity: batch)
        scratchCapacity = batch
    }

    deinit {
        table.deallocate()
        marks.deallocate()
        times.deallocate()
        scratch.deallocate()
    }

    /// The prints of `batch` that were not told before, in its order; nil when there are none.
    ///
    /// The view is good until the next call.
    mutating func fresh(_ batch: TradeBatch) -> TradeBatch? {
        var firstRepeat = batch.trades.count
        var kept = 0
        for (i, trade) in batch.trades.enumerated() {
            let isNew = remember(trade)
            if !isNew && firstRepeat == batch.trades.count {
                // From here on the batch has a hole: what follows is copied together.
                firstRepeat = i
                kept = min(i, scratchCapacity)
                for j in 0..<kept { (scratch + j).initialize(to: batch.trades[j]) }
            } else if isNew && firstRepeat < i && kept < scratchCapacity {
                (scratch + kept).initialize(to: trade)
                kept &+= 1
            }
        }
        if firstRepeat == batch.trades.count { return batch }
        if kept == 0 { return nil }
        return TradeBatch(
            instrument: batch.instrument,
            publishedAt: batch.publishedAt,
            trades: UnsafeBufferPointer(start: scratch, count: kept)
        )
    }

    /// Remembers a print; false when it was told before or is too old to say.
    private mutating func remember(_ trade: Trade) -> Bool {
        if trade.matchedAt <= floor { return false }
        let mark = PrintFilter.mark(trade)
        var slot = Int(truncatingIfNeeded: mark) & (PrintFilter.slots &- 1)
        while table[slot] != 0 {
            if table[slot] == mark { return false }
            slot = (slot &+ 1) & (PrintFilter.slots &- 1)
        }
        table[slot] = mark
        if count == PrintFilter.capacity { forgetOldest() }
        let tail = (head &+ count) & (PrintFilter.capacity &- 1)
        marks[tail] = mark
        times[tail] = trade.matchedAt
        count &+= 1
        return true
    }

    private mutating func forgetOldest() {
        let mark = marks[head]
        floor = max(floor, times[head])
        head = (head &+ 1) & (PrintFilter.capacity &- 1)
        count &-= 1
        let mask = PrintFilter.slots &- 1
        var hole = Int(truncatingIfNeeded: mark) & mask
        while table[hole] != mark { hole = (hole &+ 1) & mask }
        // Backward shift: what was pushed past the hole moves up, so that no search ends early.
        var next = (hole &+ 1) & mask
        while table[next] != 0 {
            let home = Int(truncatingIfNeeded: table[next]) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                table[hole] = table[next]
                hole = next
            }
            next = (next &+ 1) & mask
        }
        table[hole] = 0
    }

    /// 64 bits of a print's identity: its id, or all it says where the venue gives none. Never 0.
    private static func mark(_ trade: Trade) -> UInt64 {
        if !trade.id.isEmpty { return max(1, trade.id.fingerprint) }
        var z = UInt64(bitPattern: trade.matchedAt.count) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ UInt64(bitPattern: trade.price.ticks)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 29) ^ UInt64(bitPattern: trade.quantity.lots)) &* 0x94d0_49bb_1331_11eb
        z = (z ^ (z >> 32) ^ UInt64(bitPattern: trade.crossSequence)) &* 0xbf58_476d_1ce4_e5b9
        return max(1, z ^ (z >> 31))
    }
}

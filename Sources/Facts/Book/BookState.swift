import Units

/// What a book holds and how a message changes it; `OrderBook` is the way to it.
struct BookState: ~Copyable {
    let instrument: InstrumentID
    var bids: LevelRing
    var asks: LevelRing
    var integrity = BookIntegrity.awaitingSnapshot
    var counts = BookCounts()
    var sequence: Int64 = 0
    var crossSequence: Int64 = 0
    var publishedAt = Nanoseconds.zero
    var matchedAt = Nanoseconds.zero

    init(instrument: InstrumentID, window: Int, overflowCapacity: Int) {
        self.instrument = instrument
        bids = LevelRing(window: window, overflowCapacity: overflowCapacity)
        asks = LevelRing(window: window, overflowCapacity: overflowCapacity)
    }

    @inline(__always)
    mutating func apply(_ update: UnsafePointer<DepthUpdate>) -> BookResult {
        precondition(
            update.pointee.instrument == instrument,
            "OrderBook: the message is of this book"
        )
        if update.pointee.kind == .snapshot { return replace(by: update.pointee) }
        let previous = sequence
        sequence = update.pointee.sequence
        if update.pointee.sequence == 1 {
            counts.resets &+= 1
            clear()
            integrity = .reset
            return .reset
        }
        guard integrity.isFollowing else {
            counts.stale &+= 1
            return .stale
        }
        guard update.pointee.sequence == previous &+ 1 else {
            counts.gaps &+= 1
            integrity = .gap
            return .gap
        }
        var faults: LevelRing.Faults = []
        bids.apply(update.pointee.bids, flip: OrderBook.flip(.buy), &faults)
        asks.apply(update.pointee.asks, flip: OrderBook.flip(.sell), &faults)
        return settle(update.pointee, faults)
    }

    @inline(never)
    private mutating func replace(by update: DepthUpdate) -> BookResult {
        sequence = update.sequence
        counts.snapshots &+= 1
        if update.sequence == 1 { counts.resets &+= 1 }
        let bidFaults = bids.replace(with: update.bids, flip: OrderBook.flip(.buy))
        let askFaults = asks.replace(with: update.asks, flip: OrderBook.flip(.sell))
        integrity = .sound
        return settle(update, bidFaults.union(askFaults))
    }

    /// Judges the book after an applied message.
    @inline(__always)
    private mutating func settle(
        _ update: DepthUpdate,
        _ faults: LevelRing.Faults
    ) -> BookResult {
        counts.applied &+= 1
        crossSequence = update.crossSequence
        publishedAt = update.publishedAt
        matchedAt = update.matchedAt
        if faults.contains(.lost) {
            counts.overflows &+= 1
            integrity = .overflow
            return .overflow
        }
        if isCrossed {
            counts.crossed &+= 1
            integrity = .crossed
            return .crossed
        }
        if faults.contains(.unknownDelete) {
            counts.unknownDeletes &+= 1
            if integrity == .sound { integrity = .unknownDelete }
            return .unknownDelete
        }
        // Once desynchronised, only a snapshot makes a book sound again.
        return integrity == .sound ? .applied : .stale
    }

    mutating func clear() {
        bids.removeAll()
        asks.removeAll()
    }

    /// An empty side's best is worse than any price, so it crosses nothing.
    @inline(__always) var isCrossed: Bool { ~bids.best >= asks.best }

    func checkInvariants() {
        bids.checkInvariants()
        asks.checkInvariants()
        precondition(
            integrity != .sound || !isCrossed,
            "OrderBook: a sound book is not crossed"
        )
    }
}

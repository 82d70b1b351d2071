public import Units

/// One instrument's order book, rebuilt from depth messages in ticks and lots.
///
/// Integrity comes first: a snapshot replaces the book, a delta must follow the last message by
/// exactly one, and whatever contradicts that leaves the book stale until the next snapshot. A
/// stale book keeps its last levels for the record; nobody may trade on it.
///
///     snapshot → sound ──gap, reset, overflow──► stale, its levels as they were → snapshot → …
///                     └─crossed, unknown delete──► stale, its levels follow on ──► snapshot → …
///
/// Each side is a `LevelRing`: a dense ladder around the touch and a small overflow for what lies
/// farther out. All memory is taken at the start: `byteCount`, 128 KiB a book by default; the
/// ladders, 32 KiB a side, are the warm part.
///
/// - Complexity: O(1) a level change inside the window; best bid and ask O(1). Never allocates.
/// - SeeAlso: Bybit API v5, websocket/public/orderbook (read 2026-11-21).
public struct OrderBook: ~Copyable {
    // A word, because the compiler copies a struct of 288 bytes for each call that only reads it:
    // 5 ns a `bbo` that follows an `apply` (perf/experiments/book-apply-loops.md).
    let state: UnsafeMutablePointer<BookState>

    /// An empty book that waits for its first snapshot.
    ///
    /// - Parameters:
    ///   - window: ticks a side that the ladder spans; a power of two, at least 16.
    ///   - overflowCapacity: levels a side that may lie past the window.
    public init(instrument: InstrumentID, window: Int = 4_096, overflowCapacity: Int = 2_048) {
        // On a cache line of its own, so that no field lies across two.
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<BookState>.size,
            alignment: 64
        )
        state = bytes.bindMemory(to: BookState.self, capacity: 1)
        state.initialize(
            to: BookState(
                instrument: instrument,
                window: window,
                overflowCapacity: overflowCapacity
            )
        )
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Bytes that a book takes at its start, and all it ever takes:
    /// (8 × window + 16 × overflowCapacity) × 2, and a few hundred for the rest.
    public static func byteCount(window: Int = 4_096, overflowCapacity: Int = 2_048) -> Int {
        LevelRing.byteCount(window: window, overflowCapacity: overflowCapacity) * 2
            + MemoryLayout<BookState>.size
    }

    /// What the book is of.
    public var instrument: InstrumentID { state.pointee.instrument }
    /// Whether the book may be traded on, and if not, why.
    public var integrity: BookIntegrity { state.pointee.integrity }
    /// How often each thing happened.
    public var counts: BookCounts { state.pointee.counts }
    /// The last message's update id (`u`); 0 before the first.
    public var sequence: Int64 { state.pointee.sequence }
    /// The last applied message's cross sequence (`seq`).
    public var crossSequence: Int64 { state.pointee.crossSequence }
    /// When the venue published the last applied message.
    public var publishedAt: Nanoseconds { state.pointee.publishedAt }
    /// When the matching engine made this state; zero when not stated.
    public var matchedAt: Nanoseconds { state.pointee.matchedAt }
    /// Whether the book must not be traded on.
    public var isStale: Bool { state.pointee.integrity != .sound }

    /// Applies one depth message, or says why the book cannot be trusted any more.
    ///
    /// - Precondition: `update.instrument == instrument`; ticks within 1..<2⁶⁰ and lots within
    ///   0..<2⁶⁰, which the decoder guarantees.
    public mutating func apply(_ update: DepthUpdate) -> BookResult {
        withUnsafePointer(to: update) { apply(at: $0) }
    }

    /// Applies a message where it lies, as one of many: an argument that comes from memory is
    /// copied for each call, 72 bytes and a tenth of the time of a short message.
    public mutating func apply(at update: UnsafePointer<DepthUpdate>) -> BookResult {
        state.pointee.apply(update)
    }

    /// Empties both sides and waits for a snapshot, as after a reconnect.
    public mutating func invalidate() {
        state.pointee.clear()
        state.pointee.integrity = .awaitingSnapshot
    }

    // MARK: The touch

    /// Best bid and ask with their quantities.
    public var bbo: BBO {
        BBO(
            bid: Price(ticks: state.pointee.bids.isEmpty ? 0 : ~state.pointee.bids.best),
            bidQuantity: Quantity(lots: state.pointee.bids.bestLots),
            ask: Price(ticks: state.pointee.asks.isEmpty ? 0 : state.pointee.asks.best),
            askQuantity: Quantity(lots: state.pointee.asks.bestLots)
        )
    }

    /// The highest bid; nil when there is none.
    public var bestBid: Price? {
        state.pointee.bids.isEmpty ? nil : Price(ticks: ~state.pointee.bids.best)
    }
    /// The lowest ask; nil when there is none.
    public var bestAsk: Price? {
        state.pointee.asks.isEmpty ? nil : Price(ticks: state.pointee.asks.best)
    }

    /// The best price of the resting orders of `side`; nil when there are none.
    public func best(_ side: Side) -> Price? { side == .buy ? bestBid : bestAsk }

    /// The quantity resting at `price` on `side`; zero when there is none.
    public func quantity(at price: Price, _ side: Side) -> Quantity {
        let key = price.ticks ^ OrderBook.flip(side)
        return Quantity(
            lots: side == .buy
                ? state.pointee.bids.lots(of: key) : state.pointee.asks.lots(of: key)
        )
    }

    /// Price levels on `side`, counted on request.
    ///
    /// - Complexity: O(ticks from the best to the last level of the window / 8).
    public func levelCount(_ side: Side) -> Int {
        side == .buy ? state.pointee.bids.count : state.pointee.asks.count
    }
    /// Price levels on `side` past the ladder's window.
    public func overflowCount(_ side: Side) -> Int {
        side == .buy ? state.pointee.bids.overflowCount : state.pointee.asks.overflowCount
    }

    /// What turns ticks into keys and back: `key = ticks ^ flip`.
    @inline(__always) static func flip(_ side: Side) -> Int64 { side == .buy ? -1 : 0 }

    /// Traps when an invariant does not hold. O(window).
    public func checkInvariants() { state.pointee.checkInvariants() }
}

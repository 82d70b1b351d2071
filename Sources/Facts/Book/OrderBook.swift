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
/// farther out. All memory is taken at the start: (8 × window + 16 × overflowCapacity) × 2 bytes,
/// 128 KiB a book by default; the ladders, 32 KiB a side, are the warm part.
///
/// - Complexity: O(1) a level change inside the window; best bid and ask O(1). Never allocates.
/// - SeeAlso: Bybit API v5, websocket/public/orderbook (read 2026-11-21).
public struct OrderBook: ~Copyable {
    /// What the book is of.
    public let instrument: InstrumentID
    var bids: LevelRing
    var asks: LevelRing
    /// Whether the book may be traded on, and if not, why.
    public private(set) var integrity = BookIntegrity.awaitingSnapshot
    /// How often each thing happened.
    public private(set) var counts = BookCounts()
    /// The last message's update id (`u`); 0 before the first.
    public private(set) var sequence: Int64 = 0
    /// The last applied message's cross sequence (`seq`).
    public private(set) var crossSequence: Int64 = 0
    /// When the venue published the last applied message.
    public private(set) var publishedAt = Nanoseconds.zero
    /// When the matching engine made this state; zero when not stated.
    public private(set) var matchedAt = Nanoseconds.zero

    /// An empty book that waits for its first snapshot.
    ///
    /// - Parameters:
    ///   - window: ticks a side that the ladder spans; a power of two, at least 16.
    ///   - overflowCapacity: levels a side that may lie past the window.
    public init(instrument: InstrumentID, window: Int = 4_096, overflowCapacity: Int = 2_048) {
        self.instrument = instrument
        bids = LevelRing(window: window, overflowCapacity: overflowCapacity)
        asks = LevelRing(window: window, overflowCapacity: overflowCapacity)
    }

    /// Whether the book must not be traded on.
    @inline(__always) public var isStale: Bool { integrity != .sound }

    /// Applies one depth message, or says why the book cannot be trusted any more.
    ///
    /// - Precondition: `update.instrument == instrument`; ticks within 1..<2⁶⁰ and lots within
    ///   0..<2⁶⁰, which the decoder guarantees.
    public mutating func apply(_ update: DepthUpdate) -> BookResult {
        precondition(update.instrument == instrument, "OrderBook: the message is of this book")
        if update.kind == .snapshot { return replace(by: update) }
        let previous = sequence
        sequence = update.sequence
        if update.sequence == 1 {
            counts.resets &+= 1
            clear()
            integrity = .reset
            return .reset
        }
        guard integrity.isFollowing else {
            counts.stale &+= 1
            return .stale
        }
        guard update.sequence == previous &+ 1 else {
            counts.gaps &+= 1
            integrity = .gap
            return .gap
        }
        let bidResult = bids.apply(update.bids, flip: OrderBook.flip(.buy))
        let askResult = asks.apply(update.asks, flip: OrderBook.flip(.sell))
        return settle(
            update,
            unknownDeletes: bidResult.unknownDeletes &+ askResult.unknownDeletes,
            lost: bidResult.lost &+ askResult.lost
        )
    }

    private mutating func replace(by update: DepthUpdate) -> BookResult {
        sequence = update.sequence
        counts.snapshots &+= 1
        if update.sequence == 1 { counts.resets &+= 1 }
        let bidResult = bids.replace(with: update.bids, flip: OrderBook.flip(.buy))
        let askResult = asks.replace(with: update.asks, flip: OrderBook.flip(.sell))
        integrity = .sound
        return settle(update, unknownDeletes: 0, lost: bidResult.lost &+ askResult.lost)
    }

    /// Judges the book after an applied message.
    @inline(__always)
    private mutating func settle(
        _ update: DepthUpdate,
        unknownDeletes: Int,
        lost: Int
    ) -> BookResult {
        counts.applied &+= 1
        crossSequence = update.crossSequence
        publishedAt = update.publishedAt
        matchedAt = update.matchedAt
        if lost > 0 {
            counts.overflows &+= 1
            integrity = .overflow
            return .overflow
        }
        if isCrossed {
            counts.crossed &+= 1
            integrity = .crossed
            return .crossed
        }
        if unknownDeletes > 0 {
            counts.unknownDeletes &+= 1
            if integrity == .sound { integrity = .unknownDelete }
            return .unknownDelete
        }
        // Once desynchronised, only a snapshot makes a book sound again.
        return integrity == .sound ? .applied : .stale
    }

    /// Empties both sides and waits for a snapshot, as after a reconnect.
    public mutating func invalidate() {
        clear()
        integrity = .awaitingSnapshot
    }

    private mutating func clear() {
        bids.removeAll()
        asks.removeAll()
    }

    // MARK: The touch

    private var isCrossed: Bool {
        bids.count > 0 && asks.count > 0 && ~bids.best >= asks.best
    }

    /// Best bid and ask with their quantities.
    public var bbo: BBO {
        BBO(
            bid: Price(ticks: bids.count > 0 ? ~bids.best : 0),
            bidQuantity: Quantity(lots: bids.bestLots),
            ask: Price(ticks: asks.count > 0 ? asks.best : 0),
            askQuantity: Quantity(lots: asks.bestLots)
        )
    }

    /// ``bbo`` for the book's owner. To ask through a borrow copies the whole book first, because
    /// the call leaves the module: as much work again as to apply a small message.
    public mutating func readBBO() -> BBO { bbo }

    /// The highest bid; nil when there is none.
    public var bestBid: Price? { bids.count > 0 ? Price(ticks: ~bids.best) : nil }
    /// The lowest ask; nil when there is none.
    public var bestAsk: Price? { asks.count > 0 ? Price(ticks: asks.best) : nil }

    /// The best price of the resting orders of `side`; nil when there are none.
    public func best(_ side: Side) -> Price? { side == .buy ? bestBid : bestAsk }

    /// The quantity resting at `price` on `side`; zero when there is none.
    public func quantity(at price: Price, _ side: Side) -> Quantity {
        let key = price.ticks ^ OrderBook.flip(side)
        return Quantity(lots: side == .buy ? bids.lots(of: key) : asks.lots(of: key))
    }

    /// Price levels on `side`.
    public func levelCount(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }
    /// Price levels on `side` past the ladder's window.
    public func overflowCount(_ side: Side) -> Int {
        side == .buy ? bids.overflowCount : asks.overflowCount
    }

    /// What turns ticks into keys and back: `key = ticks ^ flip`.
    @inline(__always) static func flip(_ side: Side) -> Int64 { side == .buy ? -1 : 0 }

    /// Traps when an invariant does not hold. O(window).
    public func checkInvariants() {
        bids.checkInvariants()
        asks.checkInvariants()
        precondition(
            integrity != .sound || !isCrossed,
            "OrderBook: a sound book is not crossed"
        )
    }
}

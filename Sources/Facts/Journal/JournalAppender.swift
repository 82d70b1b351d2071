public import Book
public import Containers
public import Orders
public import Units

/// The hot thread's end of a journal: copies each record into a ring that the writer's thread
/// empties. It never blocks, allocates, or asks the system for anything.
///
/// Market and clock records leave the last part of the ring to orders, fills, links and controls,
/// so that a slow disk costs the exactness of a replay before it costs a fill. What finds no room
/// is counted, and a `gap` record says so as soon as there is room again.
///
/// - Complexity: O(bytes of the record); a book message of 3 + 3 levels is 168 bytes (bench
///   `journal.append.book`).
public struct JournalAppender: ~Copyable {
    private var ring: ByteRing.Producer
    /// Bytes that expendable records leave free.
    private let spare: Int
    /// The number of the last record.
    public private(set) var sequence: UInt64
    /// Records that found no room, from the start.
    public private(set) var lost = JournalGap()
    /// Those among them that no `gap` record has told of.
    private var untold = JournalGap()

    /// Appends to `ring`, after the record `sequence` of the journal that is gone on with.
    public init(_ ring: ByteRing, after sequence: UInt64 = 0) {
        self.ring = ring.producer()
        self.sequence = sequence
        spare = ring.capacity / 4
    }

    /// The clock was looked at.
    public mutating func appendTimer(_ now: Nanoseconds) -> Bool {
        append(.timer, RecordLayout.timerBytes, now) { _ in }
    }

    /// The market moved.
    public mutating func append(_ event: MarketEvent, _ now: Nanoseconds) -> Bool {
        switch event {
        case .depth(let update):
            let levels = update.bids.count &+ update.asks.count
            let length = RecordLayout.depthBytes &+ levels &* RecordLayout.levelBytes
            return append(.depth, length, now) { RecordLayout.write(update, to: $0) }
        case .trades(let batch):
            let length =
                RecordLayout.tradesBytes &+ batch.trades.count &* RecordLayout.tradeBytes
            return append(.trades, length, now) { RecordLayout.write(batch, to: $0) }
        case .ticker(let update):
            return append(.ticker, RecordLayout.tickerBytes, now) {
                RecordLayout.write(update, to: $0)
            }
        }
    }

    /// The venue spoke of our orders; `isObservedOnly` when the engine does not decide on it.
    public mutating func append(
        _ event: OrderEvent,
        isObservedOnly: Bool = false,
        _ now: Nanoseconds
    ) -> Bool {
        let length = RecordLayout.bytes(event)
        return append(RecordLayout.kind(event), length, flags: isObservedOnly ? 1 : 0, now) {
            RecordLayout.write(event, to: $0)
        }
    }

    /// The venue spoke of the account, in the recording engine's own numbers.
    public mutating func append(account: CodedEvent, _ now: Nanoseconds) -> Bool {
        append(.account, RecordLayout.codedBytes, now) { RecordLayout.write(account, to: $0) }
    }

    /// A connection came or went, in the recording engine's own numbers.
    public mutating func append(link: CodedEvent, _ now: Nanoseconds) -> Bool {
        append(.link, RecordLayout.codedBytes, now) { RecordLayout.write(link, to: $0) }
    }

    /// An operator asked, in the recording engine's own numbers.
    public mutating func append(control: CodedEvent, _ now: Nanoseconds) -> Bool {
        append(.control, RecordLayout.codedBytes, now) { RecordLayout.write(control, to: $0) }
    }

    /// The engine asked the venue for something.
    public mutating func append(_ command: OrderCommand, _ now: Nanoseconds) -> Bool {
        append(RecordLayout.kind(command), RecordLayout.bytes(command), now) {
            RecordLayout.write(command, to: $0)
        }
    }

    /// A parent was accepted with a plan.
    public mutating func append(
        _ order: ParentOrder,
        plan: [UInt8],
        _ now: Nanoseconds
    ) -> Bool {
        let length = RecordLayout.acceptBytes + JournalFormat.padded(plan.count)
        return append(.accept, length, now) { RecordLayout.write(order, plan: plan, to: $0) }
    }

    /// What the engine was made with: the first record.
    public mutating func append(_ session: JournalSession, _ now: Nanoseconds) -> Bool {
        let payload = session.payload
        let length = RecordLayout.sessionBytes + JournalFormat.padded(payload.count)
        return append(.session, length, now) {
            $0.put(24, UInt64(payload.count))
            RecordLayout.write(payload, to: $0 + RecordLayout.sessionBytes)
        }
    }

    /// The journal ends here in good order.
    public mutating func appendClose(_ now: Nanoseconds) -> Bool {
        append(.close, RecordLayout.timerBytes, now) { _ in }
    }

    /// Reserves, fills and commits one record; false when there was no room.
    @inline(__always)
    private mutating func append(
        _ kind: RecordKind,
        _ length: Int,
        flags: UInt8 = 0,
        _ now: Nanoseconds,
        _ fill: (UnsafeMutableRawPointer) -> Void
    ) -> Bool {
        let spare = kind.isExpendable ? spare : 0
        if untold != JournalGap() { tellGap(now, sparing: spare) }
        guard untold == JournalGap(), length <= JournalFormat.maxRecordBytes,
            let record = ring.reserve(length, sparing: spare)
        else {
            lose(kind)
            return false
        }
        head(record, kind, length, flags, now)
        fill(record)
        ring.commit(length)
        return true
    }

    @inline(__always)
    private mutating func head(
        _ record: UnsafeMutableRawPointer,
        _ kind: RecordKind,
        _ length: Int,
        _ flags: UInt8,
        _ now: Nanoseconds
    ) {
        sequence &+= 1
        let units = UInt64(truncatingIfNeeded: length &>> 3)
        // The checksum, in the low half, is the writer's.
        record.put(0, units &<< 32 | UInt64(kind.rawValue) &<< 48 | UInt64(flags) &<< 56)
        record.put(8, sequence)
        record.put(16, now.count)
    }

    @inline(never)
    private mutating func lose(_ kind: RecordKind) {
        if kind.isExpendable {
            lost.market &+= 1
            untold.market &+= 1
        } else {
            lost.orders &+= 1
            untold.orders &+= 1
        }
    }

    /// Says what is missing, once there is room for that.
    @inline(never)
    private mutating func tellGap(_ now: Nanoseconds, sparing spare: Int) {
        let length = RecordLayout.gapBytes
        guard let record = ring.reserve(length, sparing: spare) else { return }
        head(record, .gap, length, 0, now)
        RecordLayout.write(untold, to: record)
        ring.commit(length)
        untold = JournalGap()
    }
}

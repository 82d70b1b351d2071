public import Book
public import Orders
public import Units

/// A number the recording engine gives a meaning to, with what it is about: links, controls and
/// what the venue says of the account.
public struct CodedEvent: Hashable, Sendable, BitwiseCopyable {
    /// What happened.
    public var code: UInt8
    /// To which instrument or parent.
    public var index: UInt32
    /// Its first value, where it has one.
    public var first: Int64
    /// Its second value, where it has two.
    public var second: Int64

    /// `code` about `index`.
    public init(code: UInt8, index: UInt32 = 0, first: Int64 = 0, second: Int64 = 0) {
        self.code = code
        self.index = index
        self.first = first
        self.second = second
    }
}

/// How many records found no room.
public struct JournalGap: Hashable, Sendable, BitwiseCopyable {
    /// Of the market and the clock: a replay stops being exact here.
    public var market: UInt64 = 0
    /// Of orders, links and controls: the session halts.
    public var orders: UInt64 = 0

    /// So many.
    public init(market: UInt64 = 0, orders: UInt64 = 0) {
        self.market = market
        self.orders = orders
    }
}

/// What one record says. Views point into the reader's buffer and are good until its next record.
public enum JournalRecord {
    /// What the engine was made with.
    case session(JournalSession)
    /// A parent was accepted; the plan's bytes belong to their writer.
    case accept(ParentOrder, plan: UnsafeRawBufferPointer)
    /// The clock was looked at.
    case timer
    /// The market moved.
    case market(MarketEvent)
    /// The venue spoke of our orders.
    case order(OrderEvent)
    /// The venue spoke of the account.
    case account(CodedEvent)
    /// A connection came or went.
    case link(CodedEvent)
    /// An operator asked.
    case control(CodedEvent)
    /// The engine asked the venue for something.
    case command(OrderCommand)
    /// Records are missing.
    case gap(JournalGap)
    /// The journal was closed in good order.
    case close
}

/// One record with its place in the journal.
public struct JournalEntry {
    /// Its sequence number, from 1.
    public var number: UInt64
    /// The engine's `now`.
    public var now: Nanoseconds
    /// What it is.
    public var kind: RecordKind
    /// Whether the engine took it in without deciding.
    public var isObservedOnly: Bool
    /// What it says.
    public var record: JournalRecord
    /// The record's own bytes, header included.
    public var bytes: UnsafeRawBufferPointer
}

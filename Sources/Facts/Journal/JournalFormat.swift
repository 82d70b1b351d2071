internal import Units

/// The journal's layout on disk, version 2. Everything is little-endian.
///
/// A journal is a row of segment files of one size, `sluice-SESSION-00000.journal` and on. Each
/// begins with a header of 64 bytes, and records follow, back to back, each a multiple of eight
/// bytes and none across two segments. What a segment has not used yet is zero.
///
///     segment  0  8  magic "SLUICEJ" and a newline
///              8  4  format version
///             12  4  bytes of this header: 64
///             16 16  session, ASCII, zero-padded
///             32  8  start of the session, nanoseconds since the epoch
///             40  4  number of the segment, from 0
///             44  4  bytes of the segment as it was made, in units of 4,096; 0 for not known
///             48 12  zero
///             60  4  CRC-32C of the 60 bytes before
///
///     record   0  4  CRC-32C of the rest of the record
///              4  2  length of the record, these 24 bytes included, in units of eight bytes
///              6  1  kind, a `RecordKind`
///              7  1  flags: 1 = observed without deciding
///              8  8  sequence number, from 1 and without a gap through all segments
///             16  8  the engine's `now`, nanoseconds since the epoch
///             24     by kind; see `RecordLayout`
///
/// A length of zero is the end. The checksum covers the length, so a flipped bit in it is found; it
/// is filled in by the writer's thread, so that the hot thread only copies.
public enum JournalFormat {
    /// The version this build writes and reads.
    public static let version: UInt32 = 2
    /// Bytes of a segment's header.
    public static let headerBytes = 64
    /// Bytes of a record before what its kind adds.
    public static let recordHeaderBytes = 24
    /// The largest record: its length is a 16-bit number of eight-byte units.
    public static let maxRecordBytes = 65_535 * 8
    /// Prices in ticks and quantities in lots lie within ± this, those of a book's levels within
    /// ± `levelLimit`, other numbers within ± `valueLimit`: what the venue's decoders let through.
    /// What lies beyond is damage.
    static let stepLimit: Int64 = 1 << 50
    static let levelLimit: Int64 = 1 << 60
    static let valueLimit: Int64 = 1 << 62
    /// The longest session name, in bytes.
    public static let sessionBytes = 16
    /// The smallest segment: the largest record has to fit.
    public static let minSegmentBytes = 1 << 20
    /// The segment that is written unless another size is asked for.
    public static let defaultSegmentBytes = 64 << 20
    /// A segment is so many bytes, or several times as many.
    static let segmentUnit = 4_096
    /// Whether a segment may have so many bytes.
    static func isSegment(_ bytes: Int) -> Bool {
        (minSegmentBytes...(1 << 32)).contains(bytes) && bytes % segmentUnit == 0
    }

    /// "SLUICEJ\n" as a little-endian word.
    static let magic: UInt64 = 0x0a4a_4543_4955_4c53

    /// `bytes` rounded up to whole units of eight.
    @inlinable @inline(__always)
    static func padded(_ bytes: Int) -> Int { (bytes &+ 7) & ~7 }
}

/// What a record is. The raw values are the format: new kinds get new numbers.
public enum RecordKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The engine's configuration and instruments: the first record.
    case session = 1
    /// A parent was accepted, with its plan.
    case accept = 2
    /// The clock was looked at.
    case timer = 3
    /// A depth message.
    case depth = 4
    /// Public prints.
    case trades = 5
    /// Mark, index or funding.
    case ticker = 6
    /// The venue's answer to a request.
    case reply = 7
    /// The private stream's statement about an order.
    case update = 8
    /// A fill.
    case execution = 9
    /// A connection came or went.
    case link = 10
    /// An operator asked.
    case control = 11
    /// The engine's command: a new child.
    case place = 12
    /// The engine's command: a changed child.
    case amend = 13
    /// The engine's command: a child off the book.
    case cancel = 14
    /// Records are missing here: there was no room for them.
    case gap = 15
    /// The journal was closed in good order.
    case close = 16
    /// The venue spoke of the account.
    case account = 17
    /// The venue, asked, has never had an order.
    case absent = 18
    /// An order at the venue that no record tells of.
    case adopted = 19

    /// Whether it is one of the engine's own commands.
    public var isCommand: Bool { self == .place || self == .amend || self == .cancel }

    /// Whether it may be lost without a loss of orders or fills: what the market tells is told
    /// again by its next snapshot.
    @inlinable public var isExpendable: Bool {
        switch self {
        case .timer, .depth, .trades, .ticker: true
        case .session, .accept, .reply, .update, .execution, .absent, .adopted, .account, .link,
            .control,
            .place, .amend, .cancel, .gap, .close:
            false
        }
    }
}

internal import CLinux
public import Units

/// What the first 64 bytes of a segment say.
public struct SegmentHeader: Hashable, Sendable {
    /// The session's name.
    public var session: String
    /// When the session began.
    public var startedAt: Nanoseconds
    /// The segment's place among the session's, from 0.
    public var index: Int
    /// The bytes it was made with; nil where that is not known.
    public var segmentBytes: Int?

    init(session: String, startedAt: Nanoseconds, index: Int, segmentBytes: Int?) {
        self.session = session
        self.startedAt = startedAt
        self.index = index
        self.segmentBytes = segmentBytes
    }

    /// Whether it is of the segment behind that of `other`.
    func follows(_ other: SegmentHeader) -> Bool {
        isOfSession(other) && index == other.index + 1
    }

    /// Whether it is of the same session as `other`.
    func isOfSession(_ other: SegmentHeader) -> Bool {
        session == other.session && startedAt == other.startedAt
    }

    /// What it is the header of.
    var words: String { "segment \(index) of session \(session)" }

    func write(to place: UnsafeMutableRawPointer) {
        place.initializeMemory(as: UInt8.self, repeating: 0, count: JournalFormat.headerBytes)
        place.put(0, JournalFormat.magic)
        place.put(8, JournalFormat.version)
        place.put(12, UInt32(JournalFormat.headerBytes))
        for (i, byte) in session.utf8.prefix(JournalFormat.sessionBytes).enumerated() {
            place.put(16 + i, byte)
        }
        place.put(32, startedAt.count)
        place.put(40, UInt32(clamping: index))
        place.put(44, UInt32(clamping: (segmentBytes ?? 0) / JournalFormat.segmentUnit))
        place.put(60, sluice_crc32c(0, place, 60))
    }

    /// Reads a header of `path`, whose first bytes are `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(JournalError) {
        func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard bytes.count >= 12, integer(0) == JournalFormat.magic else {
            throw .notAJournal(path: path, reason: "it does not begin as one")
        }
        let version: UInt32 = integer(8)
        guard version == JournalFormat.version else {
            throw .unknownVersion(path: path, version: version)
        }
        guard bytes.count >= JournalFormat.headerBytes else {
            throw .notAJournal(path: path, reason: "it ends within its header")
        }
        guard integer(60) == sluice_crc32c(0, bytes.baseAddress, 60) else {
            throw .notAJournal(path: path, reason: "the checksum of its header is wrong")
        }
        let name = bytes[16..<32].prefix { $0 != 0 }
        session = String(decoding: name, as: UTF8.self)
        startedAt = Nanoseconds(integer(32))
        let index: UInt32 = integer(40)
        self.index = Int(index)
        let units: UInt32 = integer(44)
        let size = Int(units) * JournalFormat.segmentUnit
        segmentBytes = JournalFormat.isSegment(size) ? size : nil
    }
}

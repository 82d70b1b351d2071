internal import Book
internal import CLinux

/// Reads a journal record by record, from its first segment to its last whole record.
///
/// Memory is bounded: one window of a segment. Damage is no error: reading stops before it and
/// `end` says where and why.
public struct JournalReader: ~Copyable {
    /// The segments, in order.
    public let segments: SegmentList
    /// The header of the first segment.
    public let header: SegmentHeader
    /// How the journal ends; nil until `next` has returned nil.
    public private(set) var end: JournalEnd?
    /// The number of the last record read.
    public private(set) var lastNumber: UInt64 = 0

    private var file: SegmentFile
    private var position = 0
    private var offset = JournalFormat.headerBytes
    private var isClosed = false
    private var decoder = RecordDecoder()

    /// The journal at `path`: a directory, for its newest session, or a segment's file, for that
    /// segment and those that follow it.
    public init(_ path: String) throws(JournalError) {
        let list = try SegmentList(path)
        file = try SegmentFile(list.paths[0])
        header = file.header
        segments = list
    }

    /// The open segment's file and the byte at which the next record begins.
    public var place: (path: String, offset: Int) { (file.path, offset) }

    /// The place of the open segment among the session's.
    var segmentIndex: Int { file.header.index }

    /// The bytes that the open segment was made with; nil where that is not known.
    var segmentBytes: Int? { file.header.segmentBytes }

    /// The next record; nil at the end. Its views are good until the next call.
    ///
    /// - Throws: when a file cannot be read, or a whole record makes no sense to this build.
    public mutating func next() throws(JournalError) -> JournalEntry? {
        while end == nil {
            let head = try file.bytes(at: offset, count: JournalFormat.recordHeaderBytes)
            if try isEnd(head) {
                if try !openNextSegment() && end == nil { end = isClosed ? .closed : .open }
                continue
            }
            if end != nil { return nil }
            let length = RecordDecoder.length(head)
            let bytes = try file.bytes(at: offset, count: length)
            guard bytes.count == length else {
                stop(isTorn: true, "it is cut off by the end of the file")
                return nil
            }
            guard RecordDecoder.isWhole(bytes) else {
                // Written last and not whole: its own end is missing, and nothing lies behind it.
                let endsInZeros = bytes.suffix(8).allSatisfy { $0 == 0 }
                let isLast = try file.firstNonZero(from: offset + length) == nil && isLastSegment
                stop(isTorn: isLast && endsInZeros, "its checksum is wrong")
                return nil
            }
            let number = RecordDecoder.number(bytes)
            let follows = lastNumber > 0 || header.index == 0
            guard !follows || number == lastNumber + 1 else {
                stop(isTorn: false, "record \(number) follows record \(lastNumber)")
                return nil
            }
            let entry = try decode(bytes)
            lastNumber = number
            offset += length
            isClosed = entry.kind == .close
            return entry
        }
        return nil
    }

    private var isLastSegment: Bool { position + 1 == segments.paths.count }

    /// Whether no record begins at `offset`; sets `end` when bytes lie there all the same.
    private mutating func isEnd(_ head: UnsafeRawBufferPointer) throws(JournalError) -> Bool {
        if head.count == JournalFormat.recordHeaderBytes && RecordDecoder.length(head) > 0 {
            if RecordDecoder.length(head) < JournalFormat.recordHeaderBytes {
                stop(isTorn: false, "its length is impossible")
                return true
            }
            return false
        }
        let isCut = head.count < JournalFormat.recordHeaderBytes
        if let found = try file.firstNonZero(from: offset) {
            // The bytes of one record, of which the disk has some, or something else.
            let isRest = isCut || found < offset + JournalFormat.recordHeaderBytes
            let behind = try file.firstNonZero(from: offset + JournalFormat.recordHeaderBytes)
            stop(
                isTorn: isRest && behind == nil && isLastSegment,
                isCut ? "its header is cut off by the end of the file" : "its length is zero"
            )
        }
        return true
    }

    private mutating func stop(isTorn: Bool, _ reason: String) {
        let damage = JournalEnd.Damage(path: file.path, offset: offset, reason: reason)
        end = isTorn ? .torn(damage) : .corrupt(damage)
    }

    private mutating func openNextSegment() throws(JournalError) -> Bool {
        guard end == nil, !isLastSegment else { return false }
        let path = segments.paths[position + 1]
        let next: SegmentFile
        do {
            next = try SegmentFile(path)
        } catch {
            if case .system = error { throw error }
            // Made, and killed before its header was written; else another's, or what holds records
            // and lost its header.
            let isMade = position + 2 == segments.paths.count && SegmentFile.isBlank(path)
            let reason = isMade ? "the segment has no header" : "\(absence): \(error)"
            let damage = JournalEnd.Damage(path: path, offset: 0, reason: reason)
            end = isMade ? .torn(damage) : .corrupt(damage)
            return false
        }
        guard next.header.follows(file.header) else {
            let reason = "\(absence), and it is \(next.header.words)"
            end = .corrupt(JournalEnd.Damage(path: path, offset: 0, reason: reason))
            return false
        }
        file = next
        position += 1
        offset = JournalFormat.headerBytes
        return true
    }

    private var absence: String {
        "segment \(file.header.index + 1) of session \(header.session) should be here"
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(JournalError) -> JournalEntry {
        do throws(RecordDecoder.Nonsense) {
            return try decoder.decode(bytes)
        } catch {
            throw .unreadable(
                path: file.path,
                offset: offset,
                number: RecordDecoder.number(bytes),
                reason: error.reason
            )
        }
    }
}

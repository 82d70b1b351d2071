internal import CLinux
internal import Glibc
public import Units

/// The segment files of a journal that is being written.
///
/// A segment is made whole, its room taken from the file system, before the first record goes into
/// it: a full disk shows when a segment begins, not in the middle of one.
public struct JournalStore: ~Copyable {
    private let directory: String
    private let disk: JournalDisk
    private let session: String
    private let startedAt: Nanoseconds
    private let segmentBytes: Int
    private var index: Int
    /// Held as long as this is: nobody else goes on with the session.
    private var lock: JournalLock?
    private var descriptor: Int32 = -1
    /// The first segment, which tells whose journal it is, and its bytes once it is whole.
    private var first: Int32 = -1
    private var firstBytes = 0
    /// Where the next record of the open segment goes.
    private var offset = 0
    /// Bytes of the open segment that were written since the last sync.
    private var isDirty = false

    /// Makes the first segment of `session` in `directory`.
    ///
    /// Writes past the file size limit fail from here on instead of ending the process.
    ///
    /// - Throws: what the file system says, with what to do.
    public static func create(
        directory: String,
        session: String,
        startedAt: Nanoseconds,
        segmentBytes: Int = JournalFormat.defaultSegmentBytes,
        disk: JournalDisk = .system
    ) throws(JournalError) -> JournalStore {
        try check(segmentBytes)
        guard (1...JournalFormat.sessionBytes).contains(session.utf8.count) else {
            throw .configuration("a session's name takes 1 to 16 bytes")
        }
        sluice_ignore_file_size_signal()
        var store = JournalStore(directory, session, startedAt, 0, segmentBytes, disk)
        try store.beginSegment()
        store.keepFirst()
        return store
    }

    /// Goes on with a journal in a new segment: what was not written whole is cut off before.
    ///
    /// - Parameter segmentBytes: the size of its segments from here on; nil for that of the last.
    /// - Precondition: the caller holds the session's `JournalLock`, as it did while it read the
    ///   journal to its end, and holds it until the journal is closed.
    /// - Throws: what the file system says, with what to do.
    public static func resume(
        _ tail: JournalTail,
        segmentBytes: Int? = nil,
        disk: JournalDisk = .system
    ) throws(JournalError) -> JournalStore {
        let segmentBytes =
            segmentBytes ?? tail.segmentBytes ?? JournalFormat.defaultSegmentBytes
        try check(segmentBytes)
        sluice_ignore_file_size_signal()
        try tail.cut()
        var store = JournalStore(
            tail.directory,
            tail.session,
            tail.startedAt,
            tail.index + 1,
            segmentBytes,
            disk
        )
        try store.beginSegment()
        store.keepFirst()
        return store
    }

    private static func check(_ segmentBytes: Int) throws(JournalError) {
        guard JournalFormat.isSegment(segmentBytes) else {
            throw .configuration("a journal's segments take 1 to 4096 MiB")
        }
    }

    private mutating func beginSegment() throws(JournalError) {
        guard let fault = begin() else { return }
        let reason =
            switch fault.operation {
            case .open: "cannot make a segment"
            case .reserve: "no room for a segment of \(segmentBytes >> 20) MiB"
            case .write: "cannot write"
            case .sync: "cannot sync"
            case .find, .keep: "cannot keep a segment"
            }
        // Where the folder is there, it is of a kind that takes no files.
        var status = stat()
        if fault.errno == ENOENT, stat(directory, &status) == 0 {
            throw .configuration(
                "\(directory) takes no files (\(reason)): choose another directory"
            )
        }
        throw .unwritable(path: path, reason: reason, errno: fault.errno)
    }

    private init(
        _ directory: String,
        _ session: String,
        _ startedAt: Nanoseconds,
        _ index: Int,
        _ segmentBytes: Int,
        _ disk: JournalDisk
    ) {
        self.index = index
        self.directory = directory
        self.session = session
        self.startedAt = startedAt
        self.segmentBytes = segmentBytes
        self.disk = disk
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        if first >= 0 { Glibc.close(first) }
    }

    /// The open segment's file.
    public var path: String { path(index) }

    private func path(_ index: Int) -> String {
        directory + "/" + SegmentName(session: session, index: index).text
    }

    private mutating func keepFirst() {
        first = open(path(0), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        if index > 0, fstat(first, &status) == 0 { firstBytes = Int(status.st_size) }
    }

    /// Bytes that still fit the open segment.
    var room: Int { segmentBytes - offset }

    /// Opens the segment `index`, takes its room and writes its header.
    private mutating func begin() -> JournalFault? {
        let made = disk.create(path)
        guard made >= 0 else { return JournalFault(.open, errno: -made) }
        descriptor = made
        // Before anything is in it: a file that nobody holds is taken for what a crash has left.
        if index == 0 {
            lock = try? JournalLock(path)
            if lock == nil { return JournalFault(.open, errno: EWOULDBLOCK) }
        }
        let refused = disk.reserve(descriptor, segmentBytes)
        if refused != 0 {
            unlink(path)
            return JournalFault(.reserve, errno: refused)
        }
        offset = 0
        let fault = withUnsafeTemporaryAllocation(
            byteCount: JournalFormat.headerBytes,
            alignment: 8
        ) { room -> JournalFault? in
            let header = SegmentHeader(
                session: session,
                startedAt: startedAt,
                index: index,
                segmentBytes: segmentBytes
            )
            header.write(to: room.baseAddress!)
            return write(UnsafeRawBufferPointer(room))
        }
        if let fault { return fault }
        // The file's name must survive a loss of power as its records do.
        if let fault = sync() { return fault }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return JournalFault(.sync, errno: errno) }
        defer { Glibc.close(folder) }
        return fsync(folder) == 0 ? nil : JournalFault(.sync, errno: errno)
    }

    /// Ends the open segment where its records end, and begins the next.
    mutating func rotate() -> JournalFault? {
        if let fault = end() { return fault }
        for earlier in 0...index where access(path(earlier), F_OK) != 0 {
            return JournalFault(.find, errno: errno)
        }
        if index == 0 { firstBytes = offset }
        index += 1
        return begin()
    }

    /// Appends to the open segment.
    mutating func write(_ bytes: UnsafeRawBufferPointer) -> JournalFault? {
        var rest = bytes
        while !rest.isEmpty {
            let count = disk.write(descriptor, rest, offset)
            if count <= 0 { return JournalFault(.write, errno: count == 0 ? EIO : Int32(-count)) }
            offset += count
            isDirty = true
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return nil
    }

    /// Waits until everything written survives a loss of power, in files that can be found.
    mutating func sync() -> JournalFault? { sync(segmentBytes) }

    /// - Parameter bytes: what the open segment must hold.
    private mutating func sync(_ bytes: Int) -> JournalFault? {
        guard isDirty else { return nil }
        let failed = disk.sync(descriptor)
        if failed != 0 { return JournalFault(.sync, errno: failed) }
        if let fault = missing(bytes) { return fault }
        isDirty = false
        return nil
    }

    /// What became of the open segment, or of the first, by another process.
    private func missing(_ bytes: Int) -> JournalFault? {
        if let fault = missing(descriptor, path, bytes) { return fault }
        return index > 0 && first >= 0 ? missing(first, path(0), firstBytes) : nil
    }

    private func missing(_ descriptor: Int32, _ path: String, _ bytes: Int) -> JournalFault? {
        let found = disk.look(descriptor, path)
        if found < 0 { return JournalFault(.find, errno: Int32(-found)) }
        return found < bytes ? JournalFault(.keep, errno: 0) : nil
    }

    /// Cuts the open segment to its records and closes it.
    mutating func end() -> JournalFault? {
        guard descriptor >= 0 else { return nil }
        defer {
            Glibc.close(descriptor)
            descriptor = -1
        }
        if let fault = missing(segmentBytes) { return fault }
        if ftruncate(descriptor, off_t(offset)) != 0 { return JournalFault(.write, errno: errno) }
        isDirty = true
        return sync(offset)
    }

    /// Takes the file away when nothing was recorded in it.
    mutating func discardIfEmpty() {
        guard index == 0, offset <= JournalFormat.headerBytes else { return }
        // Another's file in its place stays.
        if first >= 0, disk.look(first, path) >= 0 { unlink(path) }
    }
}

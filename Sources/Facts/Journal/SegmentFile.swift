internal import CLinux
internal import Glibc

/// A segment that is being read: its header, and a window on its records.
struct SegmentFile: ~Copyable {
    private static let windowBytes = 1 << 20

    let path: String
    let header: SegmentHeader
    /// Bytes of the file.
    let size: Int
    private let descriptor: Int32
    private let window: UnsafeMutableRawPointer
    private var windowStart = 0
    private var windowCount = 0

    init(_ path: String) throws(JournalError) {
        // Not held up by a pipe that someone has put there.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            throw .notAJournal(path: path, reason: "it is no regular file")
        }
        let window = UnsafeMutableRawPointer.allocate(
            byteCount: SegmentFile.windowBytes,
            alignment: 4_096
        )
        let count = SegmentFile.read(
            descriptor,
            UnsafeMutableRawBufferPointer(start: window, count: JournalFormat.headerBytes),
            0
        )
        do throws(JournalError) {
            guard count >= 0 else { throw .system(call: "read", path: path, errno: errno) }
            header = try SegmentHeader(
                UnsafeRawBufferPointer(start: window, count: count),
                path: path
            )
        } catch {
            Glibc.close(descriptor)
            window.deallocate()
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        self.window = window
        size = Int(status.st_size)
    }

    deinit {
        Glibc.close(descriptor)
        window.deallocate()
    }

    /// The `count` bytes at `offset`, or those up to the end of the file when there are fewer.
    /// Good until the next call.
    ///
    /// - Precondition: `count` is at most the largest record.
    mutating func bytes(
        at offset: Int,
        count: Int
    ) throws(JournalError) -> UnsafeRawBufferPointer {
        if offset < windowStart || offset + count > windowStart + windowCount {
            let place = UnsafeMutableRawBufferPointer(
                start: window,
                count: SegmentFile.windowBytes
            )
            let got = SegmentFile.read(descriptor, place, offset)
            guard got >= 0 else { throw .system(call: "read", path: path, errno: errno) }
            windowStart = offset
            windowCount = got
        }
        let skipped = offset - windowStart
        return UnsafeRawBufferPointer(
            start: window + skipped,
            count: max(0, min(count, windowCount - skipped))
        )
    }

    /// Where the first byte from `offset` on lies that is not zero; nil when there is none.
    mutating func firstNonZero(from offset: Int) throws(JournalError) -> Int? {
        var at = offset
        while true {
            let part = try bytes(at: at, count: 65_536)
            guard let start = part.baseAddress, !part.isEmpty else { return nil }
            // All zero is what the first byte is and all others are like the one before. Tens of
            // megabytes lie behind a session's last record.
            if part[0] == 0, memcmp(start, start + 1, part.count - 1) == 0 {
                at += part.count
                continue
            }
            if let found = part.firstIndex(where: { $0 != 0 }) { return at + found }
            at += part.count
        }
    }

    /// The checksum of the whole file at `path` and its bytes; nil when it cannot be read.
    static func print(of path: String) -> (checksum: UInt32, bytes: Int)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        let place = UnsafeMutableRawBufferPointer.allocate(byteCount: windowBytes, alignment: 8)
        defer { place.deallocate() }
        var checksum: UInt32 = 0
        var offset = 0
        while true {
            let count = read(descriptor, place, offset)
            if count < 0 { return nil }
            if count == 0 { return (checksum, offset) }
            checksum = sluice_crc32c(checksum, place.baseAddress, count)
            offset += count
        }
    }

    /// Whether the file at `path` is one that was made, and holds nothing: zeros to its end.
    static func isBlank(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        let place = UnsafeMutableRawBufferPointer.allocate(byteCount: windowBytes, alignment: 8)
        defer { place.deallocate() }
        var offset = 0
        while true {
            let count = read(descriptor, place, offset)
            if count <= 0 { return count == 0 }
            guard place[..<count].allSatisfy({ $0 == 0 }) else { return false }
            offset += count
        }
    }

    private static func read(
        _ descriptor: Int32,
        _ place: UnsafeMutableRawBufferPointer,
        _ offset: Int
    ) -> Int {
        var done = 0
        while done < place.count {
            let count = pread(
                descriptor,
                place.baseAddress! + done,
                place.count - done,
                off_t(offset + done)
            )
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return -1 }
            if count == 0 { break }
            done += count
        }
        return done
    }
}

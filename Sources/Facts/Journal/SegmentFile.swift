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
            if part.isEmpty { return nil }
            if let found = part.firstIndex(where: { $0 != 0 }) { return at + found }
            at += part.count
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

internal import Glibc
public import Units

/// Where a journal that was not closed can be gone on with: behind its last whole record.
public struct JournalTail: Sendable {
    /// The session's name.
    public let session: String
    /// When it began.
    public let startedAt: Nanoseconds
    /// The number of the last whole record.
    public let number: UInt64
    /// The last segment that has a header.
    public let path: String
    /// The place of that segment among the session's.
    public let index: Int
    /// The byte behind its last whole record: from here on it is cut off.
    public let offset: Int
    /// The bytes it was made with; nil where that is not known.
    public let segmentBytes: Int?
    /// A segment behind it that was made and has no header.
    let headless: String?

    /// The folder of the journal's files.
    public var directory: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Cuts off what was not written whole, and waits until the disk has done so.
    func cut() throws(JournalError) {
        if let headless, unlink(headless) != 0, errno != ENOENT {
            throw .unwritable(path: headless, reason: "cannot remove", errno: errno)
        }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: "cannot open", errno: errno)
        }
        defer { Glibc.close(descriptor) }
        guard ftruncate(descriptor, off_t(offset)) == 0, fsync(descriptor) == 0 else {
            throw .unwritable(path: path, reason: "cannot cut off its end", errno: errno)
        }
    }
}

extension JournalReader {
    /// Where the journal can be gone on with; nil before its end was reached, for one that was
    /// closed, and for one that is damaged in its middle.
    public var tail: JournalTail? {
        var headless: String?
        switch end {
        case .open: break
        case .torn(let damage): headless = damage.path == place.path ? nil : damage.path
        case .closed, .corrupt, nil: return nil
        }
        return JournalTail(
            session: header.session,
            startedAt: header.startedAt,
            number: lastNumber,
            path: place.path,
            index: segmentIndex,
            offset: place.offset,
            segmentBytes: segmentBytes,
            headless: headless
        )
    }
}

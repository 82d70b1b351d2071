internal import CLinux
internal import Glibc
public import Units

/// The journals in a directory, and how each session stands.
public struct JournalFolder: Sendable {
    /// How a session stands.
    public enum Standing: Sendable {
        /// Closed in good order, or settled by hand (`JournalFolder.settle`).
        case ended
        /// Nothing was put on record: nothing can have left.
        case neverBegan
        /// Its process holds the journal.
        case living
        /// Nobody holds it and it was not closed: orders may be open.
        case unfinished
        /// It cannot be told.
        case unreadable(JournalError)
    }

    /// One session's journal.
    public struct Session: Sendable {
        /// Its name.
        public let name: String
        /// The file of its first segment.
        public let first: String
        /// When it began; zero where its header cannot be read.
        public let startedAt: Nanoseconds
        /// How it stands.
        public let standing: Standing
    }

    /// The directory.
    public let path: String
    /// Its sessions, the oldest first.
    public let sessions: [Session]

    /// Looks at the directory at `path`.
    ///
    /// - Complexity: of a closed journal the last record is read, of another all of them.
    public init(_ path: String) throws(JournalError) {
        self.path = path
        var found: [Session] = []
        for (name, indexes) in try SegmentList.sessions(in: path) {
            let first = path + "/" + SegmentName(session: name, index: indexes.min() ?? 0).text
            let last = path + "/" + SegmentName(session: name, index: indexes.max() ?? 0).text
            found.append(
                Session(
                    name: name,
                    first: first,
                    startedAt: (try? SegmentFile(first))?.header.startedAt ?? .zero,
                    standing: JournalFolder.standing(name, first, last, in: path)
                )
            )
        }
        sessions = found.sorted { ($0.startedAt, $0.name) < ($1.startedAt, $1.name) }
    }

    /// Notes that a session was settled without its journal, which stays as it is.
    ///
    /// - Parameter text: what was found, for a person.
    public static func settle(
        _ session: String,
        in directory: String,
        text: String
    ) throws(JournalError) {
        let path = settledMarker(session, directory)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0o640)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: "cannot create", errno: errno)
        }
        defer { close(descriptor) }
        let bytes = Array((text + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw .unwritable(path: path, reason: "cannot write", errno: errno)
        }
    }

    private static func settledMarker(_ session: String, _ directory: String) -> String {
        "\(directory)/sluice-\(session).settled"
    }

    private static func standing(
        _ name: String,
        _ first: String,
        _ last: String,
        in directory: String
    ) -> Standing {
        if JournalLock.isHeld(first) { return .living }
        if endsClosed(last) || access(settledMarker(name, directory), F_OK) == 0 { return .ended }
        do throws(JournalError) {
            var reader = try JournalReader(first)
            while try reader.next() != nil {}
            if reader.end == .closed { return .ended }
            return reader.lastNumber == 0 && reader.tail != nil ? .neverBegan : .unfinished
        } catch {
            // Made, and killed before its header was written.
            if case .notAJournal = error, first == last, isEmpty(first) { return .neverBegan }
            return .unreadable(error)
        }
    }

    /// Whether a file's last bytes are a closing record: so ends a segment that was closed.
    private static func endsClosed(_ path: String) -> Bool {
        guard var file = try? SegmentFile(path), file.size >= JournalFormat.headerBytes,
            let bytes = try? file.bytes(
                at: file.size - RecordLayout.timerBytes,
                count: RecordLayout.timerBytes
            )
        else { return false }
        return bytes.count == RecordLayout.timerBytes
            && RecordDecoder.length(bytes) == RecordLayout.timerBytes
            && bytes[6] == RecordKind.close.rawValue && RecordDecoder.isWhole(bytes)
    }

    private static func isEmpty(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: JournalFormat.headerBytes)
        let count = read(descriptor, &bytes, bytes.count)
        return count >= 0 && bytes.prefix(max(0, count)).allSatisfy { $0 == 0 }
    }
}

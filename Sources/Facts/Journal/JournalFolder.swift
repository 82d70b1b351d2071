internal import CLinux
public import Units

/// The journals in a directory, and how each session stands.
public struct JournalFolder: Sendable {
    /// How a session stands.
    public enum Standing: Sendable {
        /// Closed in good order, or settled by hand (`JournalFolder.settle`).
        case ended
        /// Its process holds the journal.
        case living
        /// Nobody holds it and it was not closed: orders may be open, also where nothing is on
        /// record, for a disk may have lost what was.
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
        /// What a person should know of its files: those that are not its own, in sentences.
        public let notes: [String]
    }

    /// The directory.
    public let path: String
    /// Its sessions, the oldest first.
    public let sessions: [Session]

    /// Looks at the directory at `path`.
    ///
    /// - Complexity: of a closed journal the last record is read, of a settled one the first
    ///   segment, of another all records.
    public init(_ path: String) throws(JournalError) {
        self.path = path
        sessions = try SegmentList.sessions(in: path)
            .map { JournalFolder.session($0, $1.sorted(), in: path) }
            .sorted { ($0.startedAt, $0.name) < ($1.startedAt, $1.name) }
    }

    /// - Parameter indexes: of its segments, in order.
    private static func session(_ name: String, _ indexes: [Int], in directory: String) -> Session {
        func path(_ index: Int) -> String {
            directory + "/" + SegmentName(session: name, index: index).text
        }
        let first = path(indexes[0])
        let header = (try? SegmentFile(first))?.header
        var notes: [String] = []
        var last = first
        var next = indexes[0] + 1
        for index in indexes.dropFirst() {
            let file = path(index)
            if let stray = stray(file, index, of: header) {
                notes.append("\(file) \(stray): move it away and keep it")
            } else {
                if index > next { notes.append("segments before \(file) are missing") }
                next = index + 1
                last = file
            }
        }
        if let header, header.session != name {
            let reason = "it is \(header.words); give it its name again, or move it away"
            return Session(
                name: name,
                first: first,
                startedAt: header.startedAt,
                standing: .unreadable(.notAJournal(path: first, reason: reason)),
                notes: notes
            )
        }
        let mark = SettledMark(name, directory)
        let isMarked = mark.fits(first, header?.startedAt ?? .zero)
        if isMarked == false {
            notes.append(
                "\(mark.path) is not about the journal that lies there, and is not believed"
            )
        }
        return Session(
            name: name,
            first: first,
            startedAt: header?.startedAt ?? .zero,
            standing: standing(first, last, isSettled: isMarked == true),
            notes: notes
        )
    }

    /// Why the file at `path` is no segment of the session that begins with `first`, where it is
    /// none.
    private static func stray(
        _ path: String,
        _ index: Int,
        of first: SegmentHeader?
    ) -> String? {
        do throws(JournalError) {
            let header = try SegmentFile(path).header
            guard let first else { return nil }
            let isOwn = header.isOfSession(first) && header.index == index
            return isOwn ? nil : "is \(header.words)"
        } catch {
            if case .system = error { return nil }
            return SegmentFile.isBlank(path) ? nil : "is no segment of the session"
        }
    }

    /// Notes that a session was settled without its journal, which stays as it is.
    ///
    /// - Parameter text: what was found, for a person.
    public static func settle(
        _ session: Session,
        in directory: String,
        text: String
    ) throws(JournalError) {
        try SettledMark(session.name, directory).write(text, session.first, session.startedAt)
    }

    /// What was found when the session whose first segment is the file at `first` was settled; nil
    /// where it was not.
    public static func settlement(of first: String) -> String? {
        guard let header = (try? SegmentFile(first))?.header else { return nil }
        let parts = first.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/")
        return SettledMark(header.session, folder).text(first, header.startedAt)
    }

    private static func standing(_ first: String, _ last: String, isSettled: Bool) -> Standing {
        if JournalLock.isHeld(first) { return .living }
        if isSettled || endsClosed(last) { return .ended }
        do throws(JournalError) {
            var reader = try JournalReader(first)
            while try reader.next() != nil {}
            return reader.end == .closed ? .ended : .unfinished
        } catch {
            // Made, and killed before its header was written; or the disk has lost it.
            if case .notAJournal = error, SegmentFile.isBlank(first) { return .unfinished }
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
}

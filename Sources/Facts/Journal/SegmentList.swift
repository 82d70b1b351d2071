internal import Glibc

/// The segments of one journal, in order, found from a path on the command line.
public struct SegmentList: Sendable {
    /// The segments' files, in order.
    public private(set) var paths: [String] = []
    /// Other sessions in the directory, which were left out.
    public private(set) var otherSessions: [String] = []

    /// The journal at `path`: a directory stands for its newest session, a file for itself and
    /// the segments that follow it.
    public init(_ path: String) throws(JournalError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { throw .notAJournal(path: path, reason: "it does not exist") }
            throw .system(call: "stat", path: path, errno: errno)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            try open(directory: path)
        } else {
            paths = [path]
            appendFollowers(of: path)
        }
    }

    private mutating func open(directory: String) throws(JournalError) {
        let sessions = try SegmentList.sessions(in: directory)
        var newest: (session: String, startedAt: Int64)?
        for (session, indexes) in sessions {
            let first =
                directory + "/"
                + SegmentName(session: session, index: indexes.min() ?? 0).text
            // A session whose header cannot be read comes last, and is named when it is the only.
            let startedAt = (try? SegmentFile(first))?.header.startedAt.count ?? Int64.min
            if newest == nil || (startedAt, session) > (newest!.startedAt, newest!.session) {
                newest = (session, startedAt)
            }
        }
        guard let session = newest?.session else { throw .noJournal(path: directory) }
        otherSessions = sessions.keys.filter { $0 != session }.sorted()
        paths = (sessions[session] ?? []).sorted().map {
            directory + "/" + SegmentName(session: session, index: $0).text
        }
    }

    /// All that follow, also behind one that is missing: what lies there must not be overlooked.
    private mutating func appendFollowers(of path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = parts.last, let name = SegmentName(last) else { return }
        let folder = String(path.dropLast(last.count))
        let names = (try? SegmentList.names(in: folder.isEmpty ? "." : folder)) ?? []
        paths += names.filter { $0.session == name.session && $0.index > name.index }
            .sorted { $0.index < $1.index }
            .map { folder + $0.text }
    }

    /// The numbers of the segments of each session in `directory`.
    static func sessions(in directory: String) throws(JournalError) -> [String: [Int]] {
        var sessions: [String: [Int]] = [:]
        for name in try names(in: directory) {
            sessions[name.session, default: []].append(name.index)
        }
        return sessions
    }

    private static func names(in directory: String) throws(JournalError) -> [SegmentName] {
        guard let stream = opendir(directory) else {
            throw .unlisted(path: directory, errno: errno)
        }
        defer { closedir(stream) }
        var names: [SegmentName] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let found = SegmentName(Substring(name)) { names.append(found) }
        }
        return names
    }
}

internal import Glibc
internal import Units

/// The note next to a journal that nothing of it is left to do.
///
/// It names the journal it is about: the session, when it began, and the bytes of its first
/// segment. One that came from elsewhere, or that was made while the session still wrote, does not
/// fit, and a session is not taken for settled by it.
struct SettledMark {
    let path: String
    private let session: String

    /// The mark of `session` in `directory`, whether it is there or not.
    init(_ session: String, _ directory: String) {
        self.session = session
        path = "\(directory)/sluice-\(session).settled"
    }

    /// What it says to a person where it is about that journal; nil elsewhere.
    func text(_ first: String, _ startedAt: Nanoseconds) -> String? {
        guard let line = line(first, startedAt), let lines, lines.contains(line) else { return nil }
        return lines.filter { $0 != line }.joined(separator: "; ")
    }

    /// Whether it is about the journal whose first segment is the file at `first`; nil where there
    /// is none.
    ///
    /// - Parameter startedAt: when the session began, zero where its header cannot be read.
    func fits(_ first: String, _ startedAt: Nanoseconds) -> Bool? {
        guard let lines else { return errno == ENOENT ? nil : false }
        return line(first, startedAt).map(lines.contains) ?? false
    }

    /// Its lines; nil where it cannot be opened, with the reason in `errno`.
    private var lines: [String]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// Leaves it, with `text` for a person.
    func write(
        _ text: String,
        _ first: String,
        _ startedAt: Nanoseconds
    ) throws(JournalError) {
        guard let line = line(first, startedAt) else {
            throw .system(call: "read", path: first, errno: errno)
        }
        // Whatever lies there is not written through.
        unlink(path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(path, flags, 0o640)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: "cannot create", errno: errno)
        }
        defer { close(descriptor) }
        let bytes = Array("\(text)\n\(line)\n".utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
        else {
            throw .unwritable(path: path, reason: "cannot write", errno: errno)
        }
    }

    private func line(_ first: String, _ startedAt: Nanoseconds) -> String? {
        guard let (checksum, bytes) = SegmentFile.print(of: first) else { return nil }
        return "journal \(session), began \(startedAt.count), first segment \(bytes) bytes, "
            + "CRC-32C \(String(checksum, radix: 16))"
    }
}

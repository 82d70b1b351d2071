internal import Glibc

/// A file that is locked while this object lives, and gone with it.
///
/// The lock goes with the process, however that ends; the file may outlast it, and is then taken
/// over by who comes next.
final class LockFile: Sendable {
    /// A call that failed, and the error's number.
    struct Failure: Error {
        let call: String
        let number: Int32
    }

    /// Whether the path of a file that is held still leads to it.
    enum Place {
        case there
        /// It was removed, or another is in its place: the lock is on a file that no one finds.
        case gone
        /// It cannot be looked at: the error's number.
        case unknown(Int32)
    }

    private let path: String
    private let descriptor: Int32

    /// Makes the file at `path` and locks it; nil while another process, or another part of this
    /// one, holds it.
    init?(_ path: String) throws(Failure) {
        while true {
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { throw Failure(call: "create", number: errno) }
            guard LockFile.isRegular(descriptor) else {
                close(descriptor)
                throw Failure(call: "create", number: EEXIST)
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                let number = errno
                close(descriptor)
                if number == EWOULDBLOCK { return nil }
                if number == EINTR { continue }
                throw Failure(call: "lock", number: number)
            }
            switch LockFile.place(path, descriptor) {
            case .there:
                self.path = path
                self.descriptor = descriptor
                return
            case .gone:
                // Its holder may have removed it between the two calls.
                close(descriptor)
            case .unknown(let number):
                close(descriptor)
                throw Failure(call: "look at", number: number)
            }
        }
    }

    deinit {
        // What another has put in its place is not ours to remove.
        if case .there = place { unlink(path) }
        close(descriptor)
    }

    /// Whether the path still leads to it.
    var place: Place { LockFile.place(path, descriptor) }

    /// Leaves `text` in the file, for who finds it locked.
    func write(_ text: String) {
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        ftruncate(descriptor, off_t(text.utf8.count))
    }

    /// Whether the file at `path` is locked by a process that lives.
    ///
    /// - Throws: what keeps that from being told.
    static func isHeld(_ path: String) throws(Failure) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 {
            if errno == ENOENT { return false }
            throw Failure(call: "look at", number: errno)
        }
        defer { close(descriptor) }
        guard isRegular(descriptor) else { throw Failure(call: "look at", number: EEXIST) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// What the holder of the file at `path` has left in it: its first line.
    static func text(_ path: String) -> String { lines(path).first ?? "" }

    /// The session that its holder works on record, where it has left that: the second line.
    static func session(_ path: String) -> String? { lines(path).dropFirst().first }

    /// What its holder leaves for those two.
    static func text(_ what: String, session: String?) -> String {
        what + (session.map { "\n" + $0 } ?? "")
    }

    private static func lines(_ path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private static func isRegular(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func place(_ path: String, _ descriptor: Int32) -> Place {
        var named = stat()
        var held = stat()
        guard lstat(path, &named) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .gone : .unknown(errno)
        }
        guard fstat(descriptor, &held) == 0 else { return .unknown(errno) }
        return named.st_ino == held.st_ino && named.st_dev == held.st_dev ? .there : .gone
    }
}

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

    private let path: String
    private let descriptor: Int32

    /// Makes the file at `path` and locks it; nil while another process, or another part of this
    /// one, holds it.
    init?(_ path: String) throws(Failure) {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw Failure(call: "create", number: errno) }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                let number = errno
                close(descriptor)
                if number == EWOULDBLOCK { return nil }
                if number == EINTR { continue }
                throw Failure(call: "lock", number: number)
            }
            // Its holder may have removed it between the two calls: then the lock is on a file that
            // no one else will find.
            if LockFile.isAt(path, descriptor) {
                self.path = path
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Leaves `text` in the file, for who finds it locked.
    func write(_ text: String) {
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        ftruncate(descriptor, off_t(text.utf8.count))
    }

    /// Whether the file at `path` is locked by a process that lives.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// What the holder of the file at `path` has left in it.
    static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
        var named = stat()
        var held = stat()
        return stat(path, &named) == 0 && fstat(descriptor, &held) == 0
            && named.st_ino == held.st_ino && named.st_dev == held.st_dev
    }
}

internal import Glibc

/// The right to go on with one session's journal: a lock on its first segment, which goes with the
/// process that holds it however that ends.
public struct JournalLock: ~Copyable, Sendable {
    private static let tries = 20
    private static let pauseMicroseconds: UInt32 = 2_000
    private let descriptor: Int32

    /// Takes the lock of the journal whose first segment is the file at `path`; nil while another
    /// process, or another part of this one, holds it. Needs no right to write.
    public init?(_ path: String) throws(JournalError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, errno: errno) }
        // Who only looks holds it for a moment, too.
        for _ in 0..<JournalLock.tries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                self.descriptor = descriptor
                return
            }
            let number = errno
            guard number == EWOULDBLOCK || number == EINTR else {
                Glibc.close(descriptor)
                throw .system(call: "flock", path: path, errno: number)
            }
            usleep(JournalLock.pauseMicroseconds)
        }
        Glibc.close(descriptor)
        return nil
    }

    deinit { Glibc.close(descriptor) }

    /// Gives it back; until here it is held.
    public consuming func release() {}

    /// Whether a process holds the lock of the journal whose first segment is at `path`.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { return false }
        defer { Glibc.close(descriptor) }
        // Shared, and gone at once: two who look do not take each other for the holder.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
}

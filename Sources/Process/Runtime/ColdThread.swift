internal import CLinux
internal import Glibc

/// A cold thread, from `init` until what it runs returns. It leaves the hot thread's
/// core, which a thread inherits from the one that makes it.
final class ColdThread: Sendable {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let thread: pthread_t

    /// Runs `body`; nil when the system gives no thread.
    init?(_ body: @escaping @Sendable () -> Void) {
        var made = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        guard pthread_create(&made, nil, ColdThread.main, work.toOpaque()) == 0 else {
            work.release()
            return nil
        }
        thread = made
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            _ = sluice_leave_core()
            if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
            return nil
        }

    /// Waits until `body` has returned. Once at most, and not after `detach`.
    func join() { pthread_join(thread, nil) }

    /// Lets it end by itself: nobody will wait for it.
    func detach() { pthread_detach(thread) }
}

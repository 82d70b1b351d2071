internal import CLinux
internal import Glibc

/// Lets another thread interrupt a blocking ``EventLoop/poll(timeout:)``.
///
/// An eventfd: many calls before the loop looks give one `.woken`.
public final class Waker: Sendable {
    let descriptor: Int32

    init() throws(TransportError) {
        descriptor = sluice_eventfd()
        guard descriptor >= 0 else { throw .system(call: "eventfd", errno: errno) }
    }

    deinit { Glibc.close(descriptor) }

    /// Wakes the loop. Any thread; never blocks.
    public func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }
}

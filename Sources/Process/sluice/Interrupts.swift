import Glibc
import Synchronization

/// SIGINT and SIGTERM as a call instead of the end of the process, from `init` on.
///
/// The signals are blocked and waited for on a thread of their own, so that none is lost between
/// `init` and `handle`: nothing that must be cleared up is made while a signal would still end the
/// process. One a process, before any other thread is made, for those inherit the block.
final class Interrupts: Sendable {
    private struct State {
        var isPending = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Takes the signals from the system's default action.
    init() {
        var signals = Interrupts.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var thread = pthread_t()
        // The thread waits until the process ends, and keeps `self` as long.
        let this = Unmanaged.passRetained(self).toOpaque()
        let failed = pthread_create(&thread, nil, Interrupts.wait, this)
        precondition(failed == 0, "Interrupts: no thread to be had")
        pthread_detach(thread)
    }

    /// Calls `action` at every signal; at once when one has come already.
    func handle(_ action: @escaping @Sendable () -> Void) {
        let isPending = state.withLock {
            $0.action = action
            return $0.isPending
        }
        if isPending { action() }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }

    private static let wait: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            guard let raw else { return nil }
            let this = Unmanaged<Interrupts>.fromOpaque(raw).takeUnretainedValue()
            var signals = Interrupts.signals
            var number: Int32 = 0
            while sigwait(&signals, &number) == 0 { this.arrived() }
            return nil
        }

    private func arrived() {
        let action = state.withLock {
            $0.isPending = true
            return $0.action
        }
        action?()
    }
}

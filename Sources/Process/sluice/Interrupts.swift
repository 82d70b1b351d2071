import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGUSR1 as a call instead of the end of the process, from `init` on.
///
/// The signals are blocked and waited for on a thread of their own, so that none is lost between
/// `init` and `handle`: nothing that must be cleared up is made while a signal would still end the
/// process. One a process, before any other thread is made, for those inherit the block.
final class Interrupts: Sendable {
    /// What a person or the kill switch wants.
    enum Wish: Int {
        /// SIGINT or SIGTERM: stop this session.
        case stop
        /// SIGUSR1: halt everything.
        case halt
    }

    private struct State {
        var pending: Wish?
        var action: (@Sendable (Wish) -> Void)?
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
    func handle(_ action: @escaping @Sendable (Wish) -> Void) {
        let pending = state.withLock {
            $0.action = action
            return $0.pending
        }
        if let pending { action(pending) }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGUSR1)
        return set
    }

    private static let wait: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            guard let raw else { return nil }
            let this = Unmanaged<Interrupts>.fromOpaque(raw).takeUnretainedValue()
            var signals = Interrupts.signals
            var number: Int32 = 0
            while sigwait(&signals, &number) == 0 { this.arrived(number) }
            return nil
        }

    private func arrived(_ signal: Int32) {
        let wish = signal == SIGUSR1 ? Wish.halt : .stop
        let action = state.withLock {
            // A halt outlives a stop that came with it.
            if $0.pending != .halt { $0.pending = wish }
            return $0.action
        }
        action?(wish)
    }
}

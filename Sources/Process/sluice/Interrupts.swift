import ArgumentParser
import Glibc
import Runtime
import Synchronization

/// Every signal that asks the process to end, as a call instead of its end, from `init` on.
///
/// The signals are blocked and waited for on a thread of their own, so that none is lost between
/// `init` and `handle`: nothing that must be cleared up is made while a signal would still end the
/// process. One a process, before any other thread that takes signals is made, for those inherit
/// the block. What is left to the system ends the process at once: crashes, SIGQUIT and SIGKILL.
final class Interrupts: Sendable {
    /// What a person, the system or the kill switch wants.
    enum Wish: Int {
        /// Come to an end in good order.
        case stop
        /// The kill switch: halt everything.
        case halt
        /// Stand still, by Ctrl-Z or as a terminal wants it of who is in the background.
        case suspend
    }

    /// A wish, and what brought it.
    struct Call: Sendable {
        let wish: Wish
        /// A signal as kill(1) knows it, "SIGTERM", or what happened.
        let name: String
        /// Whether something went wrong, for which the session answers by its exit code.
        var isFault = false
    }

    private struct State {
        var pending: Call?
        var action: (@Sendable (Call) -> Void)?
    }

    private let state = Mutex(State())
    private let mayBeSuspended: Bool

    /// Takes the signals from the system's default action.
    ///
    /// - Parameter mayBeSuspended: whether Ctrl-Z stays the system's: not with orders open, which
    ///   nobody would look after.
    init(mayBeSuspended: Bool = false) throws {
        self.mayBeSuspended = mayBeSuspended
        var signals = signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // The thread waits until the process ends, and keeps `self` as long.
        guard OwnThread.start({ [self] in wait() }) else {
            throw CommandEnd(
                .system,
                "the system gives no thread for signals: see `ulimit -u` and `-v`"
            )
        }
    }

    /// Calls `action` at every signal; at once when one has come already.
    func handle(_ action: @escaping @Sendable (Call) -> Void) {
        let pending = state.withLock {
            $0.action = action
            return $0.pending
        }
        if let pending { action(pending) }
    }

    private static let names: [Int32: String] = [
        SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1",
        SIGUSR2: "SIGUSR2", SIGALRM: "SIGALRM", SIGVTALRM: "SIGVTALRM", SIGPROF: "SIGPROF",
        SIGPOLL: "SIGPOLL", SIGPWR: "SIGPWR", SIGSTKFLT: "SIGSTKFLT", SIGXCPU: "SIGXCPU",
        SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN", SIGTTOU: "SIGTTOU",
    ]
    private static let suspending = [SIGTSTP, SIGTTIN, SIGTTOU]

    /// The signals that ask for an end.
    static var ending: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in names.keys where !suspending.contains(signal) { sigaddset(&set, signal) }
        for signal in KillSwitch.haltSignal...__libc_current_sigrtmax() {
            sigaddset(&set, signal)
        }
        if Launch.ignoresHangUp { sigdelset(&set, SIGHUP) }
        return set
    }

    private var signals: sigset_t {
        var set = Interrupts.ending
        if !mayBeSuspended { for signal in Interrupts.suspending { sigaddset(&set, signal) } }
        return set
    }

    private func wait() {
        var signals = signals
        var number: Int32 = 0
        while true { if sigwait(&signals, &number) == 0 { arrived(number) } }
    }

    private func arrived(_ signal: Int32) {
        let wish: Wish =
            if signal == KillSwitch.haltSignal {
                .halt
            } else if Interrupts.suspending.contains(signal) {
                .suspend
            } else {
                .stop
            }
        let name = Interrupts.names[signal] ?? "SIGRTMIN+\(signal - KillSwitch.haltSignal)"
        take(Call(wish: wish, name: name))
    }

    /// Takes a call as if a signal had brought it.
    func take(_ call: Call) {
        let action = state.withLock {
            // A halt outlives a stop that came with it.
            if call.wish != .suspend, $0.pending?.wish != .halt { $0.pending = call }
            return $0.action
        }
        action?(call)
    }
}

/// A command that has a better answer to a signal than the process's end: it makes `Interrupts`.
protocol InterruptibleCommand: ParsableCommand {}

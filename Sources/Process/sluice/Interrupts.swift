import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM as a call instead of the end of the process, from `init` on.
///
/// A signal that comes before `handle` is kept for it, so that nothing which must be cleared up is
/// ever made while a signal would still end the process.
final class Interrupts {
    /// What a signal finds; shared with the signal queue.
    private final class State: Sendable {
        struct Content {
            var isPending = false
            var action: (@Sendable () -> Void)?
        }

        let content = Mutex(Content())

        func arrived() {
            let action = content.withLock {
                $0.isPending = true
                return $0.action
            }
            action?()
        }
    }

    private let state = State()
    private let sources: [any DispatchSourceSignal]

    /// Takes the signals from the system's default action.
    init() {
        sources = [SIGINT, SIGTERM].map { [state] number in
            // The default action would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { state.arrived() }
            source.resume()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }

    /// Calls `action` at every signal; at once when one has come already.
    func handle(_ action: @escaping @Sendable () -> Void) {
        let isPending = state.content.withLock {
            $0.action = action
            return $0.isPending
        }
        if isPending { action() }
    }
}

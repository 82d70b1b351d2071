/// Calls a function again and again, until it is let go of.
///
/// A thread and not a dispatch timer: where the system gives no thread, that one waits for it for
/// the life of the process, and this one does not tick.
final class Ticker: Sendable {
    private final class State: @unchecked Sendable {
        let monitor = Monitor()
        // Under `monitor`.
        var isOver = false
    }

    private let state = State()

    /// Calls `body` every `interval`, from one interval on. It must not block: `stop` waits for it.
    init(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        let state = state
        _ = OwnThread.start {
            while true {
                let isOver = state.monitor.locked {
                    if !state.isOver { state.monitor.wait(for: interval) }
                    if !state.isOver { body() }
                    return state.isOver
                }
                if isOver { return }
            }
        }
    }

    /// Ends the calls; none is under way when this returns.
    func stop() {
        state.monitor.locked {
            state.isOver = true
            state.monitor.tell()
        }
    }
}

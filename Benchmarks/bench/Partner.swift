import CLinux
import Foundation

/// A second thread that does its part of a row whenever it is told to, and sleeps between.
final class Partner {
    private final class State: @unchecked Sendable {
        let go = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        let body: (Int) -> Void
        var count = 0
        init(_ body: @escaping (Int) -> Void) { self.body = body }
    }

    private let state: State

    /// A thread for `body`, which gets the number of operations.
    init(_ body: @escaping (Int) -> Void) {
        let state = State(body)
        self.state = state
        Thread {
            while true {
                state.go.wait()
                if state.count < 0 { return }
                state.body(state.count)
                state.done.signal()
            }
        }.start()
    }

    deinit {
        state.count = -1
        state.go.signal()
    }

    /// Runs `work` here and the partner's body there, and waits for both.
    func beside(_ count: Int, _ work: () -> UInt64) -> UInt64 {
        state.count = count
        state.go.signal()
        let hash = work()
        state.done.wait()
        return hash
    }
}

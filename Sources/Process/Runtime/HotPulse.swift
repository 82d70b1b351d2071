internal import Synchronization

/// How the hot thread shows that it lives: a count of its turns, of which there is one every few
/// milliseconds whatever happens.
final class HotPulse: Sendable {
    private let count = Atomic<UInt64>(0)
    private let isOver = Atomic(false)

    /// One more turn. The hot thread alone: a load and a store, no exchange.
    @inline(__always)
    func beat() {
        count.store(count.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// No turn will follow: there is nothing more to do.
    func end() { isOver.store(true, ordering: .releasing) }

    /// Turns so far.
    var turns: UInt64 { count.load(ordering: .relaxed) }

    /// Whether the hot thread has ended its work.
    var hasEnded: Bool { isOver.load(ordering: .acquiring) }
}

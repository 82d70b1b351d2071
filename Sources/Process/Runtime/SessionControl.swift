internal import Containers
public import Engine
internal import Synchronization
internal import Transport

/// The two things that cross between the hot thread and the rest of the process: a wish to stop,
/// and a view of the progress.
public final class SessionControl: Sendable {
    private let stop = Atomic<Bool>(false)
    private let progress = Seqlock<ParentProgress?>(nil)
    private let waker = Mutex<Waker?>(nil)

    /// Nothing asked, nothing done.
    public init() {}

    /// Asks the hot thread to cancel what is open, wait for the answers, and report.
    public func requestStop() {
        stop.store(true, ordering: .releasing)
        waker.withLock { $0?.wake() }
    }

    /// Whether a stop was asked for.
    public var isStopRequested: Bool { stop.load(ordering: .acquiring) }

    /// The progress last published; nil before the parent was accepted.
    public var latest: ParentProgress? { progress.load() }

    /// Lets `requestStop` interrupt a blocking loop; called once, before the hot thread works.
    func attach(_ loopWaker: Waker) { waker.withLock { $0 = loopWaker } }

    func publish(_ value: ParentProgress) { progress.store(value) }
}

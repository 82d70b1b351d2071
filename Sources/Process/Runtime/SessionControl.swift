package import Containers
public import Engine
internal import Orders
internal import Synchronization
internal import Transport

/// The two things that cross between the hot thread and the rest of the process: commands to the
/// engine, and a view of the progress.
public final class SessionControl: Sendable {
    /// Commands that may wait for the hot thread's next look.
    public static let capacity = 64

    /// The cold side's end: several threads may ask, the ring takes one producer.
    private struct ColdEnd: ~Copyable {
        var commands: SPSCRing<ControlCommand>.Producer
        var waker: Waker?
    }

    private let ring: SPSCRing<ControlCommand>
    private let cold: Mutex<ColdEnd>
    private let stops = Atomic(0)
    private let stopsOfSetUp: Int
    private let progress = Seqlock<ParentProgress?>(nil)
    private let fault = Mutex<String?>(nil)
    private let waiting = Mutex<String?>(nil)
    private let mark = Mutex<StopMark?>(nil)

    /// Nothing asked, nothing done.
    ///
    /// - Parameter stopsOfSetUp: how many wishes to stop end the work before the first order. A
    ///   recovery has orders to take off: one wish stops its parent, the second ends the trying.
    public init(stopsOfSetUp: Int = 1) {
        self.stopsOfSetUp = stopsOfSetUp
        let ring = SPSCRing<ControlCommand>(capacity: SessionControl.capacity)
        self.ring = ring
        cold = Mutex(ColdEnd(commands: ring.producer(), waker: nil))
    }

    /// The parent of the session: an engine numbers from zero, and a session has one.
    static var parent: ParentID { ParentID(0) }

    /// Asks the hot thread to cancel what is open, wait for the answers, and report.
    ///
    /// May be called at any time, also before the session runs; a second call asks for nothing
    /// more, so it does not matter whether it still finds room.
    public func requestStop() { request(.cancel(SessionControl.parent)) }

    /// The same for a reason that is a fault: the outcome names it.
    public func requestStop(for fault: String) {
        self.fault.withLock { $0 = $0 ?? fault }
        requestStop()
    }

    /// Hands the engine a command, which the hot thread takes at its next turn.
    ///
    /// - Returns: false when `capacity` commands wait already: the hot thread is not there.
    @discardableResult
    public func request(_ command: ControlCommand) -> Bool {
        switch command {
        case .cancel, .halt: stops.add(1, ordering: .releasing)
        case .reduce, .resume: break
        }
        let isTaken = cold.withLock { cold in
            let isTaken = cold.commands.push(command)
            cold.waker?.wake()
            return isTaken
        }
        switch command {
        case .cancel: markStop("asked to stop")
        case .halt: markStop(StopMark.halted)
        case .reduce, .resume: break
        }
        return isTaken
    }

    /// Marks a stop by `mark` from here on, and one that was asked for before: there is something
    /// to recover.
    func keep(_ mark: StopMark?) {
        self.mark.withLock { $0 = mark }
        if isStopAsked { markStop("asked to stop") }
    }

    private func markStop(_ words: String) { mark.withLock { $0 }?.set(words) }

    /// What set-up work waits for at this moment, in words; nil for nothing that is long.
    public var waitsFor: String? { waiting.withLock { $0 } }

    /// States what is waited for from here on; nil for nothing.
    func waits(for text: String?) { waiting.withLock { $0 = text } }

    /// How many wishes to stop are still needed to end work before the first order.
    public var stopsToEndSetUp: Int { max(0, stopsOfSetUp - stopsAsked) }

    /// Takes the mark away: there is nothing to recover any more.
    func clearMark() { mark.withLock { $0 }?.clear() }

    /// Whether set-up work is to end, which takes no commands.
    var isStopWanted: Bool { stops.load(ordering: .acquiring) >= stopsOfSetUp }

    /// Whether it was ever asked to stop.
    var isStopAsked: Bool { stopsAsked > 0 }

    /// How often it was asked to stop.
    var stopsAsked: Int { stops.load(ordering: .acquiring) }

    /// The fault for which it was asked to stop; nil for none.
    var stopFault: String? { fault.withLock { $0 } }

    /// The progress last published; nil before the parent was accepted.
    public var latest: ParentProgress? { progress.load() }

    /// Lets `request` interrupt a blocking loop; called once, before the hot thread works.
    func attach(_ loopWaker: Waker) { cold.withLock { $0.waker = loopWaker } }

    /// The hot thread's end of the commands; taken once.
    package func commands() -> SPSCRing<ControlCommand>.Consumer { ring.consumer() }

    func publish(_ value: ParentProgress) { progress.store(value) }
}

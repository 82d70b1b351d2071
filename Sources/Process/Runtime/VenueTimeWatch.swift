internal import CLinux
internal import Containers
internal import Synchronization
internal import Transport
internal import Units
internal import Venues

/// A question for the venue's time, in ticks: its reader converts by its own clock.
struct VenueTick: Sendable, BitwiseCopyable {
    var sentTicks: UInt64
    var receivedTicks: UInt64
    var venue: Nanoseconds
}

/// Asks the venue for its time again and again, on a thread and a connection of its own, so that
/// the hot thread only ever takes the answers.
///
/// Safe to share: the thread alone touches the link and the ring's sending end; the rest is
/// constant or atomic.
final class VenueTimeWatch: @unchecked Sendable {
    /// Between two times that it is asked, however much that is wanted.
    private static let shortest = Nanoseconds.seconds(1)
    /// Questions in a row; the quickest answer of them counts.
    private static let questions = 3

    private let ring = SPSCRing<VenueTick>(capacity: 16)
    private var answers: SPSCRing<VenueTick>.Producer
    private var link: KeptLink
    private let waker: Waker
    private let requests: BybitREST
    private let interval: Nanoseconds
    private let isHurried = Atomic(false)
    private let isStopping = Atomic(false)
    private var thread: ColdThread?

    /// Asks every `interval`, once started; a slow answer says nothing about the
    /// time.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        interval: Nanoseconds,
        patience: VenuePatience,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(SessionError) {
        link = try KeptLink(
            endpoint,
            patience: patience.question,
            retry: patience.retry,
            clock: clock
        )
        waker = link.waker
        answers = ring.producer()
        self.requests = requests
        self.interval = interval
    }

    /// The hot thread's end; taken once.
    func samples() -> SPSCRing<VenueTick>.Consumer { ring.consumer() }

    /// Connections that were lost sight of; asked when its thread has ended.
    var strayConnections: Int { link.strays }

    /// Begins; without a thread to be had, the first estimate has to do.
    func start() { thread = ColdThread { self.run() } }

    /// Wants the venue asked soon: it refused a request for its time. The hot thread's: one system
    /// call at most.
    func ask() {
        if isHurried.exchange(true, ordering: .acquiringAndReleasing) { return }
        waker.wake()
    }

    /// Ends the thread; returns when it has ended, after `patience` at the latest.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        thread?.join()
        thread = nil
    }

    private func run() {
        var next = Deadline(interval)
        var soonest = Deadline(.zero)
        while !isStopping.load(ordering: .acquiring) {
            let isHurried = isHurried.load(ordering: .acquiring)
            link.wait(isHurried ? min(soonest.rest, next.rest) : next.rest)
            guard next.isOver || isHurried && soonest.isOver else { continue }
            self.isHurried.store(false, ordering: .releasing)
            next = Deadline(interval)
            soonest = Deadline(VenueTimeWatch.shortest)
            // What fails is tried again when its time comes round.
            for _ in 0..<VenueTimeWatch.questions { try? question() }
        }
    }

    private func question() throws(SessionError) {
        if isStopping.load(ordering: .acquiring) { return }
        try link.connect()
        let request = requests.serverTime()
        let sent = sluice_ticks()
        let answer = try link.answer("time", request)
        let received = sluice_ticks()
        guard let venue = try? BybitReplies.serverTime(answer.body) else { return }
        // A full ring means that nobody takes them: then nobody misses this one.
        _ = answers.push(VenueTick(sentTicks: sent, receivedTicks: received, venue: venue))
    }
}

internal import CLinux
internal import Containers
internal import Synchronization
internal import Transport
internal import Units
internal import Venues

/// A question for the venue's time, in ticks: whoever reads it converts by its own clock.
struct VenueTick: Sendable, BitwiseCopyable {
    var sentTicks: UInt64
    var receivedTicks: UInt64
    var venue: Nanoseconds
}

/// Asks the venue for its time again and again, on a thread and a connection of its own, so that
/// the hot thread only ever takes the answers.
///
/// Safe to share: the thread alone touches the loop and the ring's sending end; the rest is
/// constant or atomic.
final class VenueTimeWatch: @unchecked Sendable {
    /// Questions in a row; the quickest answer of them counts.
    private static let questions = 3
    /// An answer slower than this says nothing about the time.
    private static let patience = Nanoseconds.seconds(1)

    private let ring = SPSCRing<VenueTick>(capacity: 16)
    private var answers: SPSCRing<VenueTick>.Producer
    private var loop: EventLoop
    private let waker: Waker
    private let endpoint: Endpoint
    private let requests: BybitREST
    private let interval: Nanoseconds
    private let isStopping = Atomic(false)
    private var thread: ColdThread?

    /// Asks every `interval`, once started.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        interval: Nanoseconds
    ) throws(TransportError) {
        var sizes = LoopConfiguration()
        sizes.connections = 4
        sizes.receiveBuffers = 8
        sizes.completionEntries = 64
        sizes.maxMessageBytes = 1 << 14
        sizes.sendBufferBytes = 1 << 15
        loop = try EventLoop(sizes)
        waker = loop.waker
        answers = ring.producer()
        self.endpoint = endpoint
        self.requests = requests
        self.interval = interval
    }

    /// The hot thread's end; taken once.
    func samples() -> SPSCRing<VenueTick>.Consumer { ring.consumer() }

    /// Begins; without a thread to be had, the first estimate has to do.
    func start() { thread = ColdThread { self.run() } }

    /// Ends the thread; returns when it has ended, after `patience` at the latest.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        thread?.join()
        thread = nil
    }

    private func run() {
        var link: RESTLink?
        var next = Deadline(interval)
        while !isStopping.load(ordering: .acquiring) {
            loop.poll(timeout: next.rest)
            while loop.next() != nil {}
            guard next.isOver else { continue }
            next = Deadline(interval)
            do throws(SessionError) {
                if link == nil {
                    link = try RESTLink(&loop, endpoint, patience: VenueTimeWatch.patience)
                }
                if let link {
                    for _ in 0..<VenueTimeWatch.questions { try ask(link) }
                }
            } catch {
                // The next time tries a fresh connection.
                link?.close(&loop)
                link = nil
            }
        }
    }

    private func ask(_ link: RESTLink) throws(SessionError) {
        if isStopping.load(ordering: .acquiring) { return }
        let request = requests.serverTime()
        let sent = sluice_ticks()
        let body = try link.call(&loop, "time", request)
        let received = sluice_ticks()
        guard let venue = try? BybitReplies.serverTime(body) else { return }
        // A full ring means that nobody takes them: then nobody misses this one.
        _ = answers.push(VenueTick(sentTicks: sent, receivedTicks: received, venue: venue))
    }
}

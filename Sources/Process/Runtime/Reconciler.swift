internal import Containers
internal import Synchronization
internal import Transport
internal import Units
internal import Venues

/// Asks the venue what became of our orders, on a thread and a connection of its own, so that the
/// hot thread only puts questions and takes answers.
///
/// It believes nothing and decides nothing: what the venue says goes to the engine as ordinary
/// events, which counts each fill once whoever told it.
///
/// Safe to share: the thread alone touches the loop, the link and the mail's cold end; the rest is
/// constant or atomic.
final class Reconciler: @unchecked Sendable {
    /// An answer slower than this is none: the question is asked again.
    private static let patience = Nanoseconds.seconds(1)
    /// The venue allows 50 requests a second for each endpoint; we share it with nobody's haste.
    private static let requestsPerSecond: Int64 = 20
    /// Pages of one list that are followed: 5,000 fills between two looks.
    static let pageLimit = 50

    var mail: ReconcilerMail.ColdEnd
    let requests: BybitREST
    let session: SessionPrefix
    let instrument: Instrument
    let times: ReconcilerTimes
    let clock: @Sendable () -> Nanoseconds
    /// The venue's time of the newest fill seen, and the fills that the last look listed.
    var lastFillAt: Nanoseconds
    var listed: Set<ExternalID> = []
    /// When the instrument and the rest of the account are looked at again, and what was last said.
    var nextSurroundings = Nanoseconds.zero
    var lastNote = ""
    /// Services this venue does not offer; they are asked for once.
    var missing: Set<String> = []

    /// The hot thread's turns, and what was done while there were none.
    let pulse: HotPulse
    var watch: StallWatch
    var stalls = StallCounts()
    var nextWithdrawal = Nanoseconds.zero
    var emptyLooks = 0
    var isRelieving = false
    let notice: (@Sendable (String) -> Void)?

    private var loop: EventLoop
    private let endpoint: Endpoint
    private let waker: Waker
    private let hot: Waker
    private var link: RESTLink?
    private var allowance: RequestAllowance
    private var nextConnect = Nanoseconds.zero
    private var connectPause = Nanoseconds.milliseconds(100)
    private let isStopping = Atomic(false)
    private var thread: ColdThread?

    /// Answers by `mail`, and wakes the hot thread when it has.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        _ mail: ReconcilerMail,
        session: SessionPrefix,
        instrument: Instrument,
        times: ReconcilerTimes,
        fillsSince: Nanoseconds,
        hot: Waker,
        pulse: HotPulse,
        notice: (@Sendable (String) -> Void)? = nil,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(TransportError) {
        var sizes = LoopConfiguration()
        sizes.connections = 4
        sizes.receiveBuffers = 16
        sizes.completionEntries = 64
        loop = try EventLoop(sizes)
        waker = loop.waker
        self.mail = ReconcilerMail.ColdEnd(mail)
        self.endpoint = endpoint
        self.requests = requests
        self.session = session
        self.instrument = instrument
        self.times = times
        self.hot = hot
        self.pulse = pulse
        self.notice = notice
        watch = StallWatch(patience: times.stall)
        self.clock = clock
        lastFillAt = fillsSince
        let rate = Reconciler.requestsPerSecond
        allowance = RequestAllowance(perSecond: rate, burst: rate / 2, now: clock())
    }

    /// What tells this thread that questions wait.
    var bell: Waker { waker }

    /// Begins.
    func start() throws(SessionError) {
        thread = ColdThread { self.run() }
        if thread == nil { throw .venue("no thread to be had for the questions to the venue") }
    }

    /// Ends the thread; returns when it has ended, after the patience for one answer at the latest.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        thread?.join()
        thread = nil
    }

    private func run() {
        while !isStopping.load(ordering: .acquiring) {
            loop.poll(timeout: min(.seconds(1), watch.interval))
            while loop.next() != nil {}
            keepWatch()
            relieve()
            while !isStopping.load(ordering: .acquiring), !watch.isStalled,
                let question = mail.question()
            {
                answer(question)
                hot.wake()
                keepWatch()
            }
        }
    }

    private func answer(_ question: ReconcilerQuestion) {
        var isAnswered = true
        do throws(SessionError) {
            switch question {
            case .order(let child, let sentAt): try inquire(child, sentAt)
            case .withdraw(let child, let sentAt):
                try withdraw(child)
                try inquire(child, sentAt)
            case .catchUp: try inquireAll()
            case .everything:
                try inquireAll()
                // It settles nothing, so that its failure leaves no question open.
                try? tellSurroundings()
            }
        } catch {
            isAnswered = false
        }
        // When there is no room the hot thread notices that the answer does not come.
        _ = mail.answer(.done(question, isAnswered: isAnswered))
    }

    /// Tells the hot thread; a full box ends the question, which is asked again.
    func tell(_ answer: ReconcilerAnswer) throws(SessionError) {
        guard mail.answer(answer) else { throw .venue("the hot thread takes no answers") }
    }

    // MARK: Requests

    /// Sends a request when the allowance lets it, over a connection that is opened when need be.
    ///
    /// - Returns: nil when the venue offers no such service.
    func call(
        _ service: String,
        _ request: [UInt8]
    ) throws(SessionError) -> [UInt8]? {
        if missing.contains(service) { return nil }
        keepWatch()
        // Its orders come first.
        if watch.isStalled && !isRelieving { throw .venue("the hot thread stands still") }
        try awaitAllowance()
        let link = try connected()
        allowance.take(clock())
        let status: Int
        let body: [UInt8]
        do throws(SessionError) {
            (status, body) = try link.answer(&loop, service, request)
        } catch {
            drop()
            throw error
        }
        allowance.heed(status: status, code: BybitReplies.code(body), clock())
        if status == 404 {
            missing.insert(service)
            return nil
        }
        guard status == 200 else { throw .venue("\(service): HTTP status \(status)") }
        return body
    }

    private func awaitAllowance() throws(SessionError) {
        while !isStopping.load(ordering: .acquiring) {
            let now = clock()
            if allowance.isPaused(now) { throw .venue("the venue asked for a pause") }
            let wait = allowance.wait(now)
            if wait.count == 0 { return }
            loop.poll(timeout: wait)
            while loop.next() != nil {}
        }
        throw .venue("stopping")
    }

    private func connected() throws(SessionError) -> RESTLink {
        if let link { return link }
        guard clock() >= nextConnect else { throw .venue("not connected") }
        do throws(SessionError) {
            let made = try RESTLink(&loop, endpoint, patience: Reconciler.patience)
            connectPause = .milliseconds(100)
            link = made
            return made
        } catch {
            nextConnect = clock() + connectPause
            connectPause = min(connectPause + connectPause, .seconds(5))
            throw error
        }
    }

    private func drop() {
        link?.close(&loop)
        link = nil
    }
}

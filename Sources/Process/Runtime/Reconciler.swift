internal import Containers
internal import Engine
internal import Lines
internal import Orders
internal import Synchronization
internal import Transport
internal import Units
internal import Venues

/// Asks the venue what became of our orders, on a thread and a connection of its own, so that the
/// hot thread only puts questions and takes answers.
///
/// It believes nothing and decides nothing: what the venue says goes to the engine as ordinary
/// events, which counts each fill once, whatever told it.
///
/// Safe to share: the thread alone touches the link and the mail's cold end; the rest is
/// constant or atomic.
final class Reconciler: @unchecked Sendable {
    /// The venue allows 50 requests a second for each endpoint; we share it with nobody's haste.
    private static let requestsPerSecond: Int64 = 20

    var mail: ReconcilerMail.ColdEnd
    let requests: BybitREST
    let session: SessionPrefix
    let instrument: Instrument
    let times: ReconcilerTimes
    let clock: @Sendable () -> Nanoseconds
    private let stamp: RequestStamp
    /// The venue's time of the newest fill seen, and the fills that the last look listed.
    var lastFillAt: Nanoseconds
    var listed: Set<ExternalID> = []
    /// The venue's time of the newest fill that it has listed, whoever's.
    var lastListedAt = Nanoseconds.zero
    /// When the instrument and the rest of the account are looked at again, and what was last said.
    var nextSurroundings = Nanoseconds.zero
    var lastNote = ""
    /// What the account pays for a fill, and which orders the venue takes, by its last word.
    var fees: FeeSchedule
    var filters: [AccountEvent]
    /// The hot thread's turns, and what was done while there were none.
    let pulse: HotPulse
    var watch: StallWatch
    var stalls = StallCounts()
    var nextWithdrawal = Nanoseconds.zero
    var emptyLooks = 0
    var isRelieving = false
    /// Whether what is sent is to take orders off the book: it comes before what may be waited for.
    var isUrgent = false
    let notice: (@Sendable (String) -> Void)?

    private var link: KeptLink
    private let waker: Waker
    private let hot: Waker
    private var allowance: RequestAllowance
    /// Read by others when the thread has ended.
    private(set) var troubles = QuestionTroubles()
    private let isStopping = Atomic(false)
    private var thread: ColdThread?

    /// Answers by `mail`, and wakes the hot thread when it has.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        _ mail: ReconcilerMail,
        session: SessionPrefix,
        instrument: Instrument,
        fees: FeeSchedule,
        times: ReconcilerTimes,
        patience: VenuePatience = VenuePatience(),
        leaks: Bool = false,
        fillsSince: Nanoseconds,
        venueOffset: VenueOffset,
        hot: Waker,
        pulse: HotPulse,
        notice: (@Sendable (String) -> Void)? = nil,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(SessionError) {
        link = try KeptLink(
            endpoint,
            patience: patience.question,
            retry: patience.retry,
            leaks: leaks,
            clock: clock
        )
        waker = link.waker
        self.mail = ReconcilerMail.ColdEnd(mail)
        self.requests = requests
        self.session = session
        self.instrument = instrument
        self.fees = fees
        filters = AccountEvent.filters(of: instrument)
        self.times = times
        stamp = RequestStamp(venueOffset, clock: clock)
        self.hot = hot
        self.pulse = pulse
        self.notice = notice
        watch = StallWatch(patience: times.stall)
        self.clock = clock
        lastFillAt = fillsSince
        let rate = Reconciler.requestsPerSecond
        allowance = RequestAllowance(
            perSecond: rate,
            burst: rate / 2,
            banPause: patience.turnedAway,
            now: clock()
        )
    }

    /// The time that requests are stamped with.
    var venueNow: Nanoseconds { stamp.now }

    /// What tells this thread that questions wait.
    var bell: Waker { waker }

    /// Connections that were lost sight of; asked when its thread has ended.
    var strayConnections: Int { link.strays }

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
            link.wait(min(.seconds(1), watch.interval))
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
        let news: String?
        do throws(SessionError) {
            switch question {
            case .order(let child, let sentAt): try inquire(child, sentAt)
            case .withdraw(let child, let sentAt, let isStray):
                try withdraw(child, isStray: isStray)
                try inquire(child, sentAt)
            case .catchUp: try inquireAll()
            case .prints(let since): try tellPrints(since)
            case .instrument: try tellInstrument()
            case .everything:
                try inquireAll()
                // It settles nothing, so that its failure leaves no question open.
                try? tellSurroundings()
            }
            news = troubles.answered(question.subject, clock())
        } catch {
            isAnswered = false
            // For a reason of ours that is no trouble of the venue's.
            let isOurs = isStopping.load(ordering: .acquiring) || watch.isStalled
            news = isOurs ? nil : troubles.failed(question.subject, error.text, clock())
        }
        if let news { notice?(news) }
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
    /// - Parameter request: what is sent, stamped with `venueNow`: it is made again where the
    ///   venue refuses its time.
    /// - Returns: the body of the answer. A service that is not found has trouble like any other
    ///   that fails: what is open or filled is never believed from a 404.
    func call(
        _ service: String,
        _ request: @autoclosure () -> [UInt8]
    ) throws(SessionError) -> [UInt8] {
        guard let body = try callIfOffered(service, request()) else {
            throw .venue("\(service): HTTP status 404")
        }
        return body
    }

    /// The same of a service that a venue may do without.
    ///
    /// - Returns: nil when the venue says that it has no such service. It is asked again: a gateway
    ///   that is being repaired says the same.
    func callIfOffered(
        _ service: String,
        _ request: @autoclosure () -> [UInt8]
    ) throws(SessionError) -> [UInt8]? {
        let answer = try stamp.signing { () throws(SessionError) in
            try makeReady()
            let answer = try link.answer(service, request())
            allowance.heed(answer, clock())
            return answer
        } told: {
            tellVenueTime($0)
        }
        tellDenial(answer)
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw SessionError(refusal: answer, service) }
        return answer.body
    }

    /// Asks the venue to take an order off, and tells the hot thread what that spent: the venue
    /// counts it with the engine's own cancels.
    ///
    /// - Returns: the venue's return code.
    func cancel(_ child: ChildID) throws(SessionError) -> Int64 {
        let service = "order/cancel"
        let answer = try stamp.signing { () throws(SessionError) in
            try sendCancel(child, service)
        } told: {
            tellVenueTime($0)
        }
        guard answer.status == 200, let code = answer.code else {
            throw SessionError(refusal: answer, service)
        }
        return code
    }

    private func sendCancel(
        _ child: ChildID,
        _ service: String
    ) throws(SessionError) -> RESTAnswer {
        try makeReady()
        let sentAt = clock()
        let request = requests.cancel(
            instrument.category,
            symbol: instrument.symbol,
            linkID: OrderLinkID.text(child, session),
            at: venueNow
        )
        let answer: RESTAnswer
        do throws(SessionError) {
            answer = try link.answer(service, request)
        } catch {
            // It may have arrived.
            noteSpent(OutsideRequest(cancelOf: instrument.id, sentAt: sentAt, nil))
            throw error
        }
        let spent = OutsideRequest(cancelOf: instrument.id, sentAt: sentAt, answer)
        noteSpent(spent)
        // That the cancels are spent is no reason to ask nothing else.
        if spent.remedy != .pauseOperation { allowance.heed(answer, clock()) }
        return answer
    }

    /// What followed from a refused time stamp: all go by the hot thread's estimate, which learns
    /// of it. A full box loses no more than one witness.
    private func tellVenueTime(_ sample: TimeSample?) {
        _ = mail.answer(.venueTime(sample))
    }

    /// A key that is refused as such is no trouble of one question.
    private func tellDenial(_ answer: RESTAnswer) {
        guard let code = answer.code, BybitReturnCode.standing(code) == .barsKey else { return }
        _ = mail.answer(.denied(Int32(clamping: code)))
    }

    /// A full box loses a count, never a cancel.
    private func noteSpent(_ request: OutsideRequest) {
        _ = mail.answer(.account(.spent(request)))
    }

    /// Waits until a request may leave, over a connection that is open.
    private func makeReady() throws(SessionError) {
        keepWatch()
        // Its orders come first.
        if watch.isStalled && !isRelieving { throw .venue("the hot thread stands still") }
        try awaitAllowance()
        try link.connect(isUrgent: isUrgent)
        allowance.take(clock())
    }

    private func awaitAllowance() throws(SessionError) {
        while !isStopping.load(ordering: .acquiring) {
            let now = clock()
            if allowance.isPaused(now, isUrgent: isUrgent) {
                throw .venue(allowance.pauseText(clock()))
            }
            let wait = allowance.wait(now, isUrgent: isUrgent)
            if wait.count == 0 { return }
            link.wait(wait)
        }
        throw .venue("stopping")
    }
}

internal import Containers
internal import Lines
internal import Orders
internal import Synchronization
internal import Transport
internal import Units
internal import Venues

/// Takes orders to a venue that has no order entry over WebSocket: by REST, on a thread and a
/// connection of its own, in the order in which they were handed over.
///
/// It judges nothing: each command gets one answer, and where it cannot be known whether a request
/// arrived, the answer says so and the reconciler asks.
///
/// Safe to share: the thread alone touches the link and the mail's cold end; the rest is
/// constant or atomic.
final class OrderCourier: @unchecked Sendable {
    private let mail: CourierMail
    private var tasks: SPSCRing<CourierTask>.Consumer
    private var answers: SPSCRing<CourierAnswer>.Producer
    private var times: SPSCRing<TimeSample>.Producer
    private var link: KeptLink
    private let waker: Waker
    private let hot: Waker
    private let requests: BybitREST
    private let session: SessionPrefix
    private let instrument: Instrument
    private let isHedged: Bool
    private let stamp: RequestStamp
    private let clock: @Sendable () -> Nanoseconds
    private var allowance: RequestAllowance
    private let isStopping = Atomic(false)
    private var thread: ColdThread?

    /// Answers by `mail`, and wakes the hot thread when it has.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        _ mail: CourierMail,
        session: SessionPrefix,
        instrument: Instrument,
        isHedged: Bool = false,
        venueOffset: VenueOffset,
        patience: VenuePatience = VenuePatience(),
        hot: Waker,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(SessionError) {
        link = try KeptLink(
            endpoint,
            patience: patience.order,
            retry: patience.retry,
            clock: clock
        )
        waker = link.waker
        self.mail = mail
        tasks = mail.tasks.consumer()
        answers = mail.answers.producer()
        times = mail.times.producer()
        self.requests = requests
        self.session = session
        self.instrument = instrument
        self.isHedged = isHedged
        stamp = RequestStamp(venueOffset, clock: clock)
        self.hot = hot
        self.clock = clock
        allowance = RequestAllowance(
            perSecond: 50,
            burst: 50,
            banPause: patience.turnedAway,
            now: clock()
        )
    }

    /// The courier of a session; nil where the venue has order entry of its own.
    static func make(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        _ inquiry: VenueInquiry,
        _ mail: CourierMail,
        _ venueOffset: VenueOffset,
        hot: Waker
    ) throws(SessionError) -> OrderCourier? {
        if !configuration.venue.ordersByREST { return nil }
        return try OrderCourier(
            configuration.venue.rest,
            inquiry.requests,
            mail,
            session: configuration.session,
            instrument: facts.instrument,
            isHedged: facts.position.isHedged,
            venueOffset: venueOffset,
            patience: configuration.patience,
            hot: hot,
            clock: inquiry.clock
        )
    }

    /// What tells this thread that commands wait.
    var bell: Waker { waker }

    /// Connections that were lost sight of; asked when its thread has ended.
    var strayConnections: Int { link.strays }

    /// Begins.
    func start() throws(SessionError) {
        thread = ColdThread { self.run() }
        if thread == nil { throw .venue("no thread to be had for the orders by REST") }
    }

    /// Ends the thread; returns when it has ended, after the patience for one answer at the latest.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        thread?.join()
        thread = nil
    }

    private func run() {
        // Before the first order needs it.
        try? link.connect()
        while !isStopping.load(ordering: .acquiring) {
            while !isStopping.load(ordering: .acquiring), let task = tasks.pop() {
                tell(answer(task))
            }
            link.wait(.seconds(1))
        }
    }

    /// Tells the hot thread, which has to take it: an answer is never dropped.
    private func tell(_ answer: CourierAnswer) {
        while !answers.push(answer) {
            if isStopping.load(ordering: .acquiring) { return }
            link.wait(.milliseconds(1))
        }
        hot.wake()
    }

    // MARK: Requests

    private func answer(_ task: CourierTask) -> CourierAnswer {
        let command = task.command
        let isCancel = command.operation == .cancel
        if isStale(task) { return refusal(command, .retry) }
        let now = clock()
        // What the venue asked for holds for every request to it; a cancel heeds a ban alone.
        if allowance.isPaused(now, isUrgent: isCancel) { return refusal(command, .slowDown) }
        do throws(SessionError) {
            try link.connect(isUrgent: isCancel)
        } catch {
            return refusal(command, .retry)
        }
        // A connection may have taken its time to come.
        if isStale(task) { return refusal(command, .retry) }
        do throws(SessionError) {
            let answer = try stamp.signing { () throws(SessionError) in
                try link.answer("order", request(command))
            } told: {
                // A full ring means that enough is told.
                if let sample = $0 { _ = times.push(sample) }
            }
            let told = judged(command, answer)
            // A spent operation is the engine's affair: the others go on.
            if told.remedy != .pauseOperation { allowance.heed(answer, clock()) }
            return told
        } catch {
            // It may have left: only the venue knows.
            return reply(command, .unknown, .reconcile, 0)
        }
    }

    /// Whether what it was decided on holds no more. A cancel is never too old.
    private func isStale(_ task: CourierTask) -> Bool {
        if task.command.operation == .cancel { return false }
        return mail.takesCancelsAlone.load(ordering: .acquiring)
            || clock() - task.handedAt > task.command.longestWait
    }

    private func judged(_ command: OrderCommand, _ answer: RESTAnswer) -> CourierAnswer {
        let status = answer.status
        if let code = answer.code, status == 200 || code != 0 {
            return reply(
                command,
                BybitReturnCode.outcome(code, of: command.operation),
                BybitReturnCode.remedy(code, of: command.operation),
                Int32(clamping: code),
                answer.budget
            )
        }
        return reply(
            command,
            BybitStatus.outcome(status),
            BybitStatus.remedy(status),
            Int32(clamping: status)
        )
    }

    private func request(_ command: OrderCommand) -> [UInt8] {
        let name = OrderLinkID.text(command.child, session)
        let now = stamp.now
        switch command {
        case .place(let order):
            return requests.create(
                order,
                instrument,
                linkID: name,
                isHedged: isHedged,
                at: now
            )
        case .amend(let amend):
            return requests.amend(amend, instrument, linkID: name, at: now)
        case .cancel:
            return requests.cancel(
                instrument.category,
                symbol: instrument.symbol,
                linkID: name,
                at: now
            )
        }
    }

    /// It did not leave: as certain as a refusal.
    private func refusal(_ command: OrderCommand, _ remedy: OrderRemedy) -> CourierAnswer {
        reply(command, .refused, remedy, 0)
    }

    private func reply(
        _ command: OrderCommand,
        _ outcome: OrderReply.Outcome,
        _ remedy: OrderRemedy,
        _ code: Int32,
        _ budget: BudgetReading = BudgetReading()
    ) -> CourierAnswer {
        CourierAnswer(
            operation: command.operation,
            child: command.child,
            outcome: outcome,
            remedy: remedy,
            code: code,
            budget: budget
        )
    }
}

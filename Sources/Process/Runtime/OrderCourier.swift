internal import CLinux
internal import Containers
internal import Glibc
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
/// Safe to share: the thread alone touches the loop, the link and the mail's cold end; the rest is
/// constant or atomic.
final class OrderCourier: @unchecked Sendable {
    /// An answer slower than this is unknown.
    private static let patience = Nanoseconds.seconds(2)
    /// What waited longer than this behind others is not sent any more, but for cancels: the price
    /// it was meant for is gone.
    private static let staleAfter = Nanoseconds.seconds(1)

    private var tasks: SPSCRing<CourierTask>.Consumer
    private var answers: SPSCRing<CourierAnswer>.Producer
    private var loop: EventLoop
    private let waker: Waker
    private let hot: Waker
    private let endpoint: Endpoint
    private let requests: BybitREST
    private let session: SessionPrefix
    private let instrument: Instrument
    private let isHedged: Bool
    private let offset: Nanoseconds
    private let clock: @Sendable () -> Nanoseconds
    private var allowance: RequestAllowance
    private var link: RESTLink?
    private var nextConnect = Nanoseconds.zero
    private var connectPause = Nanoseconds.milliseconds(100)
    private let isStopping = Atomic(false)
    private var thread: pthread_t?

    /// Answers by `mail`, and wakes the hot thread when it has.
    ///
    /// - Parameter offset: how far the venue's clock is ahead of ours.
    init(
        _ endpoint: Endpoint,
        _ requests: BybitREST,
        _ mail: CourierMail,
        session: SessionPrefix,
        instrument: Instrument,
        isHedged: Bool = false,
        offset: Nanoseconds,
        hot: Waker,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(TransportError) {
        var sizes = LoopConfiguration()
        sizes.connections = 4
        sizes.receiveBuffers = 16
        sizes.completionEntries = 64
        loop = try EventLoop(sizes)
        waker = loop.waker
        tasks = mail.tasks.consumer()
        answers = mail.answers.producer()
        self.endpoint = endpoint
        self.requests = requests
        self.session = session
        self.instrument = instrument
        self.isHedged = isHedged
        self.offset = offset
        self.hot = hot
        self.clock = clock
        allowance = RequestAllowance(perSecond: 50, burst: 50, now: clock())
    }

    /// The courier of a session; nil where the venue has order entry of its own.
    static func make(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        _ inquiry: VenueInquiry,
        _ mail: CourierMail,
        hot: Waker
    ) throws(SessionError) -> OrderCourier? {
        if !configuration.venue.ordersByREST { return nil }
        do {
            return try OrderCourier(
                configuration.venue.rest,
                inquiry.requests,
                mail,
                session: configuration.session,
                instrument: facts.instrument,
                isHedged: facts.position.isHedged,
                offset: facts.clock.offset,
                hot: hot,
                clock: inquiry.clock
            )
        } catch {
            throw .venue("\(error)")
        }
    }

    /// What tells this thread that commands wait.
    var bell: Waker { waker }

    /// Begins.
    func start() throws(SessionError) {
        var made = pthread_t()
        let this = Unmanaged.passRetained(self)
        guard pthread_create(&made, nil, OrderCourier.main, this.toOpaque()) == 0 else {
            this.release()
            throw .venue("no thread to be had for the orders by REST")
        }
        thread = made
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            if let raw { Unmanaged<OrderCourier>.fromOpaque(raw).takeRetainedValue().run() }
            return nil
        }

    /// Ends the thread; returns when it has ended, after the patience for one answer at the latest.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }

    private func run() {
        // A thread inherits the core of the one that makes it: the hot one.
        _ = sluice_leave_core()
        // Before the first order needs it.
        _ = connected()
        while !isStopping.load(ordering: .acquiring) {
            while !isStopping.load(ordering: .acquiring), let task = tasks.pop() {
                tell(answer(task))
            }
            turn(.seconds(1))
        }
    }

    /// Waits for the bell, and notices when the venue has closed an idle connection: what is sent
    /// on one is lost without a word.
    private func turn(_ timeout: Nanoseconds) {
        loop.poll(timeout: timeout)
        while let event = loop.next() {
            if link?.isOver(by: event) == true { link = nil }
        }
    }

    /// Tells the hot thread, which has to take it: an answer is never dropped.
    private func tell(_ answer: CourierAnswer) {
        while !answers.push(answer) {
            if isStopping.load(ordering: .acquiring) { return }
            turn(.milliseconds(1))
        }
        hot.wake()
    }

    // MARK: Requests

    private func answer(_ task: CourierTask) -> CourierAnswer {
        turn(.zero)
        let command = task.command
        let now = clock()
        let isCancel = command.operation == .cancel
        if !isCancel && now - task.handedAt > OrderCourier.staleAfter {
            return refusal(command, .retry)
        }
        // What the venue asked for holds for every request to it.
        if allowance.isPaused(now) { return refusal(command, .slowDown) }
        guard let link = connected() else { return refusal(command, .retry) }
        let status: Int
        let body: [UInt8]
        do throws(SessionError) {
            (status, body) = try link.answer(&loop, "order", request(command))
        } catch {
            // It may have left: only the venue knows.
            drop()
            return reply(command, .unknown, .reconcile, 0)
        }
        let code = BybitReplies.code(body)
        allowance.heed(status: status, code: code, clock())
        return judged(command, status: status, code: code)
    }

    private func judged(
        _ command: OrderCommand,
        status: Int,
        code: Int64?
    ) -> CourierAnswer {
        if let code, status == 200 || code != 0 {
            return reply(
                command,
                BybitReturnCode.outcome(code, of: command.operation),
                BybitReturnCode.remedy(code, of: command.operation),
                Int32(clamping: code)
            )
        }
        switch status {
        // Turned away in front of the order service.
        case 403: return reply(command, .refused, .slowDown, 403)
        case 400, 401, 404: return reply(command, .refused, .fatal, Int32(status))
        case 429: return reply(command, .unknown, .slowDown, 429)
        default: return reply(command, .unknown, .reconcile, Int32(clamping: status))
        }
    }

    private func request(_ command: OrderCommand) -> [UInt8] {
        let name = OrderLinkID.text(command.child, session)
        let now = clock() + offset
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
        _ code: Int32
    ) -> CourierAnswer {
        CourierAnswer(
            operation: command.operation,
            child: command.child,
            outcome: outcome,
            remedy: remedy,
            code: code
        )
    }

    // MARK: The connection

    private func connected() -> RESTLink? {
        if let link { return link }
        guard clock() >= nextConnect else { return nil }
        do throws(SessionError) {
            let made = try RESTLink(&loop, endpoint, patience: OrderCourier.patience)
            connectPause = .milliseconds(100)
            link = made
            return made
        } catch {
            nextConnect = clock() + connectPause
            connectPause = min(connectPause + connectPause, .seconds(5))
            return nil
        }
    }

    private func drop() {
        link?.close(&loop)
        link = nil
    }
}

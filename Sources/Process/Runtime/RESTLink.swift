internal import Orders
internal import Transport
internal import Units
internal import Venues

/// What the venue's REST service answered.
struct RESTAnswer {
    /// Of HTTP: 100…599.
    var status: Int
    var body: [UInt8]
    /// What its headers say of the budget the request was counted in.
    var budget = BudgetReading()

    /// The venue's own return code; nil for a body that is no reply of it.
    var code: Int64? { BybitReplies.code(body) }
}

/// Request and answer over one HTTPS connection, for start-up and for the report: cold, one at a
/// time, each with a deadline.
///
/// The opener closes it, on every way out; one that cannot be opened is closed already.
struct RESTLink {
    private let id: ConnectionID
    /// Host and port, for people.
    let name: String
    private let patience: Nanoseconds
    /// Whose wish to stop ends a wait.
    private let control: SessionControl?

    /// Connects to `endpoint`; connecting and each answer may take `patience`.
    ///
    /// - Parameter control: who may want to stop: then no answer is waited for any more.
    init(
        _ loop: inout EventLoop,
        _ endpoint: Endpoint,
        patience: Nanoseconds = .seconds(5),
        until control: SessionControl? = nil
    ) throws(SessionError) {
        self.patience = patience
        self.control = control
        name = "\(endpoint.host):\(endpoint.port)"
        do {
            id = try loop.openHTTP(endpoint)
        } catch {
            throw SessionError(opening: name, error)
        }
        let wanted = id
        do throws(SessionError) {
            try wait(&loop, for: nil) { event in
                if case .opened(let opened) = event { return opened == wanted }
                return false
            }
        } catch {
            loop.abandon(id)
            throw error
        }
    }

    /// Sends `request` and returns the answer's body.
    func call(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: [UInt8]
    ) throws(SessionError) -> [UInt8] {
        let answer = try answer(&loop, what, request)
        if answer.status == 200 { return answer.body }
        throw SessionError(refusal: answer, "\(name): \(what)")
    }

    /// Sends `request` and returns the answer, whatever its status.
    func answer(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: [UInt8]
    ) throws(SessionError) -> RESTAnswer {
        let sent = request.withUnsafeBytes { loop.sendRequest(id, $0) }
        if case .refused(let reason) = sent { throw .venue("\(name): \(what): \(reason)") }
        var answer = RESTAnswer(status: 0, body: [])
        try wait(&loop, for: what) { event in
            guard case .response(let from, let response) = event, from == id else { return false }
            answer = RESTAnswer(
                status: response.status,
                body: Array(response.body),
                budget: BybitReplies.budget(response.headers)
            )
            return true
        }
        return answer
    }

    /// Whether `event` says that the connection is over.
    func isOver(by event: TransportEvent) -> Bool {
        if case .closed(let closed, _) = event { return closed == id }
        return false
    }

    /// Whether it is not over, as far as is known.
    func isOpen(_ loop: borrowing EventLoop) -> Bool { loop.stage(of: id) != nil }

    func close(_ loop: inout EventLoop) { loop.close(id, code: 1000) }

    /// Lets go of it without a word: it does not answer, or is over.
    func abandon(_ loop: inout EventLoop) { loop.abandon(id) }

    /// Turns the loop until `isDone` says so; other connections' events are dropped.
    ///
    /// - Parameter what: the question that is to be answered; nil while it is being opened.
    private func wait(
        _ loop: inout EventLoop,
        for what: String?,
        _ isDone: (TransportEvent) -> Bool
    ) throws(SessionError) {
        let waited = Deadline(patience)
        var stage = OpeningStage.connecting
        while !waited.isOver {
            if let control, control.isStopWanted { throw SessionError.stoppedAtStart }
            stage = loop.stage(of: id) ?? stage
            loop.poll(timeout: waited.rest)
            while let event = loop.next() {
                if isDone(event) { return }
                if case .closed(let closed, let reason) = event, closed == id {
                    if let what { throw .venue("\(name): \(what): \(reason)") }
                    throw SessionError(opening: name, reason, at: stage)
                }
            }
        }
        let within = "within \(patience.inSeconds) seconds"
        if let what { throw .venue("\(name): \(what): no answer \(within)") }
        throw .venue("\(name): \(stage.silence) \(within)")
    }
}

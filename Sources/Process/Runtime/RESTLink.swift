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
struct RESTLink {
    private let id: ConnectionID
    private let name: String
    private let patience: Nanoseconds

    /// Connects to `endpoint`; connecting and each answer may take `patience`.
    init(
        _ loop: inout EventLoop,
        _ endpoint: Endpoint,
        patience: Nanoseconds = .seconds(5)
    ) throws(SessionError) {
        self.patience = patience
        name = "\(endpoint.host):\(endpoint.port)"
        do {
            id = try loop.openHTTP(endpoint)
        } catch .identity(let path, let why) {
            throw .usage("cannot use \(path) as the venue's certificate authority: \(why)")
        } catch {
            throw .venue("cannot connect to \(name): \(error)")
        }
        let wanted = id
        try wait(&loop, for: "the TLS handshake") { event in
            if case .opened(let opened) = event { return opened == wanted }
            return false
        }
    }

    /// Sends `request` and returns the answer's body.
    func call(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: [UInt8]
    ) throws(SessionError) -> [UInt8] {
        let answer = try answer(&loop, what, request)
        switch answer.status {
        case 200:
            return answer.body
        case 401, 403:
            throw .venue(
                "\(name): \(what): the venue refused the key or signature (\(answer.status))"
            )
        default:
            throw .venue("\(name): \(what): HTTP status \(answer.status)")
        }
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

    func close(_ loop: inout EventLoop) { loop.close(id, code: 1000) }

    /// Turns the loop until `isDone` says so; other connections' events are dropped.
    private func wait(
        _ loop: inout EventLoop,
        for what: String,
        _ isDone: (TransportEvent) -> Bool
    ) throws(SessionError) {
        let waited = Deadline(patience)
        while !waited.isOver {
            loop.poll(timeout: waited.rest)
            while let event = loop.next() {
                if isDone(event) { return }
                if case .closed(let closed, let reason) = event, closed == id {
                    throw .venue("\(name): \(what): \(reason)")
                }
            }
        }
        throw .venue("\(name): \(what): no answer within \(patience.inSeconds) seconds")
    }
}

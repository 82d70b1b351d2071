internal import Simulation
internal import Units
internal import Wire

/// The whole venue without its sockets: messages in, replies and pushes out, time as an argument.
///
///     receive(text, from: session, now)  ┐
///     answer(REST request, now)          ├─▶ markets ─▶ outbox: (session, text), in order
///     advance(now)  the feeds' turn      ┘
///
/// One thread. A reply stands in the outbox before the pushes that the same request causes.
final class TradingFloor {
    /// The markets, as named by their index.
    let desks: [MarketDesk]
    /// Texts to send, oldest first; the caller takes them.
    private(set) var outbox: [Outgoing] = []
    /// What the operator should know; the caller takes it.
    var notes: [String] = []

    let names: VenueNames
    let composer = JSONComposer()
    var sessions: [Int: VenueSession] = [:]
    private var sessionCount = 0
    private var messageCount: Int64 = 0
    private var endedDesks: Set<Int> = []
    var faults: FaultSchedule
    /// What the account has asked for lately.
    var meter: RequestMeter
    /// What the last request of an order made of the meter, for the headers of its reply.
    var reading: RequestMeter.Reading?
    /// How the answer to the REST request at hand comes to its client.
    var delivery = RESTAnswer.Delivery.after(.zero)
    /// Cancels an account's orders when its connections are gone.
    var disconnectGuards: [ProductCategory: DisconnectGuard] = [:]
    /// What the faults that have begun do to the floor.
    var trouble = VenueTrouble()
    /// What was taken from the account from outside, by coin.
    var withdrawn: [String: Amount] = [:]
    /// Texts that leave later, in the order they leave.
    private var delayed: [(at: Nanoseconds, text: Outgoing)] = []
    /// Sessions that the venue ends; the caller takes them and closes their sockets.
    private(set) var endedSessions: [Int] = []

    init(
        _ desks: [MarketDesk],
        names: VenueNames,
        faults: FaultScript = FaultScript(),
        requestsPerSecond: Int? = nil
    ) {
        self.desks = desks
        self.names = names
        self.faults = FaultSchedule(faults)
        meter = RequestMeter(tier: requestsPerSecond)
    }

    // MARK: Sessions

    /// A client opened a WebSocket; returns the session's number.
    func open(_ endpoint: VenueEndpoint) -> Int {
        sessionCount += 1
        sessions[sessionCount] = VenueSession(
            number: sessionCount,
            endpoint: endpoint,
            connectionID: names.connection(sessionCount)
        )
        return sessionCount
    }

    /// The client is gone. Its orders stay, as on the venue.
    func close(_ number: Int) { sessions[number] = nil }

    /// The desk of a symbol.
    func desk(_ symbol: String, _ category: ProductCategory) -> MarketDesk? {
        desks.first { $0.market.symbol == symbol && $0.market.category == category }
    }

    // MARK: Texts

    /// Puts a text in the outbox, at once or at a later time.
    func send(
        _ session: VenueSession,
        at time: Nanoseconds? = nil,
        _ body: (inout ByteWriter) -> Void
    ) {
        post(Outgoing(session: session.number, text: composer.compose(body)), at: time)
    }

    private func post(_ text: Outgoing, at time: Nanoseconds?) {
        guard let time else { return outbox.append(text) }
        let index = delayed.firstIndex { $0.at > time } ?? delayed.count
        delayed.insert((time, text), at: index)
    }

    /// Puts one text in the outbox of every session that `isWanted` picks, oldest first.
    func broadcast(
        where isWanted: (VenueSession) -> Bool,
        at time: Nanoseconds? = nil,
        _ body: (inout ByteWriter) -> Void
    ) {
        let wanting = sessions.values.filter(isWanted).map(\.number).sorted()
        guard !wanting.isEmpty else { return }
        let text = composer.compose(body)
        for number in wanting { post(Outgoing(session: number, text: text), at: time) }
    }

    /// Takes what is to be sent.
    func takeOutbox() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }

    /// Ends a client's session from the venue's side.
    func end(_ session: VenueSession) {
        sessions[session.number] = nil
        endedSessions.append(session.number)
    }

    /// Takes the sessions whose sockets are to be closed.
    func takeEndedSessions() -> [Int] {
        defer { endedSessions = [] }
        return endedSessions
    }

    /// Takes what the operator should know.
    func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    /// The number of the next pushed message, which makes its id.
    func nextMessageNumber() -> Int64 {
        messageCount += 1
        return messageCount
    }

    // MARK: Time

    /// When `advance` has something to do next; nil when it has nothing.
    var nextDeadline: Nanoseconds? {
        let markets = desks.flatMap { [$0.feedDueAt, $0.ownChangesDueAt] }
        let others =
            [delayed.first?.at, faults.nextDueAt, trouble.muteUntil]
            + disconnectGuards.values.map(\.dueAt)
        return (markets + others).compactMap { $0 }.min()
    }

    /// Lets the feeds act up to `now` and publishes what is due.
    func advance(_ now: Nanoseconds) {
        while let fault = faults.take(now) { begin(fault, now) }
        keepDisconnectGuards(now)
        for desk in desks {
            while let kind = desk.step(now) {
                tell(desk, now)
                if case .depth = kind { publishBook(desk, now) }
            }
            if let due = desk.ownChangesDueAt, due <= now { publishBook(desk, now) }
            if let ending = desk.ending, endedDesks.insert(desk.index).inserted {
                notes.append("\(desk.market.symbol): \(ending); the last book stays")
            }
        }
        while let first = delayed.first, first.at <= now {
            outbox.append(first.text)
            delayed.removeFirst()
        }
    }

    /// Tells everybody what happened at `desk` since the last time: prints, fills and orders.
    func tell(_ desk: MarketDesk, _ now: Nanoseconds) {
        let events = desk.exchange.events
        desk.exchange.events.removeAll(keepingCapacity: true)
        if events.isEmpty { return }
        tellAccount(desk, events, now)
        publishTrades(desk, events, now)
    }
}

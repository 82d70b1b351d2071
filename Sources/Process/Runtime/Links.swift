internal import Transport
internal import Units
internal import Venues
internal import Wire

/// The connections a session opens before it trades.
struct Links {
    /// The first market line; the others follow in the loop.
    let market: ConnectionID
    let account: ConnectionID
    /// Order entry; nil where orders go over REST.
    let trade: ConnectionID?
    /// Topics of the account's stream that the venue refused, and that it can do without.
    let refusedTopics: [String]

    static func send(_ loop: inout EventLoop, _ id: ConnectionID, _ text: String) -> Bool {
        guard let room = loop.beginMessage(id) else { return false }
        var writer = ByteWriter(room)
        writer.append(text)
        if writer.overflowed { return false }
        if case .refused = loop.endMessage(id, length: writer.count) { return false }
        return true
    }
}

/// Opens a session's connections in the order that loses nothing: account and order entry are
/// authenticated and subscribed before market data starts, so that no order can be answered unseen.
struct LinkOpening {
    private static let deadline = Nanoseconds.seconds(10)

    let configuration: SessionConfiguration
    let plan: FeedPlan
    let category: ProductCategory
    let protection: DisconnectProtection
    /// With every address of their hosts, for the first time and all later ones.
    let account: Endpoint
    let trade: Endpoint
    let clock: @Sendable () -> Nanoseconds

    private var accountTopics: [String] {
        protection.topics(category) + configuration.fastFillTopics
    }

    private var statementTopics: [String] { BybitSession.statementTopics(category) }

    /// Connects, authenticates and subscribes. Market data that arrives meanwhile is dropped, so
    /// the subscription to it comes last and its answer is not waited for: the snapshot is the
    /// answer.
    func open(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder
    ) throws(SessionError) -> Links {
        let account = try connect(&loop, self.account, "account")
        try ask(&loop, &decoder, account, "account login", auth())
        let topics = BybitSession.subscribe(accountTopics, request: "account")
        try ask(&loop, &decoder, account, "account subscription", topics)
        let refused = try offer(&loop, &decoder, account)
        var trade: ConnectionID?
        if !configuration.venue.ordersByREST {
            let id = try connect(&loop, self.trade, "order")
            try ask(&loop, &decoder, id, "order login", auth())
            trade = id
        }
        let market = try connect(&loop, plan.endpoint(0), "market data")
        let trades = BybitSession.subscribe([plan.tradeTopic], request: "trades")
        try ask(&loop, &decoder, market, "trade subscription", trades)
        if let topic = plan.tickerTopic {
            // Not waited for: where it is refused the session goes on without.
            let ticker = BybitSession.subscribe([topic], request: FeedPlan.tickerRequest)
            _ = Links.send(&loop, market, ticker)
        }
        let book = BybitSession.subscribe([plan.bookTopic], request: FeedPlan.bookRequest)
        guard Links.send(&loop, market, book) else {
            throw .venue("market data: the subscription could not be sent")
        }
        return Links(market: market, account: account, trade: trade, refusedTopics: refused)
    }

    /// Asks the name server, so it may block.
    static func resolved(
        _ endpoint: Endpoint,
        by resolve: NameResolver,
        _ what: String
    ) throws(SessionError) -> Endpoint {
        do {
            return try endpoint.resolved(by: resolve)
        } catch {
            throw .venue("the \(what) connection: \(error)")
        }
    }

    /// Keeps a connection that this opened from `now` on, or one that is down.
    func watch(
        _ link: LinkFault.Link,
        _ id: ConnectionID?,
        refusedTopics: [String] = [],
        _ now: Nanoseconds
    ) -> LinkWatch {
        var watch = LinkWatch(
            link,
            link == .account ? account : trade,
            configuration.credentials,
            configuration.linkTimes,
            topics: link == .account ? accountTopics : [],
            extras: link == .account ? statementTopics : [],
            // Apart from the market lines, and from each other.
            seed: configuration.retrySeed ^ (link == .account ? 0xacc0 : 0x72ad)
        )
        if let id { watch.adopt(id, refusedTopics: refusedTopics, now) }
        return watch
    }

    private func auth() -> String {
        BybitSession.auth(configuration.credentials, at: clock())
    }

    private func connect(
        _ loop: inout EventLoop,
        _ endpoint: Endpoint,
        _ what: String
    ) throws(SessionError) -> ConnectionID {
        let id: ConnectionID
        do {
            id = try loop.openWebSocket(endpoint)
        } catch {
            throw .venue("the \(what) connection: \(error)")
        }
        let deadline = Deadline(LinkOpening.deadline)
        while !deadline.isOver {
            loop.poll(timeout: deadline.rest)
            while let event = loop.next() {
                if case .opened(let opened) = event, opened == id { return id }
                if case .closed(let closed, let reason) = event, closed == id {
                    throw .venue("the \(what) connection could not be opened: \(reason)")
                }
            }
        }
        throw .venue("the \(what) connection did not open within 10 seconds")
    }

    /// Subscribes to what the account's stream can do without, each topic alone.
    ///
    /// - Returns: those that the venue refused.
    private func offer(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder,
        _ account: ConnectionID
    ) throws(SessionError) -> [String] {
        var refused: [String] = []
        for topic in statementTopics {
            let text = BybitSession.subscribe([topic], request: topic)
            let what = "account subscription to \(topic)"
            if try !answer(&loop, &decoder, account, what, text) { refused.append(topic) }
        }
        return refused
    }

    /// Sends a control message and waits for the venue's yes.
    private func ask(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder,
        _ id: ConnectionID,
        _ what: String,
        _ text: String
    ) throws(SessionError) {
        if try !answer(&loop, &decoder, id, what, text) {
            throw .venue("\(what): the venue refused the topic")
        }
    }

    /// Sends a control message and waits for the venue's yes, or its no to a subscription.
    private func answer(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder,
        _ id: ConnectionID,
        _ what: String,
        _ text: String
    ) throws(SessionError) -> Bool {
        guard Links.send(&loop, id, text) else { throw .venue("\(what): could not be sent") }
        let deadline = Deadline(LinkOpening.deadline)
        while !deadline.isOver {
            loop.poll(timeout: deadline.rest)
            while let event = loop.next() {
                switch event {
                case .message(let from, let message) where from == id:
                    if case .control(let control) = decoder.decode(message.payload),
                        let isYes = try isYes(control, what)
                    {
                        return isYes
                    }
                case .closed(let closed, let reason):
                    throw .venue("\(what): connection \(closed.index) closed: \(reason)")
                default:
                    break
                }
            }
        }
        throw .venue("\(what): no answer within 10 seconds")
    }

    /// What a control message answers; nil when it is no answer.
    private func isYes(
        _ control: BybitControl,
        _ what: String
    ) throws(SessionError) -> Bool? {
        switch control {
        case .auth(let succeeded, let code):
            if !succeeded {
                throw .venue("\(what): the venue refused the key or signature (code \(code))")
            }
            return true
        case .subscribe(let succeeded, _):
            return succeeded
        case .refused(let code):
            throw .venue("\(what): refused (code \(code))")
        case .pong, .unsubscribe:
            return nil
        }
    }
}

internal import Lines
internal import Transport
internal import Units
internal import Venues

/// Opens a session's connections in the order that loses nothing: account and order entry are
/// authenticated and subscribed before market data starts, so that no order can be answered unseen.
struct LinkOpening {
    let configuration: SessionConfiguration
    let plan: FeedPlan
    let category: ProductCategory
    let protection: DisconnectProtection
    /// With every address of their hosts, for the first time and all later ones.
    let account: Endpoint
    let trade: Endpoint
    let clock: @Sendable () -> Nanoseconds
    /// Who may want to stop meanwhile.
    let control: SessionControl

    private var accountTopics: [String] {
        protection.topics(category) + configuration.fastFillTopics
    }

    private var statementTopics: [String] { BybitSession.statementTopics(category) }

    /// Connects, authenticates and subscribes. Market data that arrives meanwhile is dropped, so
    /// the subscription to it comes last and its answer is not waited for: the snapshot is the
    /// answer. What cannot be had whole is closed again.
    func open(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder
    ) throws(SessionError) -> Links {
        var opened: [ConnectionID] = []
        do throws(SessionError) {
            return try open(&loop, &decoder, &opened)
        } catch {
            for id in opened { loop.abandon(id) }
            throw error
        }
    }

    private func open(
        _ loop: inout EventLoop,
        _ decoder: inout BybitDecoder,
        _ opened: inout [ConnectionID]
    ) throws(SessionError) -> Links {
        let account = try connect(&loop, self.account, "account", &opened)
        try ask(&loop, &decoder, account, "account login", auth())
        let topics = BybitSession.subscribe(accountTopics, request: "account")
        try ask(&loop, &decoder, account, "account subscription", topics)
        let refused = try offer(&loop, &decoder, account)
        var trade: ConnectionID?
        if !configuration.venue.ordersByREST {
            let id = try connect(&loop, self.trade, "order", &opened)
            try ask(&loop, &decoder, id, "order login", auth())
            trade = id
        }
        let market = try connect(&loop, plan.endpoint(0), "market data", &opened)
        let trades = BybitSession.subscribe(
            [plan.tradeTopic],
            request: FeedPlan.tradeRequest
        )
        try ask(&loop, &decoder, market, "market data subscription", trades)
        if let topic = plan.tickerTopic {
            // Not waited for: where it is refused the session goes on without.
            let ticker = BybitSession.subscribe([topic], request: FeedPlan.tickerRequest)
            _ = Links.send(&loop, market, ticker)
        }
        let bounds = BybitSession.subscribe([plan.boundsTopic], request: FeedPlan.boundsRequest)
        _ = Links.send(&loop, market, bounds)
        let book = BybitSession.subscribe([plan.bookTopic], request: FeedPlan.bookRequest)
        guard Links.send(&loop, market, book) else {
            throw .venue("market data: the subscription could not be sent")
        }
        return Links(market: market, account: account, trade: trade, refusedTopics: refused)
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
        _ what: String,
        _ opened: inout [ConnectionID]
    ) throws(SessionError) -> ConnectionID {
        let name = "the \(what) connection to \(endpoint.host):\(endpoint.port)"
        let id: ConnectionID
        do {
            id = try loop.openWebSocket(endpoint)
        } catch {
            throw SessionError(opening: name, error)
        }
        opened.append(id)
        let patience = configuration.patience.opening
        let deadline = Deadline(patience)
        var stage = OpeningStage.connecting
        while !deadline.isOver {
            if control.isStopWanted { throw SessionError.stoppedAtStart }
            stage = loop.stage(of: id) ?? stage
            loop.poll(timeout: deadline.rest)
            while let event = loop.next() {
                if case .opened(id) = event { return id }
                if case .closed(id, let reason) = event {
                    throw SessionError(opening: name, reason, at: stage)
                }
            }
        }
        throw .venue("\(name): \(stage.silence) within \(patience.inSeconds) seconds")
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
            throw .denied("\(what): the venue refused the topic")
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
        let patience = configuration.patience.opening
        let deadline = Deadline(patience)
        while !deadline.isOver {
            if control.isStopWanted { throw SessionError.stoppedAtStart }
            loop.poll(timeout: deadline.rest)
            while let event = loop.next() {
                switch event {
                case .message(let from, let message) where from == id:
                    if case .control(let control) = decoder.decode(message.payload),
                        let isYes = try isYes(control, what)
                    {
                        return isYes
                    }
                case .closed(id, let reason):
                    throw .venue("\(what): \(reason)")
                default:
                    break
                }
            }
        }
        throw .venue("\(what): no answer within \(patience.inSeconds) seconds")
    }

    /// What a control message answers; nil when it is no answer.
    private func isYes(
        _ control: BybitControl,
        _ what: String
    ) throws(SessionError) -> Bool? {
        switch control {
        case .auth(let succeeded, let code):
            if !succeeded { throw SessionError(code: Int64(code), what) }
            return true
        case .subscribe(let succeeded, _):
            return succeeded
        case .refused(let code):
            throw SessionError(code: Int64(code), what)
        case .pong, .unsubscribe:
            return nil
        }
    }
}

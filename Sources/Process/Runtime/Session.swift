internal import Algos
internal import CLinux
internal import Costs
internal import Engine
internal import Lines
public import Orders
internal import Replay
public import Reports
internal import Risk
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

/// How a session ended.
public struct SessionOutcome: Sendable {
    /// The parent's final state.
    public let state: ParentState
    /// The proof.
    public let report: ParentReport
    /// What ended it early, in words; nil when nothing did.
    public let fault: String?
}

/// One parent order from the first question to the venue to the proof of what was done.
public enum Session {
    /// The version of this build, as journals and `--version` state it.
    public static let version = "0.1.0"

    /// Works the configured parent on the calling thread, which becomes the hot thread.
    ///
    /// - Returns: the outcome, once every child's last word is known or can no longer be had.
    /// - Throws: `SessionError` when it could not begin.
    public static func run(
        _ configuration: SessionConfiguration,
        _ control: SessionControl
    ) throws(SessionError) -> SessionOutcome {
        guard (1...8).contains(configuration.lines) else {
            throw .usage("market data comes over 1 to 8 lines, not \(configuration.lines)")
        }
        let clock = configuration.clock ?? TickClock()
        let now: @Sendable () -> Nanoseconds = { clock.now }
        var loop = try makeLoop(configuration)
        control.attach(loop.waker)
        // Before the venue is asked: a directory that cannot be written to is known at once.
        var journal = SessionJournal()
        if let settings = configuration.journal {
            journal = try SessionJournal(
                settings,
                session: configuration.session.text,
                now: clock.now,
                waker: loop.waker
            )
        }
        // After the journal's thread was made, which would inherit the core.
        if let core = configuration.core, sluice_pin_to_core(Int32(clamping: core)) != 0 {
            throw .usage("cannot pin the hot thread to core \(core)")
        }
        var inquiry = VenueInquiry(
            link: try RESTLink(&loop, configuration.venue.rest),
            requests: BybitREST(
                host: configuration.venue.rest.host,
                credentials: configuration.credentials,
                receiveWindowMilliseconds: configuration.receiveWindow.millisecondCount
            ),
            category: configuration.category ?? .linear,
            symbol: configuration.symbol,
            session: configuration.session,
            clock: now
        )
        if configuration.category == nil { try inquiry.findCategory(&loop) }
        var facts = try inquiry.facts(&loop)
        let order = try Preparation(configuration, facts.instrument)
        var history: [VolumeBar]?
        if case .vwap(nil) = configuration.request.algorithm {
            history = try inquiry.klines(&loop, minutes: Preparation.historyMinutes).map {
                VolumeBar(start: $0.start, volume: $0.volume)
            }
        }
        if facts.instrument.category == .spot {
            let funds = try inquiry.funds(&loop, facts.instrument)
            try inquiry.checkFunds(&loop, funds, order, facts.instrument)
            facts.baseBalance = funds.base
        }
        if let window = configuration.disconnectWindow,
            !DisconnectProtection.windows.contains(window)
        {
            throw .usage("the venue's disconnect protection takes 3 to 300 seconds")
        }
        let protection = inquiry.protect(&loop, window: configuration.disconnectWindow)
        if case .refused(let why) = protection {
            configuration.notice?("the venue does not protect us from a disconnect: \(why)")
        }
        inquiry.link.close(&loop)

        var decoder = BybitDecoder(
            instruments: [facts.instrument],
            session: configuration.session
        )
        let opening = LinkOpening(
            configuration: configuration,
            plan: try FeedPlan(configuration, facts.instrument),
            accountTopics: protection.topics(facts.instrument.category)
                + configuration.fastFillTopics,
            account: try LinkOpening.resolved(configuration.venue.account, "account"),
            trade: try LinkOpening.resolved(configuration.venue.trade, "order"),
            clock: now
        )
        let links = try opening.open(&loop, &decoder)
        for option in loop.refusedOptions { configuration.notice?("\(option)") }
        let start = clock.now
        let sizes = EngineConfiguration(
            parents: 1,
            limits: order.limits,
            // Long enough to learn that an order never arrived.
            stopTimeout: configuration.reconcilerTimes.settling + .seconds(2),
            linkPatience: configuration.linkPatience
        )
        var engine = Engine(sizes, instruments: [facts.instrument], now: start)
        let parent = engine.nextParent
        precondition(parent == SessionControl.parent, "Session: its parent is the engine's first")
        let plan = try order.plan(from: start, history: history)
        let parentOrder = order.parent(parent, from: start)
        do {
            try engine.accept(parentOrder, plan, now: start)
        } catch {
            throw .refused("the parent was refused: \(error)")
        }
        try journal.begin(
            session: configuration.session.text,
            origin: EngineOrigin(sizes, madeAt: start),
            instruments: [facts.instrument],
            commandCapacity: TradingLoop.commandCapacity
        )
        try journal.accepted(parentOrder, plan, now: start)
        let mail = ReconcilerMail()
        let pulse = HotPulse()
        let reconciler = try makeReconciler(
            configuration,
            facts,
            inquiry,
            mail,
            hot: loop.waker,
            pulse,
            start
        )
        let timeWatch = try makeTimeWatch(configuration, inquiry.requests)
        let courierMail = CourierMail()
        let courier = try OrderCourier.make(
            configuration,
            facts,
            inquiry,
            courierMail,
            hot: loop.waker
        )
        var times = configuration.lineTimes
        times.bookAge = min(times.bookAge, configuration.limits.maxBookAge)
        var feed = MarketFeed(
            lines: MarketLines(
                count: configuration.lines,
                times: times,
                seed: configuration.retrySeed
            ),
            opening.plan,
            start
        )
        feed.adopt(links.market, as: 0, start)
        var trading = TradingLoop(
            loop: loop,
            engine: engine,
            decoder: decoder,
            encoder: BybitEncoder(
                instruments: [facts.instrument],
                session: configuration.session,
                isHedged: facts.position.isHedged,
                receiveWindowMilliseconds: configuration.receiveWindow.millisecondCount
            ),
            journal: journal,
            clock: clock,
            control: control,
            pulse: pulse,
            parent: parent,
            instrument: facts.instrument,
            feed: feed,
            account: opening.watch(.account, links.account, start),
            trade: Session.orderWatch(opening, links, start),
            courier: CourierEnd(courierMail, bell: courier?.bell),
            venueClock: facts.clock,
            timeSamples: timeWatch.samples(),
            reconciliation: Reconciliation(
                mail,
                bell: reconciler.bell,
                times: configuration.reconcilerTimes,
                opening: facts.position,
                now: start
            )
        )
        timeWatch.start()
        try reconciler.start()
        try courier?.start()
        trading.run()
        courier?.stop()
        reconciler.stop()
        timeWatch.stop()
        return trading.conclude(
            configuration,
            facts,
            startedAt: start,
            inquiry,
            protection,
            reconciler.stalls
        )
    }

    /// Keeps the order connection; nil where orders go by REST.
    private static func orderWatch(
        _ opening: LinkOpening,
        _ links: Links,
        _ start: Nanoseconds
    ) -> LinkWatch? {
        guard let id = links.trade else { return nil }
        return opening.watch(.trade, id, start)
    }

    private static func makeReconciler(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        _ inquiry: VenueInquiry,
        _ mail: ReconcilerMail,
        hot: Waker,
        _ pulse: HotPulse,
        _ start: Nanoseconds
    ) throws(SessionError) -> Reconciler {
        do {
            return try Reconciler(
                configuration.venue.rest,
                inquiry.requests,
                mail,
                session: configuration.session,
                instrument: facts.instrument,
                times: configuration.reconcilerTimes,
                fillsSince: start + facts.clock.offset,
                hot: hot,
                pulse: pulse,
                notice: configuration.notice,
                clock: inquiry.clock
            )
        } catch {
            throw .venue("\(error)")
        }
    }

    private static func makeTimeWatch(
        _ configuration: SessionConfiguration,
        _ requests: BybitREST
    ) throws(SessionError) -> VenueTimeWatch {
        do {
            return try VenueTimeWatch(
                configuration.venue.rest,
                requests,
                interval: configuration.timeInterval
            )
        } catch {
            throw .venue("\(error)")
        }
    }

    private static func makeLoop(
        _ configuration: SessionConfiguration
    ) throws(SessionError) -> EventLoop {
        var sizes = LoopConfiguration()
        // What is replaced lingers beside its successor, whose own end may linger, too.
        sizes.connections = 16 + 4 * configuration.lines
        sizes.waiting = configuration.waiting
        sizes.backend = configuration.backend
        sizes.stampsArrivals = configuration.stampsArrivals
        sizes.socketOptions = .watchful
        do {
            let loop = try EventLoop(sizes)
            if loop.backend.kind == .sockets { configuration.notice?("I/O: \(loop.backend)") }
            return loop
        } catch {
            throw .venue("\(error)")
        }
    }
}

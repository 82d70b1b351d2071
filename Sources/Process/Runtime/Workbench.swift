internal import CLinux
internal import Costs
internal import Engine
internal import Glibc
internal import Lines
internal import Orders
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

/// What a session needs around its engine, whether it begins or is gone on with: loop, clock,
/// questions to the venue, and the cold threads.
struct Workbench: ~Copyable {
    let configuration: SessionConfiguration
    let control: SessionControl
    private(set) var clock: TickClock
    /// The venue's clock minus this host's, where the work goes by the venue's.
    private(set) var hostError: Nanoseconds?
    var loop: EventLoop
    let persistence: Persistence

    init(
        _ configuration: SessionConfiguration,
        _ control: SessionControl
    ) throws(SessionError) {
        guard (1...8).contains(configuration.lines) else {
            throw .usage("market data comes over 1 to 8 lines, not \(configuration.lines)")
        }
        try Workbench.checkDescriptors()
        let loop = try Workbench.makeLoop(configuration)
        control.attach(loop.waker)
        self.configuration = configuration
        self.control = control
        clock = configuration.clock ?? TickClock()
        self.loop = loop
        persistence = Persistence(configuration, control)
    }

    /// File descriptors that a session may need: links that are replaced, the journal, questions.
    private static let descriptors: rlim_t = 64

    /// A session that runs out of descriptors on its way could not even ask what is left.
    private static func checkDescriptors() throws(SessionError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        if limit.rlim_cur < descriptors {
            throw .usage(
                "a session needs \(descriptors) file descriptors and may have \(limit.rlim_cur): "
                    + "raise `ulimit -n`, or LimitNOFILE in the service's unit"
            )
        }
    }

    /// The clock for cold threads.
    var now: @Sendable () -> Nanoseconds {
        let clock = clock
        return { clock.now }
    }

    /// Goes by the venue's clock from here on, which is `offset` ahead of this host's.
    mutating func adoptClock(_ offset: Nanoseconds) {
        let whole = (hostError ?? .zero) + offset
        hostError = whole
        clock = clock.ahead(by: offset)
        configuration.notice?(
            "the venue's clock is \(whole.millisecondCount) ms from ours: requests are stamped by "
                + "the venue's, and nothing new is sent; synchronise this host"
        )
    }

    /// Pins the hot thread; after the journal's thread was made, which would inherit the core.
    func pin() throws(SessionError) {
        if let core = configuration.core, sluice_pin_to_core(Int32(clamping: core)) != 0 {
            throw .usage("cannot pin the hot thread to core \(core)")
        }
    }

    /// What connects to the venue's REST service; a wish to stop ends its waiting for answers.
    var opener: InquiryLine.Opener {
        let (configuration, control) = (configuration, control)
        return { (loop: inout EventLoop) throws(SessionError) in
            let rest = configuration.venue.rest
            let endpoint = try Lookup.resolved(
                rest,
                by: Resolver.resolve,
                "\(rest.host):\(rest.port)",
                until: control
            )
            return try RESTLink(
                &loop,
                endpoint,
                patience: configuration.patience.answer,
                until: control
            )
        }
    }

    /// Connects to the venue's REST service.
    mutating func inquiry() throws(SessionError) -> VenueInquiry {
        VenueInquiry(
            link: try opener(&loop),
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
    }

    func decoder(_ instrument: Instrument) -> BybitDecoder {
        BybitDecoder(instruments: [instrument], session: configuration.session)
    }

    /// Where the connections lead. Asks the name server, so it may block.
    func opening(
        _ instrument: Instrument,
        _ protection: DisconnectProtection
    ) throws(SessionError) -> LinkOpening {
        LinkOpening(
            configuration: configuration,
            plan: try FeedPlan(configuration, instrument, until: control),
            category: instrument.category,
            protection: protection,
            account: try resolved(configuration.venue.account, "account"),
            trade: try resolved(configuration.venue.trade, "order"),
            clock: now,
            control: control
        )
    }

    private func resolved(_ endpoint: Endpoint, _ what: String) throws(SessionError) -> Endpoint {
        try Lookup.resolved(
            endpoint,
            by: configuration.resolve,
            "the \(what) connection",
            until: control
        )
    }

    /// Works a parent to its end on the calling thread, which becomes the hot thread.
    consuming func work(
        _ work: consuming SessionWork,
        _ facts: VenueFacts,
        _ inquiry: VenueInquiry,
        _ opening: LinkOpening,
        _ aides: Aides
    ) throws(SessionError) -> SessionOutcome {
        let start = clock.now
        do {
            try aides.reconciler.start()
            try aides.courier?.start()
        } catch {
            aides.reconciler.stop()
            // Nothing has left: there is nothing to recover.
            if !work.isRestart {
                _ = work.journal.close(now: start, control, nil)
                if work.journal.isClosed { control.clearMark() }
            }
            throw error
        }
        let (startedAt, isRestart) = (work.startedAt, work.isRestart)
        // After a restart the venue's word of now counts, and not that on record.
        let filters = AccountEvent.filters(of: facts.instrument)
        var beginning = work.beginning + filters.map { .account($0) }
        // The courier's connection is its own affair.
        if isRestart && aides.courier != nil { beginning.append(.link(.tradeUp)) }
        let names = NameWatch(
            [opening.plan.endpoint, opening.account, opening.trade],
            every: configuration.nameInterval,
            by: configuration.resolve
        )
        var trading = TradingLoop(
            loop: loop,
            engine: work.engine,
            decoder: BybitDecoder(
                instruments: [facts.instrument],
                session: configuration.session,
                depth: configuration.depth,
                isLenient: true
            ),
            encoder: BybitEncoder(
                instruments: [facts.instrument],
                session: configuration.session,
                isHedged: facts.position.isHedged,
                receiveWindowMilliseconds: configuration.receiveWindow.millisecondCount
            ),
            journal: work.journal,
            clock: clock,
            control: control,
            pulse: aides.pulse,
            parent: SessionControl.parent,
            instrument: facts.instrument,
            feed: Workbench.feed(configuration, opening, work.links, start),
            account: opening.watch(
                .account,
                work.links?.account,
                refusedTopics: work.links?.refusedTopics ?? [],
                start
            ),
            trade: Workbench.orderWatch(opening, work.links, start),
            courier: CourierEnd(aides.courierMail, bell: aides.courier?.bell),
            venueClock: facts.clock,
            venueOffset: aides.venueOffset,
            timeWatch: aides.timeWatch,
            names: names,
            reconciliation: Reconciliation(
                aides.mail,
                bell: aides.reconciler.bell,
                times: configuration.reconcilerTimes,
                opening: facts.position,
                now: start
            ),
            statements: StatementWatch(openingBase: facts.baseBalance)
        )
        trading.lastWordPatience = configuration.patience.lastWord
        trading.notice = configuration.notice
        aides.timeWatch.start()
        names.start()
        trading.run(beginning, facts.statements, isRestart: isRestart)
        aides.courier?.stop()
        aides.reconciler.stop()
        aides.timeWatch.stop()
        names.stop()
        let strays = aides.strayConnections + trading.strayConnections
        if strays > 0 {
            configuration.notice?(
                strays.counted("connection was", "connections were") + " lost sight of"
            )
        }
        var outcome = trading.conclude(
            configuration,
            facts,
            startedAt: startedAt,
            inquiry,
            opening.protection,
            aides.reconciler.stalls,
            troubles: aides.reconciler.troubles.texts
        )
        outcome.strayConnections = strays
        outcome.note(plannedFaults: facts.plannedFaults)
        return outcome
    }

    /// Keeps the order connection; nil where orders go by REST.
    private static func orderWatch(
        _ opening: LinkOpening,
        _ links: Links?,
        _ now: Nanoseconds
    ) -> LinkWatch? {
        if opening.configuration.venue.ordersByREST { return nil }
        return opening.watch(.trade, links?.trade, now)
    }

    private static func feed(
        _ configuration: SessionConfiguration,
        _ opening: LinkOpening,
        _ links: Links?,
        _ now: Nanoseconds
    ) -> MarketFeed {
        var times = configuration.lineTimes
        times.bookAge = min(times.bookAge, configuration.limits.maxBookAge)
        var feed = MarketFeed(
            lines: MarketLines(
                count: configuration.lines,
                times: times,
                seed: configuration.retrySeed
            ),
            opening.plan,
            now
        )
        if let links { feed.adopt(links.market, as: 0, now) }
        return feed
    }

    private static func makeLoop(
        _ configuration: SessionConfiguration
    ) throws(SessionError) -> EventLoop {
        var sizes = LoopConfiguration()
        // What is replaced lingers along with its successor, whose own end may linger, too.
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

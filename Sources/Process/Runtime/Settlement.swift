internal import Journal
internal import Orders
internal import Units
internal import Venues

/// What became of a session's orders when they were settled without an engine.
public struct Settlement: Encodable, Sendable {
    /// One order that the journal leaves open, that only the venue knows, or of which the two tell
    /// different fills.
    public struct Order: Encodable, Sendable {
        /// Its name at the venue.
        public var name: String
        /// What the journal knows of its fills, as a decimal; nil when it has no record.
        public var filledByJournal: String?
        /// What the venue knows of them.
        public var filledByVenue: String
        /// The venue's last word: "filled", "cancelled", "rejected", "absent", or "unknown".
        public var end: String

        /// Whether that is all of it.
        var isKnown: Bool { end != VenueOrders.unknown }
    }

    /// What is traded.
    public var symbol: String
    /// Orders that were open at the venue and were cancelled.
    public var cancelled: Int
    /// Orders without a last word on record, or with another than the venue's.
    public var orders: [Order]
    /// All fills of the session, signed, by the journal.
    public var filledByJournal: String
    /// The same by the venue's list.
    public var filledByVenue: String
    /// The venue's position; nil for spot. In hedge mode the long and the short one together.
    public var position: String?
    /// In hedge mode the long position; nil elsewhere.
    public var longPosition: String?
    /// In hedge mode the short position, which is negative; nil elsewhere.
    public var shortPosition: String?

    /// Whether the venue has said a last word on every order, its fills included.
    public var isComplete: Bool { orders.allSatisfy(\.isKnown) }
}

/// A journal's orders without an engine: what is open is cancelled and asked for.
enum Settler {
    /// Everything the journal has, as far as it can be read.
    private struct Record: ~Copyable {
        var state = JournalState()
        /// Whose journal it says that it is; nil where its header cannot be read.
        var name: String?
        var end: String
        var number: UInt64

        /// How long nobody has worked on it at `now`; zero where it does not tell.
        func downtime(_ now: Nanoseconds) -> Nanoseconds {
            state.now > .zero ? now - state.now : .zero
        }
    }

    /// Reads the journal of `session` and settles its orders at the venue. Where the journal does
    /// not tell what was traded, the venue is asked by the name that the session's orders bear.
    static func settle(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> RecoveryOutcome {
        let record = try read(session)
        if let name = record.name { try Recovery.check(name, of: session) }
        let made = record.state.session
        if let made { try Recovery.check(made.account, of: session.name, request) }
        guard let prefix = SessionPrefix(session.name) else {
            throw .venue(
                "\(session.first) does not tell whose orders it is about, and no session that "
                    + "traded is called \(session.name): what it may have left open is not known. "
                    + "Look for it at the venue, and move the journal away"
            )
        }
        let configuration = configuration(request, prefix, made?.instruments.first)
        var bench = try Workbench(configuration, control)
        let (reached, _) = try bench.reach(for: request.patience) { _, _ in }
        defer { reached.link.close(&bench.loop) }
        // What was on its way when the process ended has arrived by then, or never will.
        let settled = bench.clock.now + configuration.reconcilerTimes.settling
        var subject = try subject(&bench, reached, made, since: session.startedAt)
        if subject == nil {
            try awaitSettled(settled, session, &bench)
            subject = try self.subject(&bench, reached, made, since: session.startedAt)
        }
        guard let (traced, instrument) = subject else {
            return leave(session, record, request, configuration)
        }
        let inquiry = traced.knowing(names(record.state))
        let claim = try claim(instrument, session, configuration)
        defer { withExtendedLifetime(claim) {} }
        var cancelled = try inquiry.withdraw(&bench.loop, instrument) { _ in true }.children
        try awaitSettled(settled, session, &bench)
        let waited = Deadline(request.patience)
        var pause = Nanoseconds.milliseconds(100)
        var known: VenueOrders
        var orders: [Settlement.Order]
        while true {
            // A list may lag: what it has lost sight of comes off when it is seen.
            cancelled.formUnion(
                try inquiry.withdraw(&bench.loop, instrument) { _ in true }.children
            )
            known = try inquiry.orders(&bench.loop, instrument, since: session.startedAt)
            if record.state.parents.isEmpty, cancelled.isEmpty, known.updates.isEmpty,
                known.fills.isEmpty
            {
                return leave(session, record, request, configuration)
            }
            orders = self.orders(record.state, known, cancelled, instrument, prefix)
            if waited.isOver || orders.allSatisfy(\.isKnown) { break }
            bench.persistence.say(
                "the venue's lists do not tell every order of session \(session.name) whole",
                request.patience
            )
            bench.persistence.wait(min(pause, waited.rest))
            pause = min(pause + pause, configuration.patience.retry)
        }
        let position = try inquiry.position(&bench.loop, instrument, since: session.startedAt)
        let settlement = Settlement(
            symbol: instrument.symbol,
            cancelled: cancelled.count,
            orders: orders,
            filledByJournal: instrument.lot.text(net(record.state)),
            filledByVenue: instrument.lot.text(net(known)),
            position: instrument.category == .spot ? nil : instrument.lot.text(position.net.lots),
            longPosition: position[.long].map { instrument.lot.text($0.lots) },
            shortPosition: position[.short].map { instrument.lot.text($0.lots) }
        )
        var outcome = RecoveryOutcome(
            session: session.name,
            action: .settled,
            downtime: record.downtime(bench.clock.now),
            journalEnd: record.end,
            lastRecord: record.number,
            isRecorded: false
        )
        outcome.settlement = settlement
        if settlement.isComplete {
            outcome.isRecorded = mark(
                session,
                request,
                "settled: \(settlement.cancelled.counted("order")) cancelled; fills by the venue "
                    + "\(settlement.filledByVenue), by the journal \(settlement.filledByJournal)"
            )
        }
        return outcome
    }

    /// Takes off what `session` has open, by its name alone, asking once.
    ///
    /// - Returns: how many orders.
    static func withdraw(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> Int {
        guard let prefix = SessionPrefix(session.name) else { return 0 }
        let made = try read(session).state.session
        if let made { try Recovery.check(made.account, of: session.name, request) }
        var bench = try Workbench(configuration(request, prefix, made?.instruments.first), control)
        let (inquiry, _) = try bench.reach(for: .zero) { _, _ in }
        defer { inquiry.link.close(&bench.loop) }
        let subject = try subject(&bench, inquiry, made, since: session.startedAt)
        guard let (traced, instrument) = subject else { return 0 }
        return try traced.withdraw(&bench.loop, instrument) { _ in true }.orders
    }

    private static func configuration(
        _ request: RecoveryRequest,
        _ prefix: SessionPrefix,
        _ instrument: Instrument?
    ) -> SessionConfiguration {
        var configuration = SessionConfiguration(
            venue: request.venue,
            credentials: request.credentials,
            symbol: instrument?.symbol ?? "",
            category: instrument?.category,
            depth: 50,
            request: ParentRequest(
                side: .buy,
                quantity: "0",
                limit: nil,
                duration: .seconds(1),
                algorithm: .twap
            ),
            session: prefix
        )
        request.prepare(&configuration)
        return configuration
    }

    /// What the session traded: by its journal, else by the venue's lists; nil where neither tells.
    private static func subject(
        _ bench: inout Workbench,
        _ inquiry: VenueInquiry,
        _ made: JournalSession?,
        since start: Nanoseconds
    ) throws(SessionError) -> (VenueInquiry, Instrument)? {
        if let instrument = made?.instruments.first { return (inquiry, instrument) }
        guard let traced = try inquiry.traced(&bench.loop, since: start) else { return nil }
        return (traced, try traced.instrument(&bench.loop))
    }

    /// Waits until nothing can be on its way any more: before that, what the venue does not know
    /// may still come.
    private static func awaitSettled(
        _ settled: Nanoseconds,
        _ session: JournalFolder.Session,
        _ bench: inout Workbench
    ) throws(SessionError) {
        let rest = settled - bench.clock.now
        if rest > .zero {
            let text =
                "requests of session \(session.name) may be under way for another "
                + "\(max(1, rest.wholeSeconds)) s, and are waited for"
            bench.configuration.notice?(text)
            bench.control.waits(for: text)
        }
        defer { bench.control.waits(for: nil) }
        bench.wait(until: settled)
        if bench.clock.now < settled { throw .stopped("") }
    }

    /// Ends a session of which neither the journal nor the venue knows an order.
    private static func leave(
        _ session: JournalFolder.Session,
        _ record: borrowing Record,
        _ request: RecoveryRequest,
        _ configuration: SessionConfiguration
    ) -> RecoveryOutcome {
        let text =
            "no order is on record, and the venue lists none named \(session.name)-… "
            + "(asked as \(request.account))"
        configuration.notice?("session \(session.name): \(text)")
        return RecoveryOutcome(
            session: session.name,
            action: .nothingBegun,
            downtime: .zero,
            journalEnd: record.end,
            lastRecord: record.number,
            isRecorded: mark(session, request, text)
        )
    }

    private static func read(
        _ session: JournalFolder.Session
    ) throws(SessionError) -> Record {
        var record = Record(end: "", number: 0)
        do throws(JournalError) {
            var reader = try JournalReader(session.first)
            record.name = reader.header.session
            do throws(JournalError) {
                while let entry = try reader.next() { record.state.apply(entry) }
                record.end = reader.end?.text ?? ""
            } catch {
                record.end = "\(error)"
            }
            record.number = reader.lastNumber
        } catch {
            if case .system = error { throw .usage("the journal: \(error)") }
            record.end = "\(error)"
        }
        return record
    }

    /// Claims what is taken off, for a journal may be a copy, whose lock its session does not hold.
    /// Where another session works it, nothing of its own is touched: it is told, and done without.
    private static func claim(
        _ instrument: Instrument,
        _ session: JournalFolder.Session,
        _ configuration: SessionConfiguration
    ) throws(SessionError) -> TradeClaim? {
        try configuration.claim(instrument, isRecorded: true) { holder in
            guard JournalHolder.isOther(holder, than: session.name) else { return false }
            configuration.notice?(
                "process \(holder) works \(instrument.symbol) for this account with another "
                    + "session: only orders named \(session.name)-… are taken off"
            )
            return true
        }
    }

    /// The journal's children by the venue's ids.
    private static func names(_ state: borrowing JournalState) -> [ExternalID: ChildID] {
        var names: [ExternalID: ChildID] = [:]
        for child in state.children where !child.orderID.isEmpty { names[child.orderID] = child.id }
        return names
    }

    /// Children whose last word is not on record or of which the venue tells other fills, and those
    /// that only the venue knows.
    ///
    /// - Parameter cancelled: what it had open, whatever its lists tell of that afterwards.
    private static func orders(
        _ state: borrowing JournalState,
        _ known: VenueOrders,
        _ cancelled: Set<ChildID>,
        _ instrument: Instrument,
        _ prefix: SessionPrefix
    ) -> [Settlement.Order] {
        let lot = instrument.lot
        var recorded: [ChildID: ChildOrder] = [:]
        for child in state.children { recorded[child.id] = child }
        let open = state.children.filter {
            $0.state != .ended || !$0.isSettled || known.filled($0.id) != $0.filled
                || cancelled.contains($0.id)
        }
        let unrecorded = cancelled.union(known.updates.keys).union(known.fills.keys)
            .filter { recorded[$0] == nil }
            .sorted { $0.number < $1.number }
        return (open.map(\.id) + unrecorded).map { id in
            let record = recorded[id]
            let wasOpen = cancelled.contains(id)
            return Settlement.Order(
                name: OrderLinkID.text(id, prefix),
                filledByJournal: record.map { lot.text($0.filled.lots) },
                filledByVenue: lot.text(known.filled(id).lots),
                end: known.end(of: id, record, wasOpen: wasOpen)
            )
        }
    }

    private static func net(_ state: borrowing JournalState) -> Int64 {
        state.children.reduce(0) { $0 + $1.side.sign * $1.filled.lots }
    }

    private static func net(_ known: VenueOrders) -> Int64 {
        known.fills.values.joined().reduce(0) { $0 + $1.side.sign * $1.quantity.lots }
    }

    /// Notes next to the journal that nothing of it is left to do.
    private static func mark(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ text: String
    ) -> Bool {
        do {
            try JournalFolder.settle(session, in: request.journal.directory, text: text)
            return true
        } catch {
            return false
        }
    }
}

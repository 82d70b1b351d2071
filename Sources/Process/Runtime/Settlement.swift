internal import Journal
internal import Orders
internal import Units
internal import Venues

/// What became of a session's orders when they were settled without an engine.
public struct Settlement: Encodable, Sendable {
    /// One order that the journal leaves open, or that only the venue knows.
    public struct Order: Encodable, Sendable {
        /// Its name at the venue.
        public var name: String
        /// What the journal knows of its fills, as a decimal; nil when it has no record.
        public var filledByJournal: String?
        /// What the venue knows of them.
        public var filledByVenue: String
        /// The venue's last word: "filled", "cancelled", "rejected", "absent", or "unknown".
        public var end: String
    }

    /// What is traded.
    public var symbol: String
    /// Orders that were open at the venue and were cancelled.
    public var cancelled: Int
    /// Orders without a last word on record.
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

    /// Whether the venue has said a last word on every order.
    public var isComplete: Bool { orders.allSatisfy { $0.end != "unknown" } }
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
            try awaitSettled(settled, &bench)
            subject = try self.subject(&bench, reached, made, since: session.startedAt)
        }
        guard let (inquiry, instrument) = subject else {
            return leave(session, record, request, configuration)
        }
        // A journal may be a copy, whose lock its session does not hold.
        let claim = try configuration.claim(instrument)
        defer { withExtendedLifetime(claim) {} }
        let cancelled = try inquiry.withdraw(&bench.loop, instrument) { _ in true }
        try awaitSettled(settled, &bench)
        let late = try inquiry.withdraw(&bench.loop, instrument) { _ in true }
        let known = try inquiry.orders(&bench.loop, instrument, since: session.startedAt)
        if record.state.parents.isEmpty, known.updates.isEmpty, known.fills.isEmpty {
            return leave(session, record, request, configuration)
        }
        let position = try inquiry.position(&bench.loop, instrument, since: session.startedAt)
        let settlement = Settlement(
            symbol: instrument.symbol,
            cancelled: cancelled.orders + late.orders,
            orders: orders(record.state, known, instrument, prefix),
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
        request.adjust(&configuration)
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
        _ bench: inout Workbench
    ) throws(SessionError) {
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

    /// Children whose last word is not on record, and those that only the venue knows.
    private static func orders(
        _ state: borrowing JournalState,
        _ known: VenueOrders,
        _ instrument: Instrument,
        _ prefix: SessionPrefix
    ) -> [Settlement.Order] {
        let lot = instrument.lot
        var recorded: [ChildID: ChildOrder] = [:]
        for child in state.children { recorded[child.id] = child }
        let open = state.children.filter { $0.state != .ended || !$0.isSettled }.map(\.id)
        let unrecorded = Set(known.updates.keys).union(known.fills.keys)
            .filter { recorded[$0] == nil }
            .sorted { $0.number < $1.number }
        return (open + unrecorded).map { id in
            Settlement.Order(
                name: OrderLinkID.text(id, prefix),
                filledByJournal: recorded[id].map { lot.text($0.filled.lots) },
                filledByVenue: lot.text(known.filled(id).lots),
                end: known.end(of: id)
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

extension VenueOrders {
    /// What the venue's list of fills says of one order.
    func filled(_ child: ChildID) -> Quantity {
        (fills[child] ?? []).reduce(.zero) { $0 + $1.quantity }
    }

    /// The venue's last word on an order. One that it knows nothing of is absent: it is asked when
    /// no request can be on its way any more.
    fileprivate func end(of child: ChildID) -> String {
        if let status = updates[child]?.status {
            return status.isTerminal ? "\(status)" : "unknown"
        }
        return fills[child] == nil ? "absent" : "filled"
    }
}

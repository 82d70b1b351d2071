internal import Engine
internal import Glibc
internal import Journal
internal import Orders
internal import Replay
internal import Units
internal import Venues

/// A session as its journal leaves it: replayed to its last whole record.
struct RecordedSession: ~Copyable {
    var replay: Replay
    let name: String
    let prefix: SessionPrefix

    /// Reads the journal of `session`, which must be of the venue and key of `request`.
    ///
    /// - Returns: nil when it is damaged in its middle: then no engine is in the recorded one's
    ///   state.
    static func read(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest
    ) throws(SessionError) -> RecordedSession? {
        let name = session.name
        guard let prefix = SessionPrefix(session.name) else {
            throw .usage("\(session.first): \(session.name) is no session that traded")
        }
        var replay: Replay
        do {
            replay = try Replay.open(session.first, pastGaps: true)
        } catch {
            throw .usage(
                "the journal: \(error). Look for open orders named \(name)-… at the venue and "
                    + "cancel them there, then move the journal away"
            )
        }
        try Recovery.check(replay.session.name, of: session)
        try Recovery.check(replay.session.account, of: name, request)
        guard replay.session.behaviour == Engine.behaviour else {
            throw .refused(
                "session \(name) was recorded by an engine of behaviour "
                    + "\(replay.session.behaviour), this one has \(Engine.behaviour): use build "
                    + "\(replay.session.build), or --policy settle"
            )
        }
        do {
            try replay.run()
        } catch {
            throw .usage("the journal: \(error)")
        }
        if let difference = replay.difference {
            throw .refused(
                "session \(name): this engine decides otherwise at record \(difference.number): "
                    + "use build \(replay.session.build), or --policy settle"
            )
        }
        if case .corrupt = replay.end { return nil }
        return RecordedSession(replay: replay, name: name, prefix: prefix)
    }

    /// Whether a parent is on record. Where none is, that may be the end of a record that was cut
    /// off: there is no engine to go on with, and the venue knows.
    var hasParent: Bool { replay.counts.parents > 0 }

    /// Goes on with it, or stops it, as `request` says.
    consuming func recover(
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> RecoveryOutcome {
        guard let tail = replay.tail else {
            let end = replay.end?.text ?? "unread"
            throw .usage("session \(name) has ended: its journal is \(end)")
        }
        var outcome = RecoveryOutcome(
            session: name,
            action: .resumed,
            downtime: .zero,
            journalEnd: replay.end?.text ?? "",
            lastRecord: tail.number,
            isRecorded: true
        )
        var configuration = configuration(request)
        request.prepare(&configuration)
        configuration.journal = nil
        let request = heedStop(request, control, configuration)
        var bench = try Workbench(configuration, control)
        var (inquiry, facts) = try bench.reach(for: request.patience) {
            (inquiry, loop) throws(SessionError) in try inquiry.facts(&loop)
        }
        try awaitClock(bench.now, request)
        try adoptInstrument(&facts)
        let claim = try configuration.claim(facts.instrument, isRecorded: true)
        defer { withExtendedLifetime(claim) {} }
        let isStopped = request.policy != .resume || bench.hostError != nil
        let strays = try strays(&bench.loop, inquiry, tail, all: isStopped)
        let protection: DisconnectProtection
        do throws(SessionError) {
            protection = try inquiry.protect(&bench.loop, configuration)
        } catch {
            // It goes on without: what is open has waited long enough.
            guard case .venue(let why) = error else { throw error }
            protection = .refused(why)
        }
        inquiry.link.close(&bench.loop)
        let opening = try bench.opening(facts.instrument, protection)
        let aides = try bench.aides(facts, inquiry, fillsSince: fillsSince(tail))

        var journal = SessionJournal()
        var journalFault: String?
        do {
            var settings = request.journal
            settings.sync = replay.session.sync
            journal = try SessionJournal(settings, resuming: tail, waker: bench.loop.waker)
        } catch {
            journalFault = error.text
            outcome.isRecorded = false
        }
        try bench.pin()
        let now = bench.clock.now
        outcome.downtime = now - replay.now
        var beginning: [EngineEvent] = [
            .link(.restarted), .account(.clockError(facts.clock.uncertainty)),
        ]
        let parent = SessionControl.parent
        if replay.knowsOpening {
            facts.position = replay.engine.opening(facts.instrument.id)
        } else {
            // Killed before its first order on record: what there is was there before.
            let undone = Quantity(lots: -abs(strays.filledLots))
            let side = strays.filledLots < 0 ? Side.sell : .buy
            let reduceOnly = replay.engine.facts(of: parent).order.reduceOnly
            facts.position = facts.position.adding(side, undone, reduceOnly: reduceOnly)
            beginning.append(.account(facts.opening))
        }
        beginning += strays.events
        outcome.adopted = strays.orders
        outcome.missing = replay.gap.map { $0.lost.market + $0.lost.orders } ?? 0
        if replay.engine.state(of: parent).isFinal {
            outcome.action = .reconciled
        } else if let reason = reasonToStop(
            request,
            control,
            now,
            journalFault,
            isClockOff: bench.hostError != nil
        ) {
            outcome.action = .stopped
            outcome.reason = reason
            beginning.append(.control(.cancel(parent)))
        } else {
            outcome.action = .resumed
        }
        let unrecorded = replay.unrecorded
        let isRecordWhole = replay.session.sync == .durable && strays.isRecordWhole
        var work = SessionWork(
            engine: replay.handOver(),
            journal: journal,
            links: nil,
            beginning: beginning,
            isRestart: true,
            startedAt: tail.startedAt
        )
        work.record(unrecorded: unrecorded, isWhole: isRecordWhole, now: now)
        var session = try bench.work(work, facts, inquiry, opening, aides)
        if let journalFault {
            session.add("the journal could not be continued, so it stays open: \(journalFault)")
        }
        outcome.outcome = session
        return outcome
    }
}

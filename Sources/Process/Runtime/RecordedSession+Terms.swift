internal import Algos
internal import Engine
internal import Glibc
internal import Journal
internal import Orders
internal import Replay
internal import Transport
internal import Units
internal import Venues

/// On what terms a recorded session is gone on with.
extension RecordedSession {
    /// How far before the last record fills are asked for again, beyond the time for which a
    /// connection may have been away. What was missed longer ago has been asked for.
    private static let fillMargin = Nanoseconds.seconds(300)

    /// The session's own configuration, as far as it is on record.
    func configuration(_ request: RecoveryRequest) -> SessionConfiguration {
        let instrument = replay.session.instruments[0]
        let facts = replay.engine.facts(of: SessionControl.parent)
        let order = facts.order
        var configuration = SessionConfiguration(
            venue: request.venue,
            credentials: request.credentials,
            symbol: instrument.symbol,
            category: instrument.category,
            depth: 50,
            request: ParentRequest(
                side: order.side,
                quantity: instrument.lot.text(order.quantity.lots),
                limit: order.limit.map { instrument.tick.text($0.ticks) },
                duration: order.endsAt - order.startsAt,
                // The engine has its plan; this is for readers of the configuration.
                algorithm: .twap
            ),
            session: prefix
        )
        if let origin = EngineOrigin(bytes: replay.session.configuration) {
            configuration.limits.maxBookAge = origin.configuration.limits.maxBookAge
            configuration.lineTimes.bookAge = origin.configuration.limits.maxBookAge
        }
        return configuration
    }

    /// The engine's time never runs back: waits for a clock that is a little behind.
    func awaitClock(
        _ clock: () -> Nanoseconds,
        _ request: RecoveryRequest
    ) throws(SessionError) {
        let behind = replay.now - clock()
        guard behind <= request.clockPatience else {
            throw .usage(
                "this host's clock is \(behind.inSeconds) s behind the last record of session "
                    + "\(name): set it"
            )
        }
        while clock() <= replay.now { usleep(1_000) }
    }

    /// From when on the venue is asked for fills.
    func fillsSince(_ tail: JournalTail) -> Nanoseconds {
        let origin = EngineOrigin(bytes: replay.session.configuration)
        let away = origin?.configuration.linkPatience ?? .zero
        return max(tail.startedAt, replay.now - RecordedSession.fillMargin - away)
    }

    /// The request, but that a parent is stopped which was to stop before: its journal may not
    /// tell. A stop from here on is marked, too.
    func heedStop(
        _ request: RecoveryRequest,
        _ control: SessionControl,
        _ configuration: SessionConfiguration
    ) -> RecoveryRequest {
        guard let mark = configuration.stopMark else { return request }
        control.keep(mark)
        var request = request
        if let words = mark.words {
            configuration.notice?("session \(name) was to end (\(words)): its parent is stopped")
            request.policy = .halt
        } else if request.policy != .resume {
            mark.set("stopped by a recovery")
        }
        return request
    }

    /// Why the parent is not gone on with; nil when it is.
    func reasonToStop(
        _ request: RecoveryRequest,
        _ control: SessionControl,
        _ now: Nanoseconds,
        _ journalFault: String?,
        isClockOff: Bool
    ) -> RecoveryOutcome.Reason? {
        let downtime = now - replay.now
        if request.policy != .resume || control.isStopAsked { return .asked }
        if journalFault != nil { return .unrecorded }
        if isClockOff { return .clockIsOff }
        if now >= replay.engine.facts(of: SessionControl.parent).order.endsAt { return .timeIsOver }
        if downtime > request.resumeWithin { return .awayTooLong }
        return nil
    }

    /// Orders that the venue may have without a record: every one that is open is cancelled, and
    /// what the venue knows of each is for the engine to be told.
    ///
    /// - Parameter all: whether those on record are cancelled, too, before anything is asked: the
    ///   parent is stopped.
    /// - Returns: nothing where an order waited for its record, and the venue has none beyond the
    ///   record. A disk may have lost its end all the same.
    func strays(
        _ loop: inout EventLoop,
        _ inquiry: VenueInquiry,
        _ tail: JournalTail,
        all: Bool
    ) throws(SessionError) -> Strays {
        let waited = replay.session.sync == .durable && (replay.gap?.lost.orders ?? 0) == 0
        let instrument = replay.session.instruments[0]
        let next = replay.engine.nextChild
        let recorded = next - UInt32(replay.unrecorded.count { $0.operation == .place })
        let withdrawal = try inquiry.withdraw(&loop, instrument) {
            all && !waited || $0.number >= recorded
        }
        let known = try inquiry.orders(&loop, instrument, since: fillsSince(tail))
        let order = replay.engine.facts(of: SessionControl.parent).order
        var strays = Strays()
        if !waited || known.goes(beyond: recorded, of: order.id) {
            strays = try known.strays(from: next, of: order)
            strays.isRecordWhole = false
        }
        strays.events += withdrawal.spent.map { .account(.spent($0)) }
        return strays
    }

    /// Puts the recorded instrument in the place of the venue's, which must not have changed.
    func adoptInstrument(_ facts: inout VenueFacts) throws(SessionError) {
        let recorded = replay.session.instruments[0]
        guard facts.instrument.tick == recorded.tick, facts.instrument.lot == recorded.lot else {
            throw .refused(
                "\(recorded.symbol) has another tick or lot than when session \(name) began: "
                    + "--policy settle takes its orders off"
            )
        }
        facts.instrument = recorded
    }
}

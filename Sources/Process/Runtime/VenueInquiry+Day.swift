internal import Engine
internal import Transport
internal import Units
internal import Venues

extension VenueInquiry {
    /// What the account's fills of the present day (UTC) have brought, by the venue's own list, of
    /// every symbol that is paid in the instrument's quote coin and by whatever session.
    ///
    /// The list of fills is the one that the venue keeps to the moment and that tells every fee; a
    /// statement of closed positions leaves out what is open.
    func today(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> DayTally {
        let now = stamp.now
        let begin = now - Nanoseconds(now.count % Nanoseconds.day.count)
        var tally = DayTally(instrument)
        for category in ProductCategory.allCases {
            do {
                try add(category, since: begin, until: now, to: &tally, &loop)
            } catch {
                // A key that may not trade the other class is not told of it.
                guard case .denied = error, category != instrument.category else { throw error }
            }
        }
        return tally
    }

    private func add(
        _ category: ProductCategory,
        since begin: Nanoseconds,
        until end: Nanoseconds,
        to tally: inout DayTally,
        _ loop: inout EventLoop
    ) throws(SessionError) {
        let service = "execution/list"
        try PageWalk.follow(service) { (cursor) throws(SessionError) in
            let body = try call(
                &loop,
                service,
                requests.executions(
                    category,
                    symbol: nil,
                    since: begin,
                    until: end,
                    cursor: cursor,
                    at: stamp.now
                )
            )
            let page = try SessionError.reading(service) { () throws(BybitReplyError) in
                try tally.add(body, category)
            }
            return PageWalk.Page(next: page.next, entries: page.entries)
        }
    }
}

extension Nanoseconds {
    static var day: Nanoseconds { .seconds(86_400) }
}

/// The day's account, as it stood when a session began.
struct EarlierDay {
    let tally: DayTally
    /// Of which day, counted from 1970.
    let number: Int64

    init(_ tally: DayTally, at now: Nanoseconds) {
        self.tally = tally
        number = now.count / Nanoseconds.day.count
    }

    /// What the engine is told of it; nil once another day has begun.
    func event(_ instrument: Instrument, at now: Nanoseconds) -> EngineEvent? {
        guard now.count / Nanoseconds.day.count == number else { return nil }
        let (moved, cash) = (tally.moved, tally.brought)
        return .account(.earlierToday(instrument.id, moved: moved, cash: cash))
    }

    /// Why no parent begins under `limit`, the largest loss of a day; nil when one may.
    func objection(_ limit: Amount, _ instrument: Instrument) -> SessionError? {
        guard tally.loss > limit else { return nil }
        return .refused(
            "the account has lost \(instrument.words(tally.loss)) since 00:00 UTC, and "
                + "max_daily_loss is \(instrument.words(limit)): wait for the next day, or raise it"
        )
    }
}

internal import Book
internal import Orders
internal import Transport
internal import Units
internal import Venues

/// What the venue lists: positions, coins, orders, fills, bars.
extension VenueInquiry {
    /// Our position. Spot has none: there it is what this session's fills since `start` come
    /// to by the venue's own list.
    func position(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        since start: Nanoseconds
    ) throws(SessionError) -> VenuePosition {
        if category == .spot {
            let lots = try executions(&loop, instrument, since: start).reduce(0) {
                $0 + $1.side.sign * $1.quantity.lots
            }
            return .oneWay(Quantity(lots: lots))
        }
        return try positions(&loop, instrument).held
    }

    func positions(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> BybitReplies.PositionList {
        try ask(&loop, "position", requests.position(symbol: symbol, at: stamp.now)) {
            (body) throws(BybitReplyError) in try BybitReplies.position(body, instrument)
        }
    }

    /// What the wallet holds; nil where the venue does not say. Where it matters the gate holds
    /// orders back until it has.
    func wallet(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> WalletStatement? {
        let coins = [instrument.quoteCoin, instrument.baseCoin]
        let answer = try answer(
            &loop,
            "wallet-balance",
            requests.wallet(coins: coins, at: stamp.now)
        )
        guard answer.status == 200, let wallet = try? BybitReplies.wallet(answer.body) else {
            return nil
        }
        return wallet.statement(for: instrument, at: BybitReplies.time(answer.body))
    }

    /// This session's open orders, how many are not ours, and which other sessions of Sluice
    /// these bear the names of.
    ///
    /// - Parameter page: does what cannot wait for the whole list with our orders of each page.
    func openOrders(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        page attend: (inout EventLoop, [OrderUpdate]) throws(SessionError) -> Void = { _, _ in }
    ) throws(SessionError) -> (own: [OrderUpdate], foreign: Int, sessions: [SessionPrefix]) {
        var own: [OrderUpdate] = []
        var foreign = 0
        var sessions: [SessionPrefix] = []
        try PageWalk.follow("order/realtime") { (cursor) throws(SessionError) in
            let (body, page) = try ask(
                &loop,
                "order/realtime",
                requests.openOrders(category, symbol: symbol, cursor: cursor, at: stamp.now)
            ) { (body) throws(BybitReplyError) in
                (body, try BybitReplies.orders(body, [instrument], session, named: names))
            }
            let open = page.entries.filter { !$0.status.isTerminal }
            try attend(&loop, open)
            own += open
            foreign += page.foreign
            if page.foreign > 0 {
                // For a notice alone: what cannot be read of it is no reason to stop.
                let others = (try? BybitReplies.sessions(body, otherThan: session)) ?? []
                sessions += others.filter { !sessions.contains($0) }
            }
            return page.place
        }
        return (own, foreign, sessions)
    }

    /// This session's fills since `start`, by the venue's own list.
    func executions(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        since start: Nanoseconds
    ) throws(SessionError) -> [Execution] {
        var fills: [Execution] = []
        let service = "execution/list"
        try walk(service, since: start) { (span, cursor) throws(SessionError) in
            let page = try ask(
                &loop,
                service,
                requests.executions(
                    category,
                    symbol: symbol,
                    since: span.start,
                    until: span.end,
                    cursor: cursor,
                    at: stamp.now
                )
            ) { (body) throws(BybitReplyError) in
                try BybitReplies.executions(body, [instrument], session, named: names)
            }
            fills += page.entries
            return page.place
        }
        return fills
    }

    /// A span of time that one list of the past is of; without an end up to now.
    typealias ListSpan = (start: Nanoseconds, end: Nanoseconds?)

    /// A list of the past is of seven days at most; these are shorter by what clocks may differ.
    static var longestSpan: Nanoseconds { .seconds(6 * 86_400) }

    /// Follows every page of a list of the past, the newest first, in as many spans as it takes.
    ///
    /// - Parameter start: zero where it is not known: then as far back as one list goes.
    func walk(
        _ list: String,
        since start: Nanoseconds,
        _ page: (ListSpan, _ cursor: String) throws(SessionError) -> PageWalk.Page
    ) throws(SessionError) {
        let longest = VenueInquiry.longestSpan
        // What happened a little earlier by one clock was a little later by the other.
        let first = start > .zero ? start - .seconds(5) : stamp.now - longest
        var end: Nanoseconds?
        while true {
            let from = max(first, (end ?? stamp.now) - longest)
            try PageWalk.follow(list) { (cursor) throws(SessionError) in
                try page((from, end), cursor)
            }
            if from <= first { return }
            end = from
        }
    }

    /// Past bars, oldest first: as many of `minutes` as the venue gives at once.
    func klines(_ loop: inout EventLoop, minutes: Int) throws(SessionError) -> [Kline] {
        let body = try link.call(
            &loop,
            "kline",
            requests.klines(category, symbol: symbol, intervalMinutes: minutes, limit: 1_000)
        )
        return try SessionError.reading("kline") { () throws(BybitReplyError) in
            try BybitReplies.klines(body)
        }
    }
}

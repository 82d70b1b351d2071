internal import Book
internal import Engine
internal import Lines
internal import Orders
internal import Transport
internal import Units
internal import Venues

/// What the venue says before a session trades.
struct VenueFacts {
    /// How far its clock is ahead of ours.
    var clock: VenueClock
    var instrument: Instrument
    var fees: FeeSchedule
    /// Our position; flat for spot, which has none.
    var position: VenuePosition
    /// What the engine is told of the position before its first order.
    var opening: AccountEvent {
        switch position {
        case .oneWay(let lots): .opening(instrument.id, lots)
        case .hedged(let long, let short):
            .openingHedged(instrument.id, long: long, short: short)
        }
    }
    /// What the venue states of positions and coins: of each position where it would liquidate, and
    /// what the account is worth.
    var statements: [AccountStatement] = []
    /// What the wallet holds of the base coin, in spot; nil where the venue does not say.
    var baseBalance: Amount?
    /// The largest value of a position that the venue allows of the instrument; nil for unknown.
    var largestPosition: Amount?
    /// Orders at the venue that are not this session's. They are left alone.
    var foreignOrders: Int
}

/// The questions a session asks the venue, before and after it trades.
struct VenueInquiry {
    /// A clock further off than this gets orders refused: stop before, not after.
    private static let maxClockOffset = Nanoseconds.milliseconds(500)
    /// Pages of risk tiers that are followed.
    private static let tierPages = 20
    /// Questions for the time at the start.
    private static let timeQuestions = 5

    let link: RESTLink
    let requests: BybitREST
    private(set) var category: ProductCategory
    let symbol: String
    let session: SessionPrefix
    let clock: @Sendable () -> Nanoseconds

    init(
        link: RESTLink,
        requests: BybitREST,
        category: ProductCategory,
        symbol: String,
        session: SessionPrefix,
        clock: @escaping @Sendable () -> Nanoseconds
    ) {
        self.link = link
        self.requests = requests
        self.category = category
        self.symbol = symbol
        self.session = session
        self.clock = clock
    }

    /// The same questions over another connection.
    func over(_ link: RESTLink) -> VenueInquiry {
        VenueInquiry(
            link: link,
            requests: requests,
            category: category,
            symbol: symbol,
            session: session,
            clock: clock
        )
    }

    /// Asks for everything a session needs to know.
    func facts(_ loop: inout EventLoop) throws(SessionError) -> VenueFacts {
        let before = clock()
        let venueClock = try venueClock(&loop)
        let instrument = try instrument(&loop)
        let feeBody = try link.call(
            &loop,
            "fee-rate",
            requests.feeRate(category, symbol: symbol, at: clock())
        )
        let fees = try read("fee-rate") { () throws(BybitReplyError) in
            try BybitReplies.feeRate(feeBody, symbol: symbol)
        }
        var statements: [AccountStatement] = []
        let position: VenuePosition
        if category == .spot {
            position = try self.position(&loop, instrument, since: before)
        } else {
            let list = try positions(&loop, instrument)
            position = list.held
            statements = list.positions.map { .position($0) }
        }
        if let wallet = try wallet(&loop, instrument) { statements.append(.wallet(wallet)) }
        return VenueFacts(
            clock: venueClock,
            instrument: instrument,
            fees: fees,
            position: position,
            statements: statements,
            largestPosition: try largestPosition(&loop),
            foreignOrders: try openOrders(&loop, instrument).foreign
        )
    }

    /// The limit of the highest risk tier: beyond it the venue takes no order.
    func largestPosition(_ loop: inout EventLoop) throws(SessionError) -> Amount? {
        if category == .spot { return nil }
        var largest: Amount?
        var cursor = ""
        for _ in 0..<VenueInquiry.tierPages {
            let request = requests.riskLimit(symbol: symbol, cursor: cursor)
            let answer = try link.answer(&loop, "risk-limit", request)
            // It is one bound more: without it the venue's own refusal holds.
            guard answer.status == 200,
                let tiers = try? BybitReplies.riskTiers(answer.body, symbol: symbol)
            else { return largest }
            largest = tiers.map(\.limit).max().map { max($0, largest ?? .zero) } ?? largest
            let next = (try? BybitReplies.nextPage(answer.body)) ?? ""
            if next.isEmpty || next == cursor { break }
            cursor = next
        }
        return largest
    }

    /// Asks for the time, several times: the quickest answer bounds the error best.
    private func venueClock(_ loop: inout EventLoop) throws(SessionError) -> VenueClock {
        var estimate = VenueClock()
        for _ in 0..<VenueInquiry.timeQuestions {
            let sent = clock()
            let body = try link.call(&loop, "time", requests.serverTime())
            let received = clock()
            let time = try read("time") { () throws(BybitReplyError) in
                try BybitReplies.serverTime(body)
            }
            estimate.add(TimeSample(sent: sent, received: received, venue: time))
        }
        guard abs(estimate.offset.count) <= VenueInquiry.maxClockOffset.count else {
            throw .venue(
                "the venue's clock is \(estimate.offset.millisecondCount) ms from ours: "
                    + "synchronise this host"
            )
        }
        return estimate
    }

    /// Settles on the first product class in which the venue trades the symbol.
    mutating func findCategory(_ loop: inout EventLoop) throws(SessionError) {
        for candidate in ProductCategory.allCases {
            category = candidate
            do {
                _ = try instrument(&loop)
                return
            } catch {
                guard case .usage = error else { throw error }
            }
        }
        throw .usage("the venue does not trade \(symbol)")
    }

    private func instrument(_ loop: inout EventLoop) throws(SessionError) -> Instrument {
        let body = try link.call(
            &loop,
            "instruments-info",
            requests.instrumentsInfo(category, symbol: symbol)
        )
        do {
            return try BybitReplies.instrument(
                body,
                category,
                symbol: symbol,
                id: InstrumentID(0)
            )
        } catch {
            switch error {
            case .unknownSymbol, .refused(code: 10_001, message: _):
                throw .usage("the venue does not trade \(symbol) in category \(category.name)")
            case .refused, .malformed:
                throw .venue("instruments-info: \(error)")
            }
        }
    }

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

    private func positions(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> BybitReplies.PositionList {
        let request = requests.position(symbol: symbol, at: clock())
        let body = try link.call(&loop, "position", request)
        return try read("position") { () throws(BybitReplyError) in
            try BybitReplies.position(body, instrument)
        }
    }

    /// What the wallet holds; nil where the venue does not say. Where it matters the gate holds
    /// orders back until it has.
    private func wallet(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> WalletStatement? {
        let coins = [instrument.quoteCoin, instrument.baseCoin]
        let request = requests.wallet(coins: coins, at: clock())
        let answer = try link.answer(&loop, "wallet-balance", request)
        guard answer.status == 200, let wallet = try? BybitReplies.wallet(answer.body) else {
            return nil
        }
        return wallet.statement(for: instrument, at: BybitReplies.time(answer.body))
    }

    /// This session's open orders, and how many are somebody else's.
    func openOrders(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> (own: [OrderUpdate], foreign: Int) {
        var own: [OrderUpdate] = []
        var foreign = 0
        var cursor = ""
        repeat {
            let body = try link.call(
                &loop,
                "order/realtime",
                requests.openOrders(category, symbol: symbol, cursor: cursor, at: clock())
            )
            let page = try read("order/realtime") { () throws(BybitReplyError) in
                try BybitReplies.orders(body, [instrument], session)
            }
            own += page.entries.filter { !$0.status.isTerminal }
            foreign += page.foreign
            cursor = page.cursor == cursor ? "" : page.cursor
        } while !cursor.isEmpty
        return (own, foreign)
    }

    /// This session's fills since `start`, by the venue's own list.
    func executions(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        since start: Nanoseconds
    ) throws(SessionError) -> [Execution] {
        var fills: [Execution] = []
        var cursor = ""
        repeat {
            let request = requests.executions(
                category,
                symbol: symbol,
                since: start - .seconds(5),
                cursor: cursor,
                at: clock()
            )
            let body = try link.call(&loop, "execution/list", request)
            let page = try read("execution/list") { () throws(BybitReplyError) in
                try BybitReplies.executions(body, [instrument], session)
            }
            fills += page.entries
            cursor = page.cursor == cursor ? "" : page.cursor
        } while !cursor.isEmpty
        return fills
    }

    /// Past bars, oldest first: as many of `minutes` as the venue gives at once.
    func klines(_ loop: inout EventLoop, minutes: Int) throws(SessionError) -> [Kline] {
        let body = try link.call(
            &loop,
            "kline",
            requests.klines(category, symbol: symbol, intervalMinutes: minutes, limit: 1_000)
        )
        return try read("kline") { () throws(BybitReplyError) in
            try BybitReplies.klines(body)
        }
    }

    private func read<Result>(
        _ what: String,
        _ body: () throws(BybitReplyError) -> Result
    ) throws(SessionError) -> Result {
        do {
            return try body()
        } catch {
            throw .venue("\(what): \(error)")
        }
    }
}

internal import Lines
internal import Orders
internal import Transport
internal import Units
internal import Venues

/// The questions a session asks the venue, before and after it trades.
struct VenueInquiry {
    /// A clock further off than this gets orders refused: stop before, not after.
    private static let maxClockOffset = Nanoseconds.milliseconds(500)
    /// Pages of risk tiers that are followed: they tell a bound that may be done without.
    private static let tierPages = 20
    /// Questions for the time at the start.
    private static let timeQuestions = 5

    let line: InquiryLine
    let requests: BybitREST
    private(set) var category: ProductCategory
    private(set) var symbol: String
    let session: SessionPrefix
    private(set) var clock: @Sendable () -> Nanoseconds
    /// What its requests are stamped with.
    private(set) var stamp: RequestStamp
    /// Orders that are the session's, though a list that has lost their names does not say so: by
    /// the venue's own ids.
    private(set) var names: [ExternalID: ChildID] = [:]

    /// - Parameter ahead: the venue's clock minus `clock`, as far as it is known.
    init(
        link: RESTLink,
        requests: BybitREST,
        category: ProductCategory,
        symbol: String,
        session: SessionPrefix,
        ahead: Nanoseconds = .zero,
        clock: @escaping @Sendable () -> Nanoseconds
    ) {
        line = InquiryLine(link)
        self.requests = requests
        self.category = category
        self.symbol = symbol
        self.session = session
        self.clock = clock
        stamp = RequestStamp(VenueOffset(ahead), clock: clock)
    }

    private init(_ other: VenueInquiry, over line: InquiryLine) {
        self.line = line
        requests = other.requests
        category = other.category
        symbol = other.symbol
        session = other.session
        clock = other.clock
        stamp = other.stamp
        names = other.names
    }

    /// The connection that the next question goes over.
    var link: RESTLink { line.link }

    /// The same questions over another connection, once each, stamped by a clock `ahead` of ours.
    func over(_ link: RESTLink, ahead: Nanoseconds) -> VenueInquiry {
        var copy = VenueInquiry(self, over: InquiryLine(link))
        copy.stamp = RequestStamp(VenueOffset(ahead), clock: clock)
        return copy
    }

    /// The same questions, each asked again for `patience` where what fails may pass.
    func asking(
        for patience: Nanoseconds,
        _ persistence: Persistence,
        _ open: @escaping InquiryLine.Opener
    ) -> VenueInquiry {
        VenueInquiry(self, over: InquiryLine(link, for: patience, persistence, open))
    }

    /// The same questions about another instrument, over the same connection.
    func about(_ symbol: String, _ category: ProductCategory) -> VenueInquiry {
        var copy = self
        (copy.symbol, copy.category) = (symbol, category)
        return copy
    }

    /// The same questions, timed and stamped by another clock of ours.
    func timed(by clock: @escaping @Sendable () -> Nanoseconds) -> VenueInquiry {
        var copy = self
        copy.clock = clock
        copy.stamp = RequestStamp(VenueOffset(.zero), clock: clock)
        return copy
    }

    /// The same questions by one who knows `names`.
    func knowing(_ names: [ExternalID: ChildID]) -> VenueInquiry {
        var copy = self
        copy.names = names
        return copy
    }

    // MARK: Signed requests

    /// Sends a request that is stamped with `stamp.now`, again where the venue refuses its time.
    ///
    /// - Returns: the answer, whatever its status.
    func answer(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: @autoclosure () -> [UInt8]
    ) throws(SessionError) -> RESTAnswer {
        try stamp.signing { () throws(SessionError) in
            try link.answer(&loop, what, request())
        }
    }

    /// The same, for the answer's body.
    func call(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: @autoclosure () -> [UInt8]
    ) throws(SessionError) -> [UInt8] {
        let answer = try answer(&loop, what, request())
        if answer.status == 200 { return answer.body }
        throw SessionError(refusal: answer, "\(link.name): \(what)")
    }

    /// Asks and reads the answer; what passes by itself is asked again as the line has it.
    func ask<Value>(
        _ loop: inout EventLoop,
        _ what: String,
        _ request: @autoclosure () -> [UInt8],
        _ read: ([UInt8]) throws(BybitReplyError) -> Value
    ) throws(SessionError) -> Value {
        try line.ask(&loop) { (loop) throws(SessionError) in
            let body = try call(&loop, what, request())
            return try SessionError.reading(what) { () throws(BybitReplyError) in try read(body) }
        }
    }

    // MARK: What a session needs to know

    /// Asks for everything a session needs to know.
    func facts(_ loop: inout EventLoop) throws(SessionError) -> VenueFacts {
        let before = clock()
        let (venueClock, faults) = try venueClock(&loop)
        guard VenueInquiry.bears(venueClock.offset) else {
            throw .denied(
                "the venue's clock is \(venueClock.offset.millisecondCount) ms from ours: "
                    + "synchronise this host"
            )
        }
        let instrument = try instrument(&loop)
        let feeBody = try call(
            &loop,
            "fee-rate",
            requests.feeRate(category, symbol: symbol, at: stamp.now)
        )
        let fees = try SessionError.reading("fee-rate") { () throws(BybitReplyError) in
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
        let open = try openOrders(&loop, instrument)
        return VenueFacts(
            clock: venueClock,
            instrument: instrument,
            fees: fees,
            position: position,
            statements: statements,
            largestPosition: try largestPosition(&loop),
            foreignOrders: open.foreign,
            foreignSessions: open.sessions,
            plannedFaults: faults
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
            if next.isEmpty || next == cursor { return largest }
            cursor = next
        }
        // The highest may be on a page further on: a bound too low would refuse what may leave.
        return nil
    }

    /// Asks for the time, several times: the quickest answer bounds the error best.
    func venueClock(
        _ loop: inout EventLoop
    ) throws(SessionError) -> (clock: VenueClock, faults: String?) {
        var estimate = VenueClock()
        var faults: String?
        for _ in 0..<VenueInquiry.timeQuestions {
            let sent = clock()
            let body = try link.call(&loop, "time", requests.serverTime())
            let received = clock()
            let time = try SessionError.reading("time") { () throws(BybitReplyError) in
                try BybitReplies.serverTime(body)
            }
            faults = BybitReplies.plannedFaults(body)
            estimate.add(TimeSample(sent: sent, received: received, venue: time))
        }
        return (estimate, faults)
    }

    /// Whether a session may trade with a clock that the venue's is `offset` ahead of.
    static func bears(_ offset: Nanoseconds) -> Bool {
        offset.count.magnitude <= maxClockOffset.count.magnitude
    }

    /// Settles on the first product class in which the venue trades the symbol.
    mutating func findCategory(_ loop: inout EventLoop) throws(SessionError) {
        for candidate in ProductCategory.allCases {
            category = candidate
            if try listed(&loop) != nil { return }
        }
        throw unknownSymbol(&loop, in: nil)
    }

    func instrument(_ loop: inout EventLoop) throws(SessionError) -> Instrument {
        if let found = try listed(&loop) { return found }
        throw unknownSymbol(&loop, in: category)
    }

    /// The instrument; nil when the venue does not trade it in this category.
    private func listed(_ loop: inout EventLoop) throws(SessionError) -> Instrument? {
        try line.ask(&loop) { (loop) throws(SessionError) in try listing(&loop) }
    }

    private func listing(_ loop: inout EventLoop) throws(SessionError) -> Instrument? {
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
                return nil
            case .refused(let code, let message):
                throw SessionError(code: code, message: message, "instruments-info")
            case .malformed:
                throw .venue("instruments-info: \(error)")
            }
        }
    }
}

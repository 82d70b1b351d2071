internal import Engine
internal import Orders
internal import Units
internal import Venues

extension Reconciler {
    /// Tells all the venue knows of one order: its fills, then how it stands. That it has never had
    /// it is told when three lists say so and it is too old to arrive any more.
    func inquire(_ child: ChildID, _ sentAt: Nanoseconds) throws(SessionError) {
        let askedAt = clock()
        let name = OrderLinkID.text(child, session)
        var found = try orders("order/realtime", open(name))
        var isCertain = true
        if found == nil {
            let body = try callIfOffered(
                "order/history",
                requests.finishedOrder(
                    instrument.category,
                    symbol: instrument.symbol,
                    linkID: name,
                    at: venueNow
                )
            )
            // A venue without this list cannot speak with authority of what it has not.
            isCertain = body != nil
            found = try body.flatMap { (body) throws(SessionError) in try order(body) }
        }
        let (fills, _) = try pages { (cursor) throws(SessionError) in
            try call(
                "execution/list",
                requests.executions(
                    instrument.category,
                    symbol: instrument.symbol,
                    linkID: name,
                    cursor: cursor,
                    at: venueNow
                )
            )
        }
        for fill in fills.reversed() { try tell(.order(.execution(fill))) }
        if let found {
            try tell(.order(.update(found)))
        } else if isCertain, fills.isEmpty, askedAt - sentAt >= times.settling {
            try tell(.order(.absent(child)))
        }
    }

    /// Cancels an order if it is open.
    ///
    /// - Throws: also when the venue did not take the cancel, for its rate or whatever else: the
    ///   order may be open still, and the question has no answer yet.
    func withdraw(_ child: ChildID, isStray: Bool) throws(SessionError) {
        isUrgent = true
        defer { isUrgent = isRelieving }
        let name = OrderLinkID.text(child, session)
        guard let found = try orders("order/realtime", open(name)), !found.status.isTerminal else {
            return
        }
        let code = try cancel(child)
        switch BybitReturnCode.outcome(code, of: .cancel) {
        case .accepted: try tell(.withdrawn(child, isStray: isStray))
        case .alreadyFinished: break
        case .refused, .unknown: throw .venue("order/cancel: refused with \(code)")
        }
    }

    /// Tells how the account stands: open orders, fills since the last look, position, bounds.
    func inquireAll() throws(SessionError) {
        try tellOpenOrders()
        try tellFills()
        // Spot has no positions.
        if instrument.category != .spot { try tellPosition() }
        try tellBounds()
    }

    private func tellPosition() throws(SessionError) {
        let symbol = instrument.symbol
        let body = try call("position/list", requests.position(symbol: symbol, at: venueNow))
        let position = try SessionError.reading("position/list") { () throws(BybitReplyError) in
            try BybitReplies.position(body, instrument)
        }
        try tell(.position(position.held))
        for stated in position.positions { try tell(.statement(.position(stated))) }
    }

    private func tellOpenOrders() throws(SessionError) {
        let foreign = try openOrders { (update) throws(SessionError) in
            try tell(.order(.update(update)))
        }
        try tell(.foreignOrders(foreign))
    }

    /// Hands over the session's open orders.
    ///
    /// - Returns: how many of the symbol's are not this session's.
    func openOrders(
        _ body: (OrderUpdate) throws(SessionError) -> Void
    ) throws(SessionError) -> Int {
        var foreign = 0
        try PageWalk.follow("order/realtime") { (cursor) throws(SessionError) in
            let answer = try call(
                "order/realtime",
                requests.openOrders(
                    instrument.category,
                    symbol: instrument.symbol,
                    cursor: cursor,
                    at: venueNow
                )
            )
            let page = try SessionError.reading("order/realtime") { () throws(BybitReplyError) in
                try BybitReplies.orders(answer, [instrument], session)
            }
            for update in page.entries { try body(update) }
            foreign += page.foreign
            return page.place
        }
        return foreign
    }

    private func tellFills() throws(SessionError) {
        // What was matched a little earlier may have been listed a little later; and the list goes
        // no further than seven days from where it begins. It has everybody's fills: with ours
        // alone as a mark it would grow by all that others trade while we do not.
        let since = max(
            max(lastFillAt - .seconds(5), lastListedAt - .seconds(30)),
            venueNow - VenueInquiry.longestSpan
        )
        let (fills, newest) = try pages { (cursor) throws(SessionError) in
            try call(
                "execution/list",
                requests.executions(
                    instrument.category,
                    symbol: instrument.symbol,
                    since: since,
                    cursor: cursor,
                    at: venueNow
                )
            )
        }
        for fill in fills.reversed() where !listed.contains(fill.id) {
            try tell(.order(.execution(fill)))
        }
        listed = Set(fills.map(\.id))
        lastFillAt = max(lastFillAt, fills.map(\.matchedAt).max() ?? lastFillAt)
        // A time that lies ahead would leave out what comes until then.
        lastListedAt = max(lastListedAt, min(newest, venueNow))
    }

    private func tellBounds() throws(SessionError) {
        let spot = instrument.category == .spot
        let coins = spot ? [instrument.quoteCoin, instrument.baseCoin] : [instrument.quoteCoin]
        if let body = try callIfOffered(
            "wallet-balance",
            requests.wallet(coins: coins, at: venueNow)
        ) {
            let wallet = try SessionError.reading("wallet-balance") { () throws(BybitReplyError) in
                try BybitReplies.wallet(body)
            }
            let time = BybitReplies.time(body)
            try tell(.statement(.wallet(wallet.statement(for: instrument, at: time))))
        }
        let limits = requests.priceLimit(instrument.category, symbol: instrument.symbol)
        if let body = try callIfOffered("price-limit", limits) {
            let band = try SessionError.reading("price-limit") { () throws(BybitReplyError) in
                try BybitReplies.priceLimits(body, instrument)
            }
            try tell(.bounds(band))
        }
    }

    // MARK: Replies

    private func open(_ name: String) -> [UInt8] {
        requests.order(
            instrument.category,
            symbol: instrument.symbol,
            linkID: name,
            at: venueNow
        )
    }

    private func orders(
        _ service: String,
        _ request: @autoclosure () -> [UInt8]
    ) throws(SessionError) -> OrderUpdate? {
        try order(try call(service, request()))
    }

    /// The one order of a list; the newest, should the venue know several by the name.
    private func order(_ body: [UInt8]) throws(SessionError) -> OrderUpdate? {
        let page = try SessionError.reading("order/realtime") { () throws(BybitReplyError) in
            try BybitReplies.orders(body, [instrument], session)
        }
        guard page.foreign == 0 else { throw .venue("asked for one order, told of another") }
        return page.entries.max { $0.updatedAt < $1.updatedAt }
    }

    /// All pages of a list of fills, newest first, and when the newest was matched, whoever's.
    private func pages(
        _ ask: (String) throws(SessionError) -> [UInt8]
    ) throws(SessionError) -> (ours: [Execution], newest: Nanoseconds) {
        var fills: [Execution] = []
        var newest = Nanoseconds.zero
        try PageWalk.follow("execution/list") { (cursor) throws(SessionError) in
            let body = try ask(cursor)
            let page = try SessionError.reading("execution/list") { () throws(BybitReplyError) in
                try BybitReplies.executions(body, [instrument], session)
            }
            fills += page.entries
            newest = max(newest, page.newest)
            return page.place
        }
        return (fills, newest)
    }
}

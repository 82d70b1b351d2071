internal import Engine
internal import Units
internal import Venues

/// What is around the orders of this session and changes seldom: the instrument itself, what its
/// fills cost, and what else the account holds.
extension Reconciler {
    /// Tells it, when its time has come round.
    func tellSurroundings() throws(SessionError) {
        guard clock() >= nextSurroundings else { return }
        nextSurroundings = clock() + times.surroundings
        try tellOthers()
        try tellInstrument()
        try tellFees()
    }

    /// Tells what the account pays for a fill now.
    private func tellFees() throws(SessionError) {
        let symbol = instrument.symbol
        let category = instrument.category
        guard
            let body = try callIfOffered(
                "fee-rate",
                requests.feeRate(category, symbol: symbol, at: venueNow)
            )
        else { return }
        let now = try SessionError.reading("fee-rate") { () throws(BybitReplyError) in
            try BybitReplies.feeRate(body, symbol: symbol)
        }
        if now != fees { notice?("the fees of \(symbol) are \(now) by now, and were \(fees)") }
        fees = now
        try tell(.fees(now))
    }

    /// Tells which orders the venue takes, and whether the instrument still trades, by the steps
    /// that this session reckons in.
    func tellInstrument() throws(SessionError) {
        let request = requests.instrumentsInfo(instrument.category, symbol: instrument.symbol)
        guard let body = try callIfOffered("instruments-info", request) else { return }
        let (id, symbol) = (instrument.id, instrument.symbol)
        let category = instrument.category
        let now = try SessionError.reading("instruments-info") { () throws(BybitReplyError) in
            try BybitReplies.instrument(body, category, symbol: symbol, id: id)
        }
        guard now.tick == instrument.tick, now.lot == instrument.lot else {
            note("the venue changed the tick or lot of \(symbol): its parent is stopped")
            return try tell(.account(.stepsChanged(id)))
        }
        let told = AccountEvent.filters(of: now)
        let news = told.filter { !filters.contains($0) }
        if !news.isEmpty {
            notice?("the venue takes other orders of \(symbol) by now: \(now.orderWords)")
        }
        for event in news { try tell(.account(event)) }
        filters = told
        try tell(.account(.trading(id, now.isTrading)))
    }

    /// Tells of positions and orders in other symbols. Nobody touches them.
    private func tellOthers() throws(SessionError) {
        let coin = instrument.quoteCoin
        let orders = try others("order/realtime") { cursor in
            requests.openOrders(instrument.category, settledIn: coin, cursor: cursor, at: venueNow)
        }
        var positions: [String] = []
        if instrument.category != .spot {
            positions = try others("position/list") { cursor in
                requests.positions(settledIn: coin, cursor: cursor, at: venueNow)
            }
        }
        let names = Set(orders + positions).sorted().joined(separator: ", ")
        if !names.isEmpty {
            note("orders or positions in other symbols, which are left alone: \(names)")
        }
        try tell(.others(positions: positions.count, orders: orders.count))
    }

    private func others(
        _ service: String,
        _ request: (String) -> [UInt8]
    ) throws(SessionError) -> [String] {
        var found: [String] = []
        let symbol = instrument.symbol
        try PageWalk.follow(service) { (cursor) throws(SessionError) in
            let body = try call(service, request(cursor))
            return try SessionError.reading(service) { () throws(BybitReplyError) in
                found += try BybitReplies.otherSymbols(body, than: symbol)
                // Whether a page is empty is not told: what is of `symbol` is left out.
                return PageWalk.Page(next: try BybitReplies.nextPage(body), entries: 1)
            }
        }
        return found
    }

    /// Says something to the operator, unless it was the last thing said.
    private func note(_ text: String) {
        if lastNote != text { notice?(text) }
        lastNote = text
    }
}

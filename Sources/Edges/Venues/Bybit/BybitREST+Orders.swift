public import Orders
public import Units

/// Requests about orders, beyond those of a symbol's open ones.
extension BybitREST {
    /// All open orders settled in one coin, whatever their symbol; `cursor` continues a page.
    public func openOrders(
        _ category: ProductCategory,
        settledIn coin: String,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        // Spot lists every symbol when none is named; the others want a coin.
        let scope = category == .spot ? [] : [("settleCoin", coin)]
        let query = [("category", category.name)] + scope + [("openOnly", "0")]
        return get("/v5/order/realtime", page(query, 50, cursor), signedAt: now)
    }

    /// Every position that is settled in `coin`.
    public func positions(
        settledIn coin: String,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        let query = [("category", "linear"), ("settleCoin", coin)]
        return get("/v5/position/list", page(query, 200, cursor), signedAt: now)
    }

    /// What became of one order that finished longer ago than `order(_:symbol:linkID:at:)` tells.
    public func finishedOrder(
        _ category: ProductCategory,
        symbol: String,
        linkID: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        get(
            "/v5/order/history",
            [("category", category.name), ("symbol", symbol), ("orderLinkId", linkID)],
            signedAt: now
        )
    }

    /// Finished orders of one symbol, nil for all, in a span of at most seven days, newest first;
    /// `cursor` continues a page. Without an end the span is the seven days from `start` on.
    public func finishedOrders(
        _ category: ProductCategory,
        symbol: String?,
        since start: Nanoseconds,
        until end: Nanoseconds? = nil,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        let query = span(category, symbol, start, end)
        return get("/v5/order/history", page(query, 50, cursor), signedAt: now)
    }

    /// The fills of one order; `cursor` continues a page.
    public func executions(
        _ category: ProductCategory,
        symbol: String,
        linkID: String,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        let query = [
            ("category", category.name), ("symbol", symbol), ("orderLinkId", linkID),
        ]
        return get("/v5/execution/list", page(query, 100, cursor), signedAt: now)
    }

    /// Places an order: for venues without order entry over WebSocket.
    ///
    /// - Precondition: `order.instrument` is `instrument`.
    public func create(
        _ order: PlaceOrder,
        _ instrument: Instrument,
        linkID: String,
        isHedged: Bool = false,
        at now: Nanoseconds
    ) -> [UInt8] {
        precondition(order.instrument == instrument.id)
        let terms =
            switch order.timeInForce {
            case .goodTillCancel: "GTC"
            case .postOnly: "PostOnly"
            case .immediateOrCancel: "IOC"
            case .fillOrKill: "FOK"
            }
        var members = [
            ("side", order.side == .buy ? "Buy" : "Sell"), ("orderType", "Limit"),
            ("qty", instrument.lot.text(order.quantity.lots)),
            ("price", instrument.tick.text(order.price.ticks)), ("timeInForce", terms),
            ("orderLinkId", linkID),
        ]
        if instrument.category == .spot { members.append(("orderFilter", "Order")) }
        // Spot knows neither positions nor their reduction.
        let reduces =
            order.reduceOnly && instrument.category != .spot ? #","reduceOnly":true"# : ""
        let number = BybitEncoder.positionIndex(order, isHedged: isHedged)
        let index = instrument.category == .spot ? "" : #","positionIdx":\#(number)"#
        return post(
            "/v5/order/create",
            object(instrument, members, index + reduces),
            signedAt: now
        )
    }

    /// Changes an order's price and total quantity.
    ///
    /// - Precondition: `amend.instrument` is `instrument`.
    public func amend(
        _ amend: AmendOrder,
        _ instrument: Instrument,
        linkID: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        precondition(amend.instrument == instrument.id)
        let members = [
            ("orderLinkId", linkID), ("qty", instrument.lot.text(amend.quantity.lots)),
            ("price", instrument.tick.text(amend.price.ticks)),
        ]
        return post("/v5/order/amend", object(instrument, members), signedAt: now)
    }

    private func object(
        _ instrument: Instrument,
        _ members: [(String, String)],
        _ rest: String = ""
    ) -> String {
        let all = [("category", instrument.category.name), ("symbol", instrument.symbol)] + members
        return "{" + all.map { #""\#($0.0)":"\#($0.1)""# }.joined(separator: ",") + rest + "}"
    }
}

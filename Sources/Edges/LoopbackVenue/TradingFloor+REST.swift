internal import Units
internal import Venues
internal import Wire

extension TradingFloor {
    /// What writes a `result` object.
    typealias ResultWriter = (inout ByteWriter) -> Void

    /// Answers one REST request.
    func answer(_ request: RESTRequest, _ now: Nanoseconds) -> RESTAnswer {
        guard let isSigned = TradingFloor.routes["\(request.method) \(request.path)"] else {
            return envelope(404, 10_017, "Route not found.", now, nil)
        }
        faults.start(now)
        reading = nil
        delivery = .after(.zero)
        if let status = trouble.httpStatus(now) {
            return RESTAnswer(status: status, body: Array("on demand".utf8))
        }
        do throws(VenueRefusal) {
            if isSigned { try authenticate(request, now) }
            if let operation = BatchOperationName(path: request.path) {
                let outcomes = try batch(operation, try parsed(request), now)
                defer { for desk in desks { tell(desk, now) } }
                return envelope(200, 0, "OK", now, { $0.batch(outcomes, self.names) }) {
                    $0.batchCodes(outcomes)
                }
            }
            return envelope(200, 0, "OK", now, try result(request, now))
        } catch {
            let status = error.code == 10_003 || error.code == 10_004 ? 401 : 200
            return envelope(status, error.code, error.message, now, nil)
        }
    }

    /// The routes, and whether they must be signed.
    private static let routes = [
        "GET /v5/market/time": false,
        "GET /v5/market/instruments-info": false,
        "GET /v5/market/kline": false,
        "GET /v5/market/orderbook": false,
        "GET /v5/market/tickers": false,
        "GET /v5/market/recent-trade": false,
        "GET /v5/market/funding/history": false,
        "GET /v5/market/price-limit": false,
        "GET /v5/market/risk-limit": false,
        "GET /v5/account/fee-rate": true,
        "GET /v5/account/wallet-balance": true,
        "GET /v5/account/info": true,
        "GET /v5/order/history": true,
        "POST /v5/order/create-batch": true,
        "POST /v5/order/amend-batch": true,
        "POST /v5/order/cancel-batch": true,
        "GET /v5/order/realtime": true,
        "GET /v5/execution/list": true,
        "GET /v5/position/list": true,
        "POST /v5/order/create": true,
        "POST /v5/order/amend": true,
        "POST /v5/order/cancel": true,
        "POST /v5/order/cancel-all": true,
        "POST /v5/order/disconnected-cancel-all": true,
        "GET /v5/account/query-dcp-info": true,
    ]

    private func result(
        _ request: RESTRequest,
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let parameters = request.parameters
        switch request.path {
        case "/v5/market/time": return serverTime(now)
        case "/v5/market/instruments-info": return try instruments(parameters, now)
        case "/v5/market/kline": return try klines(parameters, now)
        case "/v5/market/orderbook": return try orderBook(parameters, now)
        case "/v5/market/tickers": return try tickers(parameters, now)
        case "/v5/market/recent-trade": return try recentTrades(parameters)
        case "/v5/market/funding/history": return try fundingHistory(parameters, now)
        case "/v5/market/price-limit": return try priceLimit(parameters, now)
        case "/v5/market/risk-limit": return try riskLimit(parameters)
        case "/v5/account/fee-rate": return try feeRate(parameters)
        case "/v5/account/wallet-balance": return walletBalance()
        case "/v5/account/info":
            return { $0.append(#""marginMode":"REGULAR_MARGIN","unifiedMarginStatus":5"#) }
        case "/v5/order/history": return try history(parameters)
        case "/v5/order/realtime": return try orders(parameters)
        case "/v5/execution/list": return try executions(parameters)
        case "/v5/position/list": return try positions(parameters, now)
        case "/v5/order/create": return try order(.create, request, now)
        case "/v5/order/amend": return try order(.amend, request, now)
        case "/v5/order/cancel": return try order(.cancel, request, now)
        case "/v5/order/disconnected-cancel-all": return try protect(try members(request))
        case "/v5/account/query-dcp-info": return protections()
        default: return try cancelAll(request, now)
        }
    }

    private func envelope(
        _ status: Int,
        _ code: Int,
        _ message: String,
        _ now: Nanoseconds,
        _ result: ResultWriter?,
        extended: ResultWriter? = nil
    ) -> RESTAnswer {
        let body = composer.compose { out in
            out.append(#"{"retCode":\#(code),"retMsg":"\#(message)","result":{"#)
            result?(&out)
            out.append(#"},"retExtInfo":{"#)
            extended?(&out)
            out.append(#"},"time":"#)
            out.append(now.millisecondCount)
            out.append("}")
        }
        return RESTAnswer(
            status: status,
            body: body,
            headers: limitHeaders(now),
            delivery: delivery
        )
    }

    private func limitHeaders(_ now: Nanoseconds) -> String {
        guard let reading else { return "" }
        return "X-Bapi-Limit: \(reading.limit)\r\nX-Bapi-Limit-Status: \(reading.left)\r\n"
            + "X-Bapi-Limit-Reset-Timestamp: \(reading.resetAt.millisecondCount)\r\n"
            + "Timenow: \(now.millisecondCount)\r\n"
    }

    // MARK: Signatures

    private func authenticate(_ request: RESTRequest, _ now: Nanoseconds) throws(VenueRefusal) {
        if let refusal = trouble.refusal(now) { throw refusal }
        guard request.key == LoopbackCredentials.key else {
            throw VenueRefusal(10_003, "API key is invalid.")
        }
        var header = ["X-BAPI-TIMESTAMP": request.timestamp ?? ""]
        header["X-BAPI-RECV-WINDOW"] = request.window
        try checkTime(header, now)
        let payload = request.method == "GET" ? Array(request.query.utf8) : request.body
        let text =
            (request.timestamp ?? "") + LoopbackCredentials.key + (request.window ?? "")
            + String(decoding: payload, as: UTF8.self)
        guard request.signature == BybitAuth.sign(text, secret: LoopbackCredentials.secret) else {
            throw VenueRefusal(10_004, "Error sign, please check your signature generation.")
        }
    }

    // MARK: Orders

    private func order(
        _ operation: OrderOperationName,
        _ request: RESTRequest,
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let fault = faults.request(operation.kind)
        var late = trouble.lateness(.answers)
        if case .delayAnswer(let delay) = fault { late = late + delay }
        delivery = .after(late)
        if fault == .lose {
            delivery = .never
            throw VenueRefusal(10_000, "nobody is told")
        }
        // Where the trade socket leaves an answer out, a connection ends without it.
        if fault == .loseAnswer { delivery = .closing }
        try checkTrouble(fault, now)
        let (order, desk) = try perform(operation, try members(request), now)
        if fault == .hush { trouble.hushedLinks.insert(order.link) }
        tell(desk, now)
        if fault == .hush { throw VenueRefusal(10_000, "server timeout") }
        if case .misanswer(let code) = fault { throw VenueRefusal(code, "on demand") }
        return { out in
            out.append(#""orderId":"\#(self.names.order(order.number, desk: desk.index))""#)
            out.member("orderLinkId", order.clientLink)
        }
    }

    private func cancelAll(
        _ request: RESTRequest,
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(try members(request))
        let open = desk.exchange.openOrders
        for order in open { _ = try? desk.exchange.cancel(link: order.link, now: now) }
        tell(desk, now)
        return { out in
            out.append(#""list":["#)
            for (i, order) in open.enumerated() {
                out.append(i == 0 ? "{" : ",{")
                out.append(#""orderId":"\#(self.names.order(order.number, desk: desk.index))""#)
                out.member("orderLinkId", order.clientLink)
                out.append("}")
            }
            out.append(#"],"success":"1""#)
        }
    }

    private func members(_ request: RESTRequest) throws(VenueRefusal) -> [String: String] {
        try parsed(request).members
    }

    private func parsed(_ request: RESTRequest) throws(VenueRefusal) -> RequestFields {
        let padded = request.body + [UInt8](repeating: 0, count: JSONScanner.padding)
        let fields = padded.withUnsafeBytes { bytes in
            try? ClientRequest.fields(
                UnsafeRawBufferPointer(rebasing: bytes[..<request.body.count])
            )
        }
        guard let fields else { throw .parameter("body") }
        return fields
    }

    /// The market that a request's category and symbol name.
    func desk(_ parameters: [String: String]) throws(VenueRefusal) -> MarketDesk {
        let word = parameters["category"] ?? "linear"
        guard let category = ProductCategory(bybit: word) else {
            throw .parameter("category")
        }
        guard let desk = desk(parameters["symbol"] ?? "", category) else {
            throw .parameter("symbol invalid")
        }
        return desk
    }
}

internal import Units
internal import Venues
internal import Wire

extension TradingFloor {
    /// Takes in one text message of a client.
    ///
    /// - Precondition: 64 bytes past the payload's end are readable.
    func receive(_ payload: UnsafeRawBufferPointer, from number: Int, _ now: Nanoseconds) {
        guard let session = sessions[number] else { return }
        faults.start(now)
        let request: ClientRequest
        do throws(DecodeError) {
            request = try ClientRequest(payload)
        } catch {
            return refuse(session, op: "", id: nil, 10_001, "invalid JSON: \(error)")
        }
        switch request.op {
        case "ping": pong(session, request, now)
        case "auth" where session.endpoint.needsAuth: authorize(session, request, now)
        case "subscribe" where session.endpoint != .trade: subscribe(session, request, now)
        case "unsubscribe" where session.endpoint != .trade: unsubscribe(session, request)
        default:
            if session.endpoint == .trade { return trade(session, request, now) }
            refuse(session, op: request.op, id: request.id, 10_404, "error:unknown op")
        }
    }

    // MARK: Replies

    /// Answers that a request failed, in the endpoint's shape.
    func refuse(
        _ session: VenueSession,
        op: String,
        id: String?,
        _ code: Int,
        _ message: String
    ) {
        if session.endpoint == .trade {
            send(session) { out in
                out.append("{")
                if let id { out.append(#""reqId":"\#(id)","#) }
                out.append(#""retCode":\#(code),"retMsg":"\#(message)","op":"\#(op)""#)
                out.append(#","connId":"\#(session.connectionID)"}"#)
            }
        } else {
            reply(session, op: op, id: id, success: false, message)
        }
    }

    /// Answers a control message of the public and private endpoints.
    private func reply(
        _ session: VenueSession,
        op: String,
        id: String?,
        success: Bool,
        _ message: String
    ) {
        send(session) { out in
            out.append(#"{"success":\#(success),"ret_msg":"\#(message)""#)
            out.append(#","conn_id":"\#(session.connectionID)""#)
            // The derivatives' endpoint always states the id; the others echo it.
            if let id {
                out.append(#","req_id":"\#(id)""#)
            } else if session.endpoint == .publicMarket(.linear) {
                out.append(#","req_id":"""#)
            }
            out.append(#","op":"\#(op)"}"#)
        }
    }

    private func pong(_ session: VenueSession, _ request: ClientRequest, _ now: Nanoseconds) {
        let id = request.id
        let time = now.millisecondCount
        switch session.endpoint {
        case .publicMarket:
            reply(session, op: "ping", id: id, success: true, "pong")
        case .privateStream:
            send(session) { out in
                out.append("{")
                if let id { out.append(#""req_id":"\#(id)","#) }
                out.append(#""op":"pong","args":["\#(time)"]"#)
                out.append(#","conn_id":"\#(session.connectionID)"}"#)
            }
        case .trade:
            send(session) { out in
                out.append("{")
                if let id { out.append(#""reqId":"\#(id)","#) }
                out.append(#""retCode":0,"retMsg":"OK","op":"pong","data":["\#(time)"]"#)
                out.append(#","connId":"\#(session.connectionID)"}"#)
            }
        }
    }

    // MARK: Auth

    private func authorize(_ session: VenueSession, _ request: ClientRequest, _ now: Nanoseconds) {
        if session.isAuthorized {
            return refuse(session, op: "auth", id: request.id, 20_001, "repeat auth")
        }
        if let (code, message) = authFailure(request.texts, now) {
            return refuse(session, op: "auth", id: request.id, code, message)
        }
        session.isAuthorized = true
        if session.endpoint == .privateStream {
            return reply(session, op: "auth", id: request.id, success: true, "")
        }
        send(session) { out in
            out.append("{")
            if let id = request.id { out.append(#""reqId":"\#(id)","#) }
            out.append(#""retCode":0,"retMsg":"OK","op":"auth""#)
            out.append(#","connId":"\#(session.connectionID)"}"#)
        }
    }

    /// What is wrong with the arguments of an auth message; nil when they are right.
    private func authFailure(_ args: [String], _ now: Nanoseconds) -> (Int, String)? {
        if let refusal = trouble.refusal(now) { return (refusal.code, refusal.message) }
        guard args.count == 3, let expires = Int64(args[1]) else {
            return (10_001, "Param error: args are key, expires and signature")
        }
        guard args[0] == LoopbackCredentials.key, !trouble.isRevoked else {
            return (10_003, "API key is invalid")
        }
        guard expires > now.millisecondCount else { return (10_004, "Signature has expired") }
        let signature = BybitAuth.sign("GET/realtime\(args[1])", secret: LoopbackCredentials.secret)
        return args[2] == signature ? nil : (10_004, "Error sign")
    }

    // MARK: Subscriptions

    private func subscribe(_ session: VenueSession, _ request: ClientRequest, _ now: Nanoseconds) {
        func fail(_ message: String) {
            refuse(session, op: "subscribe", id: request.id, 10_001, message)
        }
        if session.endpoint.needsAuth && !session.isAuthorized {
            return fail("Request not authorized")
        }
        let words = request.texts
        guard !words.isEmpty, words.count == request.args.count else {
            return fail("error:params error")
        }
        if session.endpoint == .publicMarket(.spot) && words.count > 10 {
            return fail("error:args size >10")
        }
        var topics: [VenueTopic] = []
        for word in words {
            guard let topic = topic(word, session.endpoint), !trouble.refuses(topic) else {
                return fail("error:handler not found,topic:\(word)")
            }
            if session.topics.contains(topic) || topics.contains(topic) {
                return fail("error:already subscribed,topic:\(word)")
            }
            topics.append(topic)
        }
        if TradingFloor.mixes(session.topics.union(topics)) {
            return fail("error:all-in-one and categorised topics together")
        }
        session.topics.formUnion(topics)
        let message = session.endpoint == .publicMarket(.spot) ? "subscribe" : ""
        reply(session, op: "subscribe", id: request.id, success: true, message)
        for topic in topics {
            switch topic {
            case .book(let index, let depth):
                desks[index].start(now)
                sendSnapshot(desks[index], depth: depth, to: session, now)
            case .trades(let index): desks[index].start(now)
            case .ticker(let index):
                desks[index].start(now)
                send(session) { $0.tickerMessage(desks[index], now) }
            case .bounds(let index):
                desks[index].start(now)
                send(session) { $0.boundsMessage(desks[index], now) }
            case .orders, .executions, .fastExecutions, .positions, .wallet, .disconnection: break
            }
        }
    }

    private func unsubscribe(_ session: VenueSession, _ request: ClientRequest) {
        var topics: [VenueTopic] = []
        for word in request.texts {
            guard let topic = topic(word, session.endpoint) else {
                return refuse(
                    session,
                    op: "unsubscribe",
                    id: request.id,
                    10_001,
                    "error:handler not found,topic:\(word)"
                )
            }
            topics.append(topic)
        }
        session.topics.subtract(topics)
        reply(session, op: "unsubscribe", id: request.id, success: true, "")
    }

    /// Whether `topics` hold both "order" and "order.linear", which the venue forbids.
    private static func mixes(_ topics: Set<VenueTopic>) -> Bool {
        ProductCategory.allCases.contains { category in
            [
                VenueTopic.orders, VenueTopic.executions, VenueTopic.fastExecutions,
                VenueTopic.positions,
            ].contains {
                topics.contains($0(nil)) && topics.contains($0(category))
            }
        }
    }

    /// The topic that a client's word names at an endpoint; nil when there is none.
    private func topic(_ word: String, _ endpoint: VenueEndpoint) -> VenueTopic? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        switch endpoint {
        case .trade: return nil
        case .publicMarket(let category):
            guard let symbol = parts.last, let desk = desk(String(symbol), category) else {
                return nil
            }
            if parts.count == 2 && parts[0] == "publicTrade" { return .trades(desk: desk.index) }
            if parts.count == 2 && parts[0] == "tickers" { return .ticker(desk: desk.index) }
            if parts.count == 2 && parts[0] == "priceLimit" { return .bounds(desk: desk.index) }
            guard parts.count == 3, parts[0] == "orderbook", let depth = Int(parts[1]),
                desk.offers(depth: depth), parts[1] == "\(depth)"
            else { return nil }
            return .book(desk: desk.index, depth: depth)
        case .privateStream:
            switch word {
            case "wallet": return .wallet
            case "dcp.future": return .disconnection(.linear)
            case "dcp.spot": return .disconnection(.spot)
            default: break
            }
            var name = parts
            let isFast = parts.starts(with: ["execution", "fast"])
            if isFast { name.remove(at: 1) }
            var category: ProductCategory?
            if name.count == 2 {
                category = ProductCategory(bybit: name[1])
                if category == nil { return nil }
            }
            guard name.count <= 2 else { return nil }
            switch name[0] {
            case "execution" where isFast: return .fastExecutions(category)
            case "order": return .orders(category)
            case "execution": return .executions(category)
            case "position": return category == .spot ? nil : .positions(category)
            default: return nil
            }
        }
    }
}

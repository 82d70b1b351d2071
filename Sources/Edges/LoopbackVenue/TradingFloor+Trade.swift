internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    /// Takes in a request of the trade socket: the reply first, then what it caused.
    func trade(_ session: VenueSession, _ request: ClientRequest, _ now: Nanoseconds) {
        reading = nil
        if let operation = BatchOperationName(rawValue: request.op) {
            return tradeBatch(session, operation, request, now)
        }
        let outcome: (order: ExchangeOrder, desk: MarketDesk)
        var fault: RequestFault?
        do throws(VenueRefusal) {
            guard let operation = OrderOperationName(rawValue: request.op) else {
                throw VenueRefusal(10_404, "unknown op or category")
            }
            fault = faults.request(operation.kind)
            if fault == .lose { return }
            guard session.isAuthorized else { throw VenueRefusal(10_003, "not authorized") }
            try checkIdentity(session, request)
            try checkTime(request.header, now)
            try checkTrouble(fault, now)
            guard let fields = request.order else { throw .parameter("args") }
            outcome = try perform(operation, fields.members, now)
        } catch {
            if fault == .loseAnswer || fault == .hush { return }
            return acknowledge(session, request, error.code, error.message, nil, now)
        }
        switch fault {
        case .loseAnswer: break
        case .hush: trouble.hushedLinks.insert(outcome.order.link)
        case .misanswer(let code):
            acknowledge(session, request, code, "on demand", nil, now)
        case .delayAnswer(let delay):
            acknowledge(session, request, 0, "OK", outcome, now, later: delay)
        default: acknowledge(session, request, 0, "OK", outcome, now)
        }
        tell(outcome.desk, now)
    }

    func checkIdentity(
        _ session: VenueSession,
        _ request: ClientRequest
    ) throws(VenueRefusal) {
        guard let id = request.id else { return }
        guard id.utf8.count <= 36 else { throw .parameter("reqId") }
        guard session.requestIDs.insert(id).inserted else {
            throw VenueRefusal(20_006, "reqId is duplicate")
        }
    }

    /// Accepts server − window ≤ timestamp < server + 1 s.
    func checkTime(
        _ header: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) {
        guard let timestamp = Int64(header["X-BAPI-TIMESTAMP"] ?? "") else {
            throw .parameter("X-BAPI-TIMESTAMP")
        }
        let window = Int64(header["X-BAPI-RECV-WINDOW"] ?? "5000") ?? 5_000
        let age = now.millisecondCount.subtractingReportingOverflow(timestamp)
        guard !age.overflow, age.partialValue <= window, age.partialValue > -1_000 else {
            throw VenueRefusal(10_002, "request time exceeds the time window")
        }
    }

    /// Answers one request of the trade socket.
    func acknowledge(
        _ session: VenueSession,
        _ request: ClientRequest,
        _ code: Int,
        _ message: String,
        _ outcome: (order: ExchangeOrder, desk: MarketDesk)?,
        _ now: Nanoseconds,
        later delay: Nanoseconds = .zero,
        batch: [BatchOutcome] = []
    ) {
        let late = delay + trouble.lateness(.answers)
        send(session, at: late > .zero ? now + late : nil) { out in
            out.append("{")
            if let id = request.id { out.append(#""reqId":"\#(id)","#) }
            out.append(#""retCode":\#(code),"retMsg":"\#(message)","op":"\#(request.op)""#)
            out.append(#","data":{"#)
            if let (order, desk) = outcome {
                out.append(#""orderId":"\#(names.order(order.number, desk: desk.index))""#)
                out.member("orderLinkId", order.clientLink)
            }
            if !batch.isEmpty { out.batch(batch, names) }
            out.append(#"},"retExtInfo":{"#)
            if !batch.isEmpty { out.batchCodes(batch) }
            out.append(#"},"header":{"#)
            if let reading {
                out.append(#""X-Bapi-Limit":"\#(reading.limit)""#)
                out.member("X-Bapi-Limit-Status", count: Int64(reading.left))
                out.member("X-Bapi-Limit-Reset-Timestamp", count: reading.resetAt.millisecondCount)
                out.append(",")
            }
            out.append(#""Traceid":"\#(session.connectionID)-\#(session.requestIDs.count)""#)
            out.member("Timenow", count: now.millisecondCount)
            out.append(#"},"connId":"\#(session.connectionID)"}"#)
        }
    }
}

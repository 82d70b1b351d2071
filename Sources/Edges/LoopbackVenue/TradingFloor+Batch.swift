internal import Simulation
internal import Units
internal import Wire

/// The operations on several orders at once.
enum BatchOperationName: String, CaseIterable {
    case create = "order.create-batch"
    case amend = "order.amend-batch"
    case cancel = "order.cancel-batch"

    /// The operation of a REST path; nil when it is none of them.
    init?(path: String) {
        let found = BatchOperationName.allCases.first {
            path == "/v5/" + $0.rawValue.replacing(".", with: "/")
        }
        guard let found else { return nil }
        self = found
    }

    fileprivate var one: OrderOperationName {
        switch self {
        case .create: .create
        case .amend: .amend
        case .cancel: .cancel
        }
    }
}

/// What became of one order of a batch.
struct BatchOutcome {
    var fields: [String: String]
    var result: Result<(order: ExchangeOrder, desk: MarketDesk), VenueRefusal>
}

extension TradingFloor {
    /// Does what a batch asks for, one order after the other; each stands or falls by itself.
    func batch(
        _ operation: BatchOperationName,
        _ fields: RequestFields,
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> [BatchOutcome] {
        guard let category = ProductCategory(bybit: fields.members["category"] ?? "") else {
            throw .parameter("category")
        }
        guard let orders = fields.batch, !orders.isEmpty else { throw .parameter("request") }
        guard orders.count <= (category == .spot ? 10 : 20) else {
            throw .parameter("request holds too many orders")
        }
        try checkTrouble(nil, now)
        return orders.map { order in
            var order = order
            order["category"] = category.name
            do throws(VenueRefusal) {
                let fault = faults.request(operation.one.kind)
                if fault == .lose { throw VenueRefusal(10_000, "server timeout") }
                try checkTrouble(fault, now)
                let outcome = try perform(operation.one, order, isBatch: true, now)
                if fault == .hush { trouble.hushedLinks.insert(outcome.order.link) }
                // In a batch each order has its answer: one that is lost is one that says nothing.
                if fault == .loseAnswer || fault == .hush {
                    throw VenueRefusal(10_000, "server timeout")
                }
                if case .misanswer(let code) = fault { throw VenueRefusal(code, "on demand") }
                return BatchOutcome(fields: order, result: .success(outcome))
            } catch {
                return BatchOutcome(fields: order, result: .failure(error))
            }
        }
    }

    /// Takes in a batch of the trade socket.
    func tradeBatch(
        _ session: VenueSession,
        _ operation: BatchOperationName,
        _ request: ClientRequest,
        _ now: Nanoseconds
    ) {
        do throws(VenueRefusal) {
            guard session.isAuthorized else { throw VenueRefusal(10_003, "not authorized") }
            try checkIdentity(session, request)
            try checkTime(request.header, now)
            guard let fields = request.order else { throw .parameter("args") }
            let outcomes = try batch(operation, fields, now)
            acknowledge(session, request, 0, "OK", nil, now, batch: outcomes)
            for desk in desks { tell(desk, now) }
        } catch {
            acknowledge(session, request, error.code, error.message, nil, now)
        }
    }
}

extension ByteWriter {
    /// Appends the list of a batch's result.
    mutating func batch(_ outcomes: [BatchOutcome], _ names: VenueNames) {
        append(#""list":["#)
        for (i, outcome) in outcomes.enumerated() {
            append(i == 0 ? #"{"category":""# : #",{"category":""#)
            append(outcome.fields["category"] ?? "")
            append("\"")
            member("symbol", outcome.fields["symbol"] ?? "")
            if case .success(let (order, desk)) = outcome.result {
                member("orderId", names.order(order.number, desk: desk.index))
                member("orderLinkId", order.clientLink)
                member("createAt", count: order.createdAt.millisecondCount)
            } else {
                append(#","orderId":"","orderLinkId":"","createAt":"""#)
            }
            append("}")
        }
        append("]")
    }

    /// Appends the codes of a batch, in the order of its list.
    mutating func batchCodes(_ outcomes: [BatchOutcome]) {
        append(#""list":["#)
        for (i, outcome) in outcomes.enumerated() {
            if i > 0 { append(",") }
            switch outcome.result {
            case .success: append(#"{"code":0,"msg":"OK"}"#)
            case .failure(let refusal):
                append(#"{"code":\#(refusal.code),"msg":"\#(refusal.message)"}"#)
            }
        }
        append("]")
    }
}

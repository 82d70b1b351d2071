import Orders
import Units
import Wire

/// The fields of a control reply, in all the shapes the endpoints give it.
struct ReplyFields {
    var op: JSONText?
    var success: Bool?
    var message: JSONText?
    var code: Int64?
    var request: JSONText?
    var budget = BudgetHeaders()
    /// Where the codes of a batch begin.
    var codesOffset: Int?

    /// Reads the value when `key` is one of a reply's; false when it is not.
    mutating func take(_ key: JSONText, _ json: inout JSONScanner) throws(DecodeError) -> Bool {
        if key.equals("op") {
            op = try json.optionalText()
        } else if key.equals("success") {
            success = try json.optionalBool()
        } else if key.equals("ret_msg") || key.equals("retMsg") {
            message = try json.optionalText()
        } else if key.equals("retCode") || key.equals("ret_code") {
            code = try json.optionalInteger()
        } else if key.equals("req_id") || key.equals("reqId") {
            request = try json.optionalText()
        } else if key.equals("header") {
            try budget.read(&json)
        } else if key.equals("retExtInfo") {
            codesOffset = json.offset
            try json.skipValue()
        } else {
            return false
        }
        return true
    }

    /// Accepted when either way of saying so says so.
    var succeeded: Bool { success ?? (code == 0) }

    /// The refusal of a time stamp; nil for every other reply.
    var stampRefusal: StampRefusal? {
        guard let code, StampRefusal.isOne(code) else { return nil }
        let told = message.flatMap { StampRefusal.time(in: $0.bytes) }
        return StampRefusal(time: told ?? budget.writtenAt)
    }

    /// Whether it answers a ping: `op` "pong", or the message "pong" of the public endpoints.
    var isPong: Bool { message?.equals("pong") == true || op?.equals("pong") == true }
}

extension BybitDecoder {
    mutating func decodeReply(
        _ reply: ReplyFields,
        _ dataOffset: Int?,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> BybitMessage {
        if reply.isPong { return .control(.pong) }
        stampRefusal = reply.stampRefusal
        let code = Int32(clamping: reply.code ?? 0)
        guard let op = reply.op else {
            // Options and spread endpoints answer subscriptions without `op`; refusals of the
            // trade endpoint may lack it as well.
            if reply.success != nil {
                return .control(
                    .subscribe(succeeded: reply.succeeded, request: reply.requestID)
                )
            }
            return try decodeOrderReply(nil, reply, dataOffset, &json)
        }
        if op.equals("auth") {
            return .control(.auth(succeeded: reply.succeeded, code: code))
        }
        if op.equals("subscribe") {
            return .control(.subscribe(succeeded: reply.succeeded, request: reply.requestID))
        }
        if op.equals("unsubscribe") {
            return .control(.unsubscribe(succeeded: reply.succeeded, request: reply.requestID))
        }
        return try decodeOrderReply(op, reply, dataOffset, &json)
    }

    /// The trade socket's answer to one of our requests, or an operation that nobody asked for.
    private mutating func decodeOrderReply(
        _ op: JSONText?,
        _ reply: ReplyFields,
        _ dataOffset: Int?,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> BybitMessage {
        if let request = reply.request, let batch = RequestID.readBatch(request.bytes, session) {
            return try decodeBatchReply(batch.operation, batch.number, reply, dataOffset, &json)
        }
        var orderID = ExternalID.none
        var linkID: JSONText?
        if let dataOffset {
            json.rewind(to: dataOffset)
            if try json.kind() == .object { (orderID, linkID) = try json.orderNames() }
        }
        let named: (operation: OrderOperation, child: ChildID)?
        if let request = reply.request, let read = RequestID.read(request.bytes, session) {
            named = read
        } else if let linkID, let child = OrderLinkID.read(linkID.bytes, session),
            let operation = op.flatMap(BybitDecoder.operation)
        {
            named = (operation, child)
        } else {
            named = nil
        }
        guard let named else {
            guard let code = reply.code, code != 0 else { return passOver() }
            return .control(.refused(code: Int32(clamping: code)))
        }
        guard let code = reply.code else { throw json.error(.missingField) }
        orders[0] = .reply(
            OrderReply(
                operation: named.operation,
                child: named.child,
                outcome: returnCodes.outcome(code, of: named.operation),
                remedy: returnCodes.remedy(code, of: named.operation),
                code: Int32(clamping: code),
                orderID: orderID,
                budget: reply.budget.reading(isBatch: false)
            )
        )
        return .orders(UnsafeBufferPointer(start: orders, count: 1))
    }

    private static func operation(_ op: JSONText) -> OrderOperation? {
        if op.equals("order.create") { return .place }
        if op.equals("order.amend") { return .amend }
        if op.equals("order.cancel") { return .cancel }
        return nil
    }
}

extension ReplyFields {
    /// The request's id as given; empty when there is none or it is not one of ours.
    var requestID: ExternalID {
        guard let request else { return .none }
        return ExternalID(request.bytes) ?? .none
    }
}

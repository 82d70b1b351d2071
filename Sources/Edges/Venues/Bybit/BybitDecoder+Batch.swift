public import Orders
import Units
import Wire

extension BybitDecoder {
    /// Learns of a batch that leaves, so that its answers find their orders.
    ///
    /// - Parameter number: what `BybitEncoder.encode(batch:at:into:)` returned.
    /// - Precondition: at most `BybitEncoder.batchCount` commands.
    public mutating func expect(batch number: UInt32, _ commands: UnsafeBufferPointer<OrderCommand>)
    {
        precondition(commands.count <= BybitEncoder.batchCount)
        batches.add(number, commands)
    }

    /// The trade socket's answer to a batch: a reply for each of its orders.
    ///
    /// The names stand in `data.list`, the codes at the same places of `retExtInfo.list`. An order
    /// without a code has no reply: it counts as unanswered, and is asked for.
    mutating func decodeBatchReply(
        _ operation: OrderOperation,
        _ number: UInt32,
        _ reply: ReplyFields,
        _ dataOffset: Int?,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> BybitMessage {
        guard let code = reply.code else { throw json.error(.missingField) }
        let expected = batches.children(of: number)
        let budget = reply.budget.reading(isBatch: true)
        var count = 0
        if code != 0 {
            for child in expected {
                orders[count] = .reply(answer(operation, child, code, .none, budget))
                count += 1
            }
            if count == 0 { return .control(.refused(code: Int32(clamping: code))) }
            return .orders(UnsafeBufferPointer(start: orders, count: count))
        }
        let codes = try decodeBatchCodes(reply.codesOffset, &json)
        guard let dataOffset, try json.openList(at: dataOffset) else { return passOver() }
        var at = 0
        while try json.nextElement() {
            let (orderID, linkID) = try json.orderNames()
            defer { at += 1 }
            guard at < codes, batchCodes[at] != BybitDecoder.noCode else { continue }
            var child = linkID.flatMap { OrderLinkID.read($0.bytes, session) }
            if child == nil, at < expected.count { child = expected[at] }
            guard let child else { continue }
            orders[count] = .reply(answer(operation, child, batchCodes[at], orderID, budget))
            count += 1
        }
        if count == 0 { return .ignored }
        return .orders(UnsafeBufferPointer(start: orders, count: count))
    }

    private func answer(
        _ operation: OrderOperation,
        _ child: ChildID,
        _ code: Int64,
        _ orderID: ExternalID,
        _ budget: BudgetReading
    ) -> OrderReply {
        OrderReply(
            operation: operation,
            child: child,
            outcome: returnCodes.outcome(code, of: operation),
            remedy: returnCodes.remedy(code, of: operation),
            code: Int32(clamping: code),
            orderID: orderID,
            budget: budget
        )
    }

    /// Reads the codes of a batch's orders; returns how many there are.
    private mutating func decodeBatchCodes(
        _ offset: Int?,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int {
        guard let offset, try json.openList(at: offset) else { return 0 }
        var count = 0
        while try json.nextElement() {
            var code: Int64?
            if try json.openFields() {
                while let key = try json.nextKey() {
                    if key.equals("code") {
                        code = try json.optionalInteger()
                    } else {
                        try json.skipValue()
                    }
                }
            }
            guard count < BybitEncoder.batchCount else { throw json.error(.tooMany) }
            batchCodes[count] = code ?? BybitDecoder.noCode
            count += 1
        }
        return count
    }

    /// Stands where the venue gives an order of a batch no code.
    private static var noCode: Int64 { .min }
}

extension JSONScanner {
    /// Enters the array `list` of the object at `offset`; false when it has none.
    fileprivate mutating func openList(at offset: Int) throws(DecodeError) -> Bool {
        rewind(to: offset)
        guard try kind() == .object else { return false }
        try openObject()
        while let key = try nextKey() {
            if key.equals("list"), try kind() == .array {
                try openArray()
                return true
            }
            try skipValue()
        }
        return false
    }

    /// The venue's id and ours in an object.
    mutating func orderNames() throws(DecodeError) -> (ExternalID, JSONText?) {
        var orderID = ExternalID.none
        var linkID: JSONText?
        guard try openFields() else { return (orderID, linkID) }
        while let key = try nextKey() {
            if key.equals("orderId") {
                orderID = try externalID()
            } else if key.equals("orderLinkId") {
                linkID = try optionalText()
            } else {
                try skipValue()
            }
        }
        return (orderID, linkID)
    }
}

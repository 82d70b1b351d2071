import Orders
import Units
import Wire

extension BybitBinaryDecoder {
    /// Template 21000: the matching engine's own answer to a create, amend or cancel of ours.
    ///
    /// What was filled so far is stated only while the order works or when it is filled, as
    /// quantity minus leaves. An order that ended otherwise has no leaves left, and a rejection may
    /// mean the request alone (an amend of a filled order is "rejected" here): both come as
    /// `.other`, which changes nothing, and the text stream states the end with its count. A fill
    /// is never guessed.
    mutating func decodeOrder(
        _ header: SBEHeader,
        _ sbe: inout SBEReader
    ) throws(DecodeError) -> BybitMessage {
        let root = try sbe.block(header.blockLength, known: 86)
        let orderID = try sbe.text()
        let linkID = try sbe.text()
        guard let child = OrderLinkID.read(linkID, session) else {
            foreignCount &+= 1
            return .foreign(1)
        }
        let entry = try entry(number: root.integer(56, as: Int32.self), sbe)
        guard let id = ExternalID(orderID) else { throw sbe.error(.overflow) }
        let prices = try sbe.scale(root.int8(3), entry.tick)
        let sizes = try sbe.scale(root.int8(4), entry.lot)
        let quantity = try sbe.quantity(root.int64(78), sizes)
        let leaves = try sbe.quantity(root.int64(16), sizes)
        guard leaves <= quantity else { throw sbe.error(.outOfRange) }
        let status = OrderStatus(bybitBinary: root.uint8(2))
        let isCounted = status != .other
        order[0] = .update(
            OrderUpdate(
                child: child,
                orderID: id,
                status: status,
                reason: root.integer(6, as: UInt16.self) == 0 ? .none : .other,
                price: Price(ticks: try sbe.quantity(root.int64(8), prices)),
                quantity: Quantity(lots: quantity),
                filled: isCounted ? Quantity(lots: quantity &- leaves) : .zero,
                updatedAt: try sbe.time(root.int64(40))
            )
        )
        return .orders(UnsafeBufferPointer(start: order, count: 1))
    }

    private func entry(
        number: Int32,
        _ sbe: SBEReader
    ) throws(DecodeError) -> InstrumentTable.Entry {
        for symbol in symbolIDs where symbol.number == number {
            for i in 0..<instruments.count where instruments[i].id == symbol.instrument {
                return instruments[i]
            }
        }
        throw sbe.error(.unknownSymbol)
    }
}

extension OrderStatus {
    /// The status of a fast order response; `.other` for what ended with an unstated count.
    fileprivate init(bybitBinary code: UInt8) {
        switch code {
        case 6: self = .new
        case 8: self = .partiallyFilled
        case 9: self = .filled
        default: self = .other
        }
    }
}

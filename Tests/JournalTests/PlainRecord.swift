import Book
import Journal
import Orders
import Units

/// A record as plain data, and its bytes written by the format's description alone: the twin that
/// the fast encoder is held to.
struct PlainRecord {
    enum Body {
        case session(JournalSession)
        case accept(ParentOrder, plan: [UInt8])
        case timer
        case depth(DepthUpdate.Kind, sequence: Int64, bids: [LevelChange], asks: [LevelChange])
        case trades([Trade])
        case ticker(TickerUpdate)
        case order(OrderEvent)
        case account(CodedEvent)
        case link(CodedEvent)
        case control(CodedEvent)
        case command(OrderCommand)
        case gap(market: UInt64, orders: UInt64)
        case close
    }

    var now: Int64
    var body: Body
    var isObservedOnly = false

    /// Its bytes as record `number`.
    func bytes(_ number: UInt64) -> [UInt8] {
        var payload: [UInt8] = []
        let kind = appendPayload(to: &payload)
        while payload.count % 8 != 0 { payload.append(0) }
        var rest: [UInt8] = []
        rest += PlainRecord.little(UInt16((24 + payload.count) / 8))
        rest.append(kind)
        rest.append(isObservedOnly ? 1 : 0)
        rest += PlainRecord.little(number)
        rest += PlainRecord.little(now)
        rest += payload
        return PlainRecord.little(PlainRecord.crc32c(rest)) + rest
    }

    /// The checksum, bit by bit.
    static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
        return ~crc
    }

    static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<(Value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
    }

    private func appendPayload(to out: inout [UInt8]) -> UInt8 {
        func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
        func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            PlainRecord.little(value)
        }
        func id(_ id: ExternalID) -> [UInt8] {
            let text = Array(id.text.utf8)
            return text + zeros(40 - text.count) + [UInt8(text.count)] + zeros(7)
        }
        func child(_ child: ChildID) -> [UInt8] {
            little(child.parent.index) + little(child.number)
        }
        func flag(_ value: Bool) -> UInt8 { value ? 1 : 0 }
        switch body {
        case .timer:
            return 3
        case .close:
            return 16
        case .gap(let market, let orders):
            out += little(market) + little(orders)
            return 15
        case .depth(let kind, let sequence, let bids, let asks):
            out += little(UInt16(0)) + [kind.rawValue, 0] + little(Int32(50))
            out += little(sequence) + little(sequence * 3) + little(now - 5) + little(now - 9)
            out += little(UInt32(bids.count)) + little(UInt32(asks.count))
            for level in bids + asks { out += little(level.ticks) + little(level.lots) }
            return 4
        case .trades(let trades):
            out += little(UInt16(0)) + zeros(2) + little(UInt32(trades.count)) + little(now - 5)
            for trade in trades {
                out += little(trade.price.ticks) + little(trade.quantity.lots)
                out += little(trade.matchedAt.count) + little(trade.crossSequence) + id(trade.id)
                out +=
                    [trade.aggressor.rawValue, flag(trade.isBlock), flag(trade.isRPI)] + zeros(5)
            }
            return 5
        case .ticker(let update):
            let fields = [
                update.markPrice?.billionths, update.indexPrice?.billionths,
                update.lastPrice?.billionths, update.fundingRateE9, update.nextFundingAt?.count,
            ]
            var present: UInt8 = 0
            for (bit, field) in fields.enumerated() where field != nil { present |= 1 << bit }
            out += little(update.instrument.index) + [present] + zeros(5)
            out += little(update.publishedAt.count)
            for field in fields { out += little(field ?? 0) }
            return 6
        case .order(.reply(let reply)):
            out += child(reply.child) + little(reply.code)
            out += [reply.operation.rawValue, reply.outcome.rawValue, reply.remedy.rawValue]
            out += [flag(reply.budget.isBatch)] + id(reply.orderID)
            out += little(reply.budget.limit) + little(reply.budget.left)
            out += little(reply.budget.resetsIn.count)
            return 7
        case .order(.update(let update)):
            out += child(update.child)
            out += [update.status.rawValue, update.reason.rawValue] + zeros(6)
            out += little(update.price.ticks) + little(update.quantity.lots)
            out += little(update.filled.lots) + little(update.updatedAt.count) + id(update.orderID)
            return 8
        case .order(.execution(let fill)):
            out += child(fill.child) + [fill.side.rawValue, flag(fill.isMaker)]
            let fee = fill.fee.billionths
            let isWide = fee.magnitude > 1 << 62
            out += [fill.feeCoin.rawValue, flag(isWide)] + zeros(4)
            out += little(fill.price.ticks) + little(fill.quantity.lots)
            out += little(Int64(truncatingIfNeeded: fee)) + little(fill.matchedAt.count)
            out += id(fill.id) + id(fill.orderID)
            if !fill.thirdCoin.isEmpty {
                out += Array(fill.thirdCoin.text.utf8) + zeros(16 - fill.thirdCoin.text.utf8.count)
            }
            if isWide { out += little(Int64(truncatingIfNeeded: fee >> 64)) }
            return 9
        case .order(.absent(let absent)):
            out += child(absent)
            return 18
        case .order(.adopted(let order)):
            appendOrder(order, to: &out)
            return 19
        case .account(let coded), .link(let coded), .control(let coded):
            out += [coded.code] + zeros(3) + little(coded.index)
            out += little(coded.first) + little(coded.second)
            if case .link = body { return 10 }
            if case .control = body { return 11 }
            return 17
        case .command(.place(let order)):
            appendOrder(order, to: &out)
            return 12
        case .command(.amend(let amend)):
            out += child(amend.child) + little(amend.instrument.index) + zeros(6)
            out += little(amend.price.ticks) + little(amend.quantity.lots)
            return 13
        case .command(.cancel(let cancel)):
            out += child(cancel.child) + little(cancel.instrument.index) + zeros(6)
            return 14
        case .accept(let order, let plan):
            out += little(order.id.index) + little(order.instrument.index)
            out += [order.side.rawValue, flag(order.limit != nil) + 2 * flag(order.reduceOnly)]
            out += little(order.quantity.lots) + little(order.limit?.ticks ?? 0)
            out += little(order.startsAt.count) + little(order.endsAt.count)
            out += little(UInt64(plan.count)) + plan
            return 2
        case .session(let session):
            let payload = PlainRecord.payload(session)
            out += little(UInt64(payload.count)) + payload
            return 1
        }
    }

    private func appendOrder(_ order: PlaceOrder, to out: inout [UInt8]) {
        out += PlainRecord.little(order.child.parent.index)
        out += PlainRecord.little(order.child.number)
        out += PlainRecord.little(order.instrument.index)
        out += [order.side.rawValue, order.timeInForce.rawValue, order.reduceOnly ? 1 : 0]
        out += [0, 0, 0] + PlainRecord.little(order.price.ticks)
        out += PlainRecord.little(order.quantity.lots)
    }

    private static func payload(_ session: JournalSession) -> [UInt8] {
        func text(_ text: String) -> [UInt8] { little(UInt32(text.utf8.count)) + Array(text.utf8) }
        var out = little(session.behaviour) + little(UInt32(session.commandCapacity))
        out += text(session.name) + text(session.build) + text(session.account)
        out.append(session.sync == .durable ? 0 : 1)
        out += little(UInt32(session.instruments.count))
        for one in session.instruments {
            out += [one.venue.rawValue, one.category.rawValue, one.isTrading ? 1 : 0]
            out += text(one.symbol) + text(one.baseCoin) + text(one.quoteCoin)
            for scale in [one.tick, one.lot] {
                out += little(scale.multiplier) + little(UInt32(scale.decimals))
            }
            out += little(one.priceRange.lowerBound.ticks) + little(one.priceRange.upperBound.ticks)
            out += little(one.quantityRange.lowerBound.lots)
            out += little(one.quantityRange.upperBound.lots)
            out += little(one.minimumNotional.billionths)
        }
        return out + little(UInt32(session.configuration.count)) + session.configuration
    }
}

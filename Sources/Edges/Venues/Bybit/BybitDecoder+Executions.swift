import Orders
import Units
import Wire

/// One entry of the `execution` topic, or of the REST list: its texts in place.
struct ExecutionFields {
    var category: JSONText?
    var symbol: JSONText?
    var linkID: JSONText?
    var orderID: JSONText?
    var execID: JSONText?
    var type: JSONText?
    var side: JSONText?
    var price: JSONText?
    var quantity: JSONText?
    var fee: JSONText?
    var feeCoin: JSONText?
    var time: JSONText?
    /// A fill that does not say so took: the dearer of the two.
    var isMaker = false

    init(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("category") {
                category = try json.optionalText()
            } else if key.equals("symbol") {
                symbol = try json.optionalText()
            } else if key.equals("orderLinkId") {
                linkID = try json.optionalText()
            } else if key.equals("orderId") {
                orderID = try json.optionalText()
            } else if key.equals("execId") {
                execID = try json.optionalText()
            } else if key.equals("execType") {
                type = try json.optionalText()
            } else if key.equals("side") {
                side = try json.optionalText()
            } else if key.equals("execPrice") {
                price = try json.optionalText()
            } else if key.equals("execQty") {
                quantity = try json.optionalText()
            } else if key.equals("execFee") {
                fee = try json.optionalText()
            } else if key.equals("feeCurrency") {
                feeCoin = try json.optionalText()
            } else if key.equals("execTime") {
                time = try json.optionalText()
            } else if key.equals("isMaker") {
                isMaker = try json.optionalBool() ?? false
            } else {
                try json.skipValue()
            }
        }
    }

    /// Whether it is a trade, and not funding, settlement or the like, which use the same list.
    /// One that does not say what it is may be a fill of ours, which must not be lost.
    var isTrade: Bool { type?.equals("Trade") ?? true }

    /// Whether what is no trade moves a position in one of `instruments` all the same.
    func movesPosition(_ instruments: borrowing InstrumentTable) -> Bool {
        guard let symbol, type?.equals("Funding") != true else { return false }
        let product = category?.productCategory
        guard category == nil || product != nil else { return false }
        return instruments.index(symbol.bytes, product) != nil
    }

    /// The fill as the engine knows it; nil when it is not of this session.
    ///
    /// - Parameter isFast: it is of the quick stream, which knows no fee, and of a maker's order
    ///   nothing but the venue's own id.
    func execution(
        _ instruments: borrowing InstrumentTable,
        _ session: SessionPrefix,
        _ json: JSONScanner,
        isFast: Bool = false
    ) throws(DecodeError) -> Execution? {
        let named = linkID.map { OrderLinkID.read($0.bytes, session) } ?? (isFast ? .unnamed : nil)
        guard let child = named else { return nil }
        return try execution(instruments, of: child, json, isFast: isFast)
    }

    /// The same of an entry that is known to be of `child`; nil in another instrument.
    func execution(
        _ instruments: borrowing InstrumentTable,
        of child: ChildID,
        _ json: JSONScanner,
        isFast: Bool = false
    ) throws(DecodeError) -> Execution? {
        guard let symbol else { throw json.error(.missingField) }
        guard let index = instruments.index(symbol.bytes, category?.productCategory) else {
            return nil
        }
        let entry = instruments[index]
        guard let execID, let orderID, let side, let price, let quantity, let time,
            isFast || type != nil
        else { throw json.error(.missingField) }
        guard let id = ExternalID(execID.bytes), !id.isEmpty else {
            throw json.error(.overflow, at: execID)
        }
        guard let order = ExternalID(orderID.bytes) else {
            throw json.error(.overflow, at: orderID)
        }
        guard side.equals("Buy") || side.equals("Sell") else {
            throw json.error(.badWord, at: side)
        }
        let isBuy = side.equals("Buy")
        // An order may meet one from before a coarser tick. What is between two steps counts at the
        // one that is worse for us, which no limit of ours is beyond.
        let ticks = try json.steps(of: price, entry.tick, isBuy ? .up : .down)
        let lots = try json.stepsOrZero(quantity, entry.lot)
        guard ticks > 0, lots > 0 else { throw json.error(.outOfRange, at: price) }
        var paid = CoinAmount.zero
        var coin = FeeCoin.untold
        if !isFast {
            if let fee { paid = try json.coinAmount(of: fee) }
            coin = instruments.feeCoin(index, feeCoin, paid, isBuy: isBuy)
        }
        return Execution(
            child: child,
            id: id,
            orderID: order,
            side: isBuy ? .buy : .sell,
            price: Price(ticks: ticks),
            quantity: Quantity(lots: lots),
            isMaker: isMaker,
            fee: paid,
            feeCoin: coin,
            thirdCoin: coin == .other ? feeCoin.map { CoinName($0.bytes) } ?? .none : .none,
            matchedAt: try json.milliseconds(of: time)
        )
    }
}

extension BybitDecoder {
    /// The list of the `execution` topic, or of its quick sibling, which holds trades only.
    mutating func decodeExecutions(
        _ json: inout JSONScanner,
        isFast: Bool
    ) throws(DecodeError) -> Data {
        var count = 0
        var foreign = 0
        guard try json.openList() else { return .orders(count: 0, foreign: 0) }
        while try json.nextEntry() {
            let fields = try ExecutionFields(&json)
            guard isFast || fields.isTrade else {
                otherExecutionCount &+= 1
                if fields.movesPosition(instruments) { strangeMoveCount &+= 1 }
                continue
            }
            guard
                let execution = try fields.execution(instruments, session, json, isFast: isFast)
            else {
                foreign &+= 1
                continue
            }
            guard count < BybitDecoder.orderCapacity else { throw json.error(.tooMany) }
            orders[count] = .execution(execution)
            count &+= 1
        }
        return .orders(count: count, foreign: foreign)
    }
}

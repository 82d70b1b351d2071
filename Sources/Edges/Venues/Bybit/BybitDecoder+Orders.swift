import Orders
import Units
import Wire

/// One entry of the `order` topic, or of the REST list of orders: its texts in place.
///
/// Kept as text until it is known to be ours: the prices of others' orders (market orders,
/// products that are not configured) need not be readable at all.
struct OrderFields {
    var category: JSONText?
    var symbol: JSONText?
    var linkID: JSONText?
    var orderID: JSONText?
    var status: JSONText?
    var price: JSONText?
    var quantity: JSONText?
    var filled: JSONText?
    var cancelType: JSONText?
    var rejectReason: JSONText?
    var updatedTime: JSONText?

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
            } else if key.equals("orderStatus") {
                status = try json.optionalText()
            } else if key.equals("price") {
                price = try json.optionalText()
            } else if key.equals("qty") {
                quantity = try json.optionalText()
            } else if key.equals("cumExecQty") {
                filled = try json.optionalText()
            } else if key.equals("cancelType") {
                cancelType = try json.optionalText()
            } else if key.equals("rejectReason") {
                rejectReason = try json.optionalText()
            } else if key.equals("updatedTime") {
                updatedTime = try json.optionalText()
            } else {
                try json.skipValue()
            }
        }
    }

    /// The order as the engine knows it; nil when it is not of this session.
    func update(
        _ instruments: borrowing InstrumentTable,
        _ session: SessionPrefix,
        _ json: JSONScanner
    ) throws(DecodeError) -> OrderUpdate? {
        guard let linkID, let child = OrderLinkID.read(linkID.bytes, session) else { return nil }
        return try update(instruments, of: child, json)
    }

    /// The same of an entry that is known to be of `child`; nil in another instrument.
    func update(
        _ instruments: borrowing InstrumentTable,
        of child: ChildID,
        _ json: JSONScanner
    ) throws(DecodeError) -> OrderUpdate? {
        guard let symbol, let status, let orderID, let quantity, let updatedTime else {
            throw json.error(.missingField)
        }
        guard let index = instruments.index(symbol.bytes, category?.productCategory) else {
            return nil
        }
        let entry = instruments[index]
        guard let id = ExternalID(orderID.bytes) else { throw json.error(.overflow, at: orderID) }
        let told = OrderStatus(bybit: status)
        // Fills are told apart from it, but at the end it is the last word.
        if filled == nil, told == .filled || told == .cancelled { throw json.error(.missingField) }
        return OrderUpdate(
            child: child,
            orderID: id,
            status: told,
            reason: OrderEndReason(bybitReject: rejectReason, cancel: cancelType),
            price: Price(ticks: try json.stepsOrZero(price, entry.tick)),
            quantity: Quantity(lots: try json.stepsOrZero(quantity, entry.lot)),
            filled: Quantity(lots: try json.stepsOrZero(filled, entry.lot)),
            updatedAt: try json.milliseconds(of: updatedTime)
        )
    }
}

extension BybitDecoder {
    /// The `order` topic's list.
    mutating func decodeOrders(_ json: inout JSONScanner) throws(DecodeError) -> Data {
        var count = 0
        var foreign = 0
        guard try json.openList() else { return .orders(count: 0, foreign: 0) }
        while try json.nextEntry() {
            let fields = try OrderFields(&json)
            guard let update = try fields.update(instruments, session, json) else {
                foreign &+= 1
                continue
            }
            guard count < BybitDecoder.orderCapacity else { throw json.error(.tooMany) }
            orders[count] = .update(update)
            count &+= 1
        }
        return .orders(count: count, foreign: foreign)
    }
}

extension JSONText {
    /// The product class this word names; nil for one we do not trade.
    var productCategory: ProductCategory? {
        if equals("linear") { return .linear }
        if equals("spot") { return .spot }
        return nil
    }
}

extension JSONScanner {
    /// Non-negative steps of a string read before; an unsaid one is zero.
    func stepsOrZero(_ text: JSONText?, _ scale: DecimalSteps) throws(DecodeError) -> Int64 {
        guard let text else { return 0 }
        let steps = try steps(of: text, scale)
        guard steps >= 0 && steps < BybitDecoder.stepLimit else {
            throw error(.outOfRange, at: text)
        }
        return steps
    }

    /// A time in milliseconds that a string read before holds.
    func milliseconds(of text: JSONText) throws(DecodeError) -> Nanoseconds {
        let (count, overflows) = try steps(of: text, .whole)
            .multipliedReportingOverflow(by: 1_000_000)
        guard !overflows, (0...BybitDecoder.timeLimit).contains(count) else {
            throw error(.overflow, at: text)
        }
        return Nanoseconds(count)
    }
}

extension OrderStatus {
    /// The status that Bybit's word states; `.other` for a word we do not know.
    init(bybit word: JSONText) {
        if word.equals("New") {
            self = .new
        } else if word.equals("PartiallyFilled") {
            self = .partiallyFilled
        } else if word.equals("Filled") {
            self = .filled
        } else if word.equals("Cancelled") || word.equals("PartiallyFilledCanceled")
            || word.equals("Deactivated")
        {
            self = .cancelled
        } else if word.equals("Rejected") {
            self = .rejected
        } else {
            self = .other
        }
    }
}

extension OrderEndReason {
    /// Why an order ended. The reject reason speaks first: a cancel that lost to a fill comes as
    /// a second `Filled` whose cancel type says "by user" all the same. Not so where the venue took
    /// the order off by itself: what it gives as the reject reason is then that of a request.
    init(bybitReject reject: JSONText?, cancel: JSONText?) {
        if let cancel, cancel.equals("CancelByDCP") {
            self = .disconnected
            return
        }
        if let cancel, cancel.equals("CancelByReduceOnly") {
            self = .other
            return
        }
        if let reject, !reject.equals("EC_NoError") {
            if reject.equals("EC_PostOnlyWillTakeLiquidity") {
                self = .postOnlyWouldTake
            } else if reject.equals("EC_NoEnoughQtyToFill")
                || reject.equals("EC_NoImmediateQtyToFill")
                || reject.equals("EC_CancelForNoFullFill")
            {
                self = .noLiquidity
            } else if reject.equals("EC_OrigClOrdIDDoesNotExist")
                || reject.equals("EC_TooLateToCancel")
            {
                self = .cancelTooLate
            } else if reject.equals("EC_PerCancelRequest") {
                self = .byUser
            } else {
                self = .other
            }
        } else if let cancel, !cancel.equals("UNKNOWN") {
            self = cancel.equals("CancelByUser") ? .byUser : .other
        } else {
            self = .none
        }
    }
}

import Orders
import Testing
import Units

/// Short names for the messages about one child, so that a test reads as the story it tells.
enum Story {
    static let child = ChildID(parent: ParentID(0), number: 0)

    static func order(_ lots: Int64 = 10, price: Int64 = 100) -> PlaceOrder {
        PlaceOrder(
            child: child,
            instrument: InstrumentID(0),
            side: .buy,
            timeInForce: .postOnly,
            price: Price(ticks: price),
            quantity: Quantity(lots: lots)
        )
    }

    static func placed(_ lots: Int64 = 10, price: Int64 = 100) -> ChildOrder {
        ChildOrder(order(lots, price: price), sentAt: Nanoseconds(1), midHalfTicks: 201)
    }

    static func amend(_ lots: Int64 = 10, price: Int64 = 101) -> AmendOrder {
        AmendOrder(
            child: child,
            instrument: InstrumentID(0),
            price: Price(ticks: price),
            quantity: Quantity(lots: lots)
        )
    }

    static func reply(_ operation: OrderOperation, _ outcome: OrderReply.Outcome) -> OrderEvent {
        .reply(
            OrderReply(
                operation: operation,
                child: child,
                outcome: outcome,
                remedy: .none,
                code: 0,
                orderID: .none
            )
        )
    }

    static func update(
        _ status: OrderStatus,
        filled: Int64 = 0,
        lots: Int64 = 10,
        price: Int64 = 100,
        at time: Int64 = 10,
        reason: OrderEndReason = .none
    ) -> OrderEvent {
        .update(
            OrderUpdate(
                child: child,
                orderID: .none,
                status: status,
                reason: reason,
                price: Price(ticks: price),
                quantity: Quantity(lots: lots),
                filled: Quantity(lots: filled),
                updatedAt: Nanoseconds(time)
            )
        )
    }

    static func fill(_ name: String, _ lots: Int64, price: Int64 = 100) -> OrderEvent {
        .execution(
            Execution(
                child: child,
                id: ExternalID(name) ?? .none,
                orderID: .none,
                side: .buy,
                price: Price(ticks: price),
                quantity: Quantity(lots: lots),
                isMaker: true,
                fee: CoinAmount(billionths: Int128(lots)),
                matchedAt: .zero
            )
        )
    }
}

/// A table with one child, to which a story is told.
func table(_ lots: Int64 = 10) -> OrderTable {
    var table = OrderTable(children: 4, executions: 64)
    table.open(Story.placed(lots))
    return table
}

func tell(_ table: inout OrderTable, _ events: [OrderEvent]) {
    for event in events { _ = table.apply(event) }
}

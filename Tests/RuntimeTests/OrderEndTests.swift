import Orders
import Testing
import Units
import Venues

@testable import Runtime

/// What the venue's lists and the journal together make of an order's end.
@Suite("Ends of settled orders", .timeLimit(.minutes(1)))
struct OrderEndTests {
    private static let id = ReconcilerDesk.child

    private static func child(
        _ change: (inout ChildOrder) -> Void = { _ in }
    ) -> ChildOrder {
        let order = PlaceOrder(
            child: id,
            instrument: InstrumentID(0),
            side: .buy,
            timeInForce: .goodTillCancel,
            price: Price(ticks: 600_000),
            quantity: Quantity(lots: 250),
            reduceOnly: false
        )
        var child = ChildOrder(order, sentAt: .seconds(1), midHalfTicks: 0)
        change(&child)
        return child
    }

    private static func update(_ status: OrderStatus, filled: Int64 = 0) -> OrderUpdate {
        OrderUpdate(
            child: id,
            orderID: ExternalID("9aac")!,
            status: status,
            reason: .none,
            price: Price(ticks: 600_000),
            quantity: Quantity(lots: 250),
            filled: Quantity(lots: filled),
            updatedAt: .seconds(2)
        )
    }

    private static func fill(_ lots: Int64) -> Execution {
        Execution(
            child: id,
            id: ExternalID("1")!,
            orderID: ExternalID("9aac")!,
            side: .buy,
            price: Price(ticks: 600_000),
            quantity: Quantity(lots: lots),
            isMaker: true,
            fee: .zero,
            matchedAt: .seconds(2)
        )
    }

    /// - Parameter fills: what the list of fills has, in lots.
    private static func end(
        _ record: ChildOrder?,
        _ told: OrderUpdate? = nil,
        fills: Int64 = 0,
        wasOpen: Bool = false
    ) -> String {
        var known = VenueOrders()
        if let told { known.updates[id] = told }
        if fills > 0 { known.fills[id] = [fill(fills)] }
        return known.end(of: id, record, wasOpen: wasOpen)
    }

    @Test("only what the venue has never spoken of is absent")
    func absent() {
        #expect(Self.end(Self.child()) == "absent")
        #expect(Self.end(Self.child(), wasOpen: true) == "unknown")
        #expect(Self.end(nil, wasOpen: true) == "unknown")
        let told = Self.child { child in
            let reply = OrderReply(
                operation: .place,
                child: Self.id,
                outcome: .accepted,
                remedy: .none,
                code: 0,
                orderID: ExternalID("9aac")!
            )
            child.apply(reply)
        }
        #expect(Self.end(told) == "unknown")
        #expect(Self.end(Self.child { $0.apply(Self.update(.new)) }) == "unknown")
        #expect(Self.end(told, Self.update(.cancelled)) == "cancelled")
    }

    @Test("an end is known when the list of fills has all that anyone has counted")
    func fills() {
        let filled = Self.child { $0.apply(Self.fill(120)) }
        #expect(Self.end(filled, Self.update(.cancelled, filled: 120)) == "unknown")
        #expect(Self.end(filled, Self.update(.cancelled, filled: 120), fills: 100) == "unknown")
        #expect(Self.end(filled, Self.update(.cancelled, filled: 120), fills: 120) == "cancelled")
        #expect(Self.end(nil, Self.update(.filled, filled: 250)) == "unknown")
        #expect(Self.end(nil, Self.update(.filled, filled: 250), fills: 250) == "filled")
        #expect(Self.end(nil, Self.update(.partiallyFilled, filled: 9), fills: 9) == "unknown")
    }

    @Test("an order of which only fills are told is filled when they are all of it")
    func fillsAlone() {
        let working = Self.child { $0.apply(Self.update(.new)) }
        #expect(Self.end(working, fills: 120) == "unknown")
        #expect(Self.end(working, fills: 250) == "filled")
        #expect(Self.end(nil, fills: 120) == "unknown")
        let cancelled = Self.child { $0.apply(Self.update(.cancelled, filled: 120)) }
        #expect(Self.end(cancelled) == "unknown")
        #expect(Self.end(cancelled, fills: 120) == "cancelled")
    }

    @Test("an entry that has lost its name is ours by the venue's own id, and by that alone")
    func nameless() throws {
        let named = ReconcilerDesk.order("New", filled: "0.000")
        let nameless = named.replacing(ReconcilerDesk.link, with: "")
        let other = named.replacing("testtest", with: "xxxxxxxx")
        let ids = [ExternalID("9aac")!: Self.id]
        func own(_ text: String, _ ids: [ExternalID: ChildID]) throws -> [ChildID] {
            let session = SessionPrefix("testtest")!
            let instruments = [ReconcilerDesk.instrument]
            return try BybitReplies.orders(Array(text.utf8), instruments, session, named: ids)
                .entries.map(\.child)
        }
        #expect(try own(named, [:]) == [Self.id] && own(nameless, ids) == [Self.id])
        #expect(try own(nameless, [:]).isEmpty && own(other, ids).isEmpty)
    }
}

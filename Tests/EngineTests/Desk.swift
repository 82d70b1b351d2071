import Algos
import Engine
import Orders
import TestSupport
import Testing
import Units

/// An engine at work, with what it sent last.
struct Desk: ~Copyable {
    var engine: Engine
    var buffer = CommandBuffer(capacity: 8)
    var maker = BookMaker()
    var now = Drive.start

    init(_ schedule: Schedule = .twap, lots: Int64 = 600, limit: Int64? = nil) throws {
        engine = Engine(
            Drive.configuration,
            instruments: [Drive.instrument],
            now: Drive.start
        )
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: lots),
            limit: limit.map { Price(ticks: $0) },
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(600)
        )
        engine.step(.link(.privateUp), now: now, commands: &buffer)
        try engine.accept(order, ExecutionPlan(schedule: schedule), now: now)
    }

    /// A fresh book `milliseconds` later; returns what the engine sent.
    mutating func book(after milliseconds: Int64 = 100) -> [OrderCommand] {
        now = now + .milliseconds(milliseconds)
        buffer.removeAll()
        var sent: [OrderCommand] = []
        maker.send(
            .snapshot,
            bids: [(10_000, 300), (9_999, 300)],
            asks: [(10_001, 300), (10_002, 300)],
            at: now
        ) { engine.step(.market(.depth($0)), now: now, commands: &buffer) }
        for i in 0..<buffer.count { sent.append(buffer[i]) }
        return sent
    }

    mutating func reply(
        _ operation: OrderOperation,
        _ child: ChildID,
        _ outcome: OrderReply.Outcome,
        _ remedy: OrderRemedy = .retry
    ) {
        buffer.removeAll()
        let reply = OrderReply(
            operation: operation,
            child: child,
            outcome: outcome,
            remedy: remedy,
            code: 0,
            orderID: .none
        )
        engine.step(.order(.reply(reply)), now: now, commands: &buffer)
    }

    /// Books until a child is placed.
    mutating func place() throws -> PlaceOrder {
        for _ in 0..<4_000 {
            for case .place(let order) in book() { return order }
        }
        throw Silence()
    }

    /// Nothing was placed.
    struct Silence: Error {}
}

import Algos
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// An engine at work, with what it sent last.
struct Desk: ~Copyable {
    var engine: Engine
    var buffer = CommandBuffer(capacity: 8)
    var maker = BookMaker()
    var now = Drive.start

    init(
        _ schedule: Schedule = .twap,
        lots: Int64 = 600,
        limit: Int64? = nil,
        largest: Int64 = 200,
        perSecond: Int64 = 10
    ) throws {
        var configuration = Drive.configuration
        configuration.limits.maxChild = Quantity(lots: largest)
        configuration.limits.requestsPerSecond = perSecond
        configuration.limits.venueRates = VenueRates(linear: perSecond)
        engine = Engine(
            configuration,
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
    mutating func book(after milliseconds: Int64 = 100, mid: Int64 = 10_000) -> [OrderCommand] {
        now = now + .milliseconds(milliseconds)
        buffer.removeAll()
        var sent: [OrderCommand] = []
        maker.send(
            .snapshot,
            bids: [(mid, 300), (mid - 1, 300)],
            asks: [(mid + 1, 300), (mid + 2, 300)],
            at: now
        ) { engine.step(.market(.depth($0)), now: now, commands: &buffer) }
        for i in 0..<buffer.count { sent.append(buffer[i]) }
        return sent
    }

    mutating func reply(
        _ operation: OrderOperation,
        _ child: ChildID,
        _ outcome: OrderReply.Outcome,
        _ remedy: OrderRemedy = .retry,
        code: Int32? = nil
    ) {
        buffer.removeAll()
        let reply = OrderReply(
            operation: operation,
            child: child,
            outcome: outcome,
            remedy: remedy,
            // A venue that refuses gives a code.
            code: code ?? (outcome == .refused ? 1 : 0),
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

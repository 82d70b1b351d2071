import Algos
import Engine
import Orders
import Testing
import Units

@Suite("Adoption")
struct AdoptionTests {
    @Test("a final parent adopts more orders than it looks at, and the last is still in doubt")
    func many() throws {
        var engine = Engine(Drive.configuration, instruments: [Drive.instrument], now: Drive.start)
        var commands = CommandBuffer(capacity: 16)
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: Drive.instrument.id,
            side: .buy,
            quantity: Quantity(lots: 100),
            limit: nil,
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(1)
        )
        try engine.accept(order, ExecutionPlan(schedule: .twap), now: Drive.start)
        let now = Drive.start + .milliseconds(1)
        engine.step(.control(.cancel(order.id)), now: now, commands: &commands)
        engine.step(.timer, now: now, commands: &commands)
        try #require(engine.state(of: order.id).isFinal)

        let last: UInt32 = 60
        for number in 0...last {
            let child = ChildID(parent: order.id, number: number)
            let adopted = PlaceOrder(
                child: child,
                instrument: Drive.instrument.id,
                side: .buy,
                timeInForce: .goodTillCancel,
                price: Price(ticks: 1),
                quantity: Quantity(lots: 1)
            )
            engine.step(.order(.adopted(adopted)), now: now, commands: &commands)
            if number < last {
                engine.step(.order(.absent(child)), now: now, commands: &commands)
            }
        }
        let live = (0..<engine.liveCount(of: order.id)).map { engine.live($0, of: order.id) }
        #expect(live.filter(\.needsAsking).map(\.id.number) == [last])
        #expect(engine.state(of: order.id) == .cancelled)
    }
}

import Algos
import Engine
import Orders
import Testing
import Units

@Suite("Adoption", .timeLimit(.minutes(3)))
struct AdoptionTests {
    @Test(
        "commands on record without their causes are counted in the venue's budget",
        arguments: [
            false, true,
        ]
    )
    func budget(_ isAdopted: Bool) throws {
        var desk = try Desk()
        let first = try desk.place()
        desk.engine.observe(.order(.absent(first.child)), now: desk.now)
        // A while later ten orders left, none of which arrived.
        desk.now = desk.now + .seconds(5)
        let left = desk.now
        for number in first.child.number + 1...first.child.number + 10 {
            var order = first
            order.child.number = number
            if isAdopted {
                desk.engine.observe(.order(.adopted(order)), now: left)
            } else {
                desk.engine.retrace(.place(order), now: left)
            }
            desk.engine.observe(.order(.absent(order.child)), now: left)
        }
        let before = desk.engine.refusals(.budgetSpent)
        while desk.now < left + .milliseconds(1_000) {
            let sent = desk.book(after: 50)
            #expect(sent.isEmpty)
        }
        #expect(desk.engine.refusals(.budgetSpent) > before)
        #expect(!desk.book(after: 50).isEmpty)
    }

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

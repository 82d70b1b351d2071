import Algos
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// What is too small for the venue: a lot is worth one coin, and the smallest order five.
@Suite("Engine and small ends", .timeLimit(.minutes(1)))
struct SmallEndTests {
    /// A buyer of eight lots, of whose one order five are filled before it is cancelled.
    private static func residue(limit: Int64? = nil) throws -> Desk {
        var desk = try Desk(lots: 8, limit: limit)
        let order = try desk.place()
        try #require(order.quantity == Quantity(lots: 8))
        let fill = Execution(
            child: order.child,
            id: try #require(ExternalID("a")),
            orderID: .none,
            side: .buy,
            price: order.price,
            quantity: Quantity(lots: 5),
            isMaker: true,
            fee: .zero,
            matchedAt: desk.now
        )
        let end = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: .cancelled,
            reason: .other,
            price: order.price,
            quantity: order.quantity,
            filled: Quantity(lots: 5),
            updatedAt: desk.now
        )
        for event in [OrderEvent.execution(fill), .update(end)] {
            desk.buffer.removeAll()
            desk.engine.step(.order(event), now: desk.now, commands: &desk.buffer)
            #expect(desk.buffer.count == 0)
        }
        return desk
    }

    @Test("a residue that only the price made too small waits, and is traded at a better one")
    func waits() throws {
        var desk = try Self.residue()
        for _ in 0..<600 { #expect(desk.book().isEmpty) }
        #expect(desk.engine.state(of: ParentID(0)) == .working)
        var sent: [OrderCommand] = []
        for _ in 0..<6_000 where sent.isEmpty { sent = desk.book(mid: 20_000) }
        guard case .place(let order) = sent.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(order.quantity == Quantity(lots: 3))
    }

    @Test("a residue that is still too small at the parent's end is told as such")
    func ends() throws {
        var desk = try Self.residue()
        while desk.now < Drive.start + .seconds(600) {
            #expect(desk.engine.state(of: ParentID(0)) == .working)
            #expect(desk.book().isEmpty)
        }
        _ = desk.book()
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.state == .expired && facts.stopReason == "residueTooSmall")
    }

    @Test("a residue that its own limit keeps too small ends the parent at once")
    func bounded() throws {
        var desk = try Self.residue(limit: 10_001)
        _ = desk.book()
        _ = desk.book()
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.state == .expired && facts.stopReason == "residueTooSmall")
    }

    @Test("a parent of which no order could be sent ends at its first book")
    func untradable() throws {
        for (lots, limit, largest) in [
            // Worth four; worth little at its limit; in pieces that are worth four.
            (Int64(4), Int64?.none, Int64(200)), (20, 1_000, 200), (600, nil, 4),
        ] {
            var desk = try Desk(lots: lots, limit: limit, largest: largest)
            _ = desk.book()
            _ = desk.book()
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .halted && facts.stopReason == "parentTooSmall")
            #expect(facts.children.isEmpty && facts.riskRefusals == 0)
        }
    }

    @Test("the band is no wider than the parent")
    func band() throws {
        var desk = try Desk(lots: 5)
        _ = desk.book()
        _ = desk.book()
        #expect(desk.engine.progress(of: ParentID(0)).band <= Quantity(lots: 5))
    }

    @Test("what our own limits did not let through is tried again after a pause, not at each book")
    func backsOff() throws {
        var desk = try Desk(lots: 600)
        let id = InstrumentID(0)
        desk.engine.step(.account(.trading(id, false)), now: desk.now, commands: &desk.buffer)
        // To the first try, which is refused; from then on nothing is in its way.
        for _ in 0..<4_000 where desk.engine.refusals(.notTrading) == 0 {
            #expect(desk.book(after: 5).isEmpty)
        }
        try #require(desk.engine.refusals(.notTrading) == 1)
        let refusedAt = desk.now
        desk.engine.step(.account(.trading(id, true)), now: desk.now, commands: &desk.buffer)
        var sent: [OrderCommand] = []
        for _ in 0..<4_000 where sent.isEmpty { sent = desk.book(after: 5) }
        #expect(sent.count == 1)
        #expect(desk.now - refusedAt == .milliseconds(100))
    }

    @Test("what our own limits do not let through counts once, however long")
    func countsOnce() throws {
        var desk = try Desk(lots: 600)
        let id = InstrumentID(0)
        desk.engine.step(
            .account(.trading(id, false)),
            now: desk.now,
            commands: &desk.buffer
        )
        for _ in 0..<1_000 { #expect(desk.book(after: 5).isEmpty) }
        // One wish that was refused all the time.
        #expect(desk.engine.refusals(.notTrading) == 1)
    }
}

import Algos
import Book
import Engine
import Orders
import Testing
import Units

/// What others traded, however our own prints and fills come.
@Suite("Others' volume", .timeLimit(.minutes(1)))
struct TapeTests {
    private static func print(
        _ desk: inout Desk,
        _ prints: [(id: String, lots: Int64)],
        isRPI: Bool = false
    ) {
        let trades = prints.map {
            Trade(
                price: Price(ticks: 10_001),
                quantity: Quantity(lots: $0.lots),
                aggressor: .buy,
                isBlock: false,
                isRPI: isRPI,
                matchedAt: desk.now,
                crossSequence: 0,
                id: ExternalID($0.id) ?? .none
            )
        }
        trades.withUnsafeBufferPointer {
            let batch = TradeBatch(
                instrument: InstrumentID(0),
                publishedAt: desk.now,
                trades: $0
            )
            desk.engine.step(.market(.trades(batch)), now: desk.now, commands: &desk.buffer)
        }
    }

    private static func fill(_ desk: inout Desk, _ order: PlaceOrder, _ id: String, _ lots: Int64) {
        let execution = Execution(
            child: order.child,
            id: ExternalID(id) ?? .none,
            orderID: .none,
            side: .buy,
            price: Price(ticks: 10_001),
            quantity: Quantity(lots: lots),
            isMaker: false,
            fee: .zero,
            matchedAt: desk.now
        )
        desk.engine.step(.order(.execution(execution)), now: desk.now, commands: &desk.buffer)
    }

    enum Order: CaseIterable {
        case printFirst, fillFirst, printNever
    }

    @Test(
        "it agrees with the tape, whether the last print comes before its fill, after, or never",
        arguments: Order.allCases
    )
    func lastPrint(_ order: Order) throws {
        var desk = try Desk(lots: 6)
        let place = try desk.place()
        #expect(place.quantity.lots == 6)
        Self.print(&desk, [("x", 40), ("y", 2)])
        Self.fill(&desk, place, "a", 2)
        Self.print(&desk, [("a", 2), ("z", 5)])
        if order == .printFirst { Self.print(&desk, [("b", 4)]) }
        Self.fill(&desk, place, "b", 4)
        _ = desk.book()
        #expect(desk.engine.state(of: ParentID(0)) == .completed)
        // What comes after the end belongs to nobody.
        if order == .fillFirst { Self.print(&desk, [("b", 4)]) }
        Self.print(&desk, [("late", 100)])
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.othersVolume.lots == 47)
        #expect(facts.othersNotional == Notional(Price(ticks: 10_001), Quantity(lots: 47)))
        #expect(facts.participation == 6.0 / 53)
        #expect(facts.unseenPrints == (order == .printFirst ? 0 : 1))
        #expect(facts.fillLog.map(\.execution.id.text) == ["a", "b"])
    }

    @Test(
        "a print of ours that the tape does not count is not taken out of it",
        arguments: [false, true]
    )
    func uncounted(isPrintFirst: Bool) throws {
        var desk = try Desk(lots: 600)
        let place = try desk.place()
        Self.print(&desk, [("x", 40)])
        if isPrintFirst { Self.print(&desk, [("a", 2)], isRPI: true) }
        Self.fill(&desk, place, "a", 2)
        if !isPrintFirst { Self.print(&desk, [("a", 2)], isRPI: true) }
        _ = desk.book()
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.othersVolume.lots == 40 && facts.unseenPrints == 0)
    }

    @Test("a fill is known as printed some thousand prints later, and many wait at once")
    func bounds() throws {
        var desk = try Desk(lots: 600)
        let place = try desk.place()
        Self.print(&desk, [("a", 1)])
        for i in 0..<4_000 { Self.print(&desk, [("other-\(i)", 1)]) }
        Self.fill(&desk, place, "a", 1)
        #expect(desk.engine.facts(of: ParentID(0)).othersVolume.lots == 4_000)
        #expect(desk.engine.facts(of: ParentID(0)).unseenPrints == 0)
    }

    @Test("a fill told after another parent began is not taken out of what that one follows")
    func laterParent() throws {
        var desk = try Desk(lots: 600)
        let place = try desk.place()
        Self.print(&desk, [("x", 40), ("a", 2)])
        let second = ParentOrder(
            id: desk.engine.nextParent,
            instrument: InstrumentID(0),
            side: .sell,
            quantity: Quantity(lots: 600),
            limit: nil,
            startsAt: desk.now,
            endsAt: desk.now + .seconds(600)
        )
        try desk.engine.accept(
            second,
            ExecutionPlan(schedule: .pov(rateBps: 1_000)),
            now: desk.now
        )
        _ = desk.book()
        #expect(desk.engine.state(of: second.id) == .working)
        // The print of the other one's fill came before the second began, and the fill after.
        Self.fill(&desk, place, "a", 2)
        Self.print(&desk, [("y", 30)])
        #expect(desk.engine.facts(of: second.id).othersVolume.lots == 30)
        #expect(desk.engine.facts(of: ParentID(0)).othersVolume.lots == 70)
    }
}

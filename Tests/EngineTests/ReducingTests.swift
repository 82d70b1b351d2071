import Algos
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// Parents that only reduce a position, at a still book around 1,000.05.
@Suite("Engine and reducing parents", .timeLimit(.minutes(1)))
struct ReducingTests {
    static let id = InstrumentID(0)

    struct Desk: ~Copyable {
        var engine = Engine(
            Drive.configuration,
            instruments: [Drive.instrument],
            now: Drive.start
        )
        var buffer = CommandBuffer(capacity: 8)
        var maker = BookMaker()
        var now = Drive.start
        /// Lots of orders that are open, by child, of which the most was so much together.
        var open: [UInt32: Int64] = [:]
        var most: Int64 = 0
        var sold: Int64 = 0

        init(_ opening: AccountEvent?, _ parents: [(side: Side, lots: Int64)]) throws {
            engine.step(.link(.privateUp), now: now, commands: &buffer)
            if let opening { engine.step(.account(opening), now: now, commands: &buffer) }
            for parent in parents {
                let order = ParentOrder(
                    id: engine.nextParent,
                    instrument: ReducingTests.id,
                    side: parent.side,
                    quantity: Quantity(lots: parent.lots),
                    limit: nil,
                    reduceOnly: true,
                    startsAt: Drive.start,
                    endsAt: Drive.start + .seconds(20)
                )
                try engine.accept(order, ExecutionPlan(schedule: .twap), now: now)
            }
        }

        mutating func tell(_ event: EngineEvent) -> [OrderCommand] {
            buffer.removeAll()
            engine.step(event, now: now, commands: &buffer)
            return (0..<buffer.count).map { buffer[$0] }
        }

        /// Books for `seconds`. Takers fill at once, and makers every fifth book, if `fills`.
        mutating func trade(_ seconds: Int64, fills: Bool = true) throws {
            for number in 0..<(seconds * 10) {
                now = now + .milliseconds(100)
                var sent: [OrderCommand] = []
                maker.send(
                    .snapshot,
                    bids: [(10_000, 300), (9_999, 300)],
                    asks: [(10_001, 300), (10_002, 300)],
                    at: now
                ) {
                    buffer.removeAll()
                    engine.step(.market(.depth($0)), now: now, commands: &buffer)
                    sent = (0..<buffer.count).map { buffer[$0] }
                }
                try carryOut(sent)
                guard fills, number % 5 == 0 else { continue }
                for child in open.keys.sorted() { try fill(child) }
            }
        }

        mutating func carryOut(_ sent: [OrderCommand]) throws {
            var sent = sent
            while !sent.isEmpty {
                switch sent.removeFirst() {
                case .place(let order):
                    try #require(order.reduceOnly)
                    open[order.child.number] = order.quantity.lots
                    most = max(most, open.values.reduce(0, +))
                    if order.timeInForce == .postOnly {
                        sent += state(order.child, .new, order.price, order.quantity)
                    } else {
                        try fill(order.child.number)
                    }
                case .cancel(let cancel):
                    guard let lots = open.removeValue(forKey: cancel.child.number) else { continue }
                    let child = engine.child(cancel.child.number)
                    sent += state(cancel.child, .cancelled, child.price, Quantity(lots: lots))
                case .amend(let amend):
                    sent += state(amend.child, .new, amend.price, amend.quantity)
                }
            }
        }

        private mutating func state(
            _ child: ChildID,
            _ status: OrderStatus,
            _ price: Price,
            _ quantity: Quantity
        ) -> [OrderCommand] {
            tell(
                .order(
                    .update(
                        OrderUpdate(
                            child: child,
                            orderID: .none,
                            status: status,
                            reason: .none,
                            price: price,
                            quantity: quantity,
                            filled: .zero,
                            updatedAt: now
                        )
                    )
                )
            )
        }

        private mutating func fill(_ number: UInt32) throws {
            guard let lots = open.removeValue(forKey: number) else { return }
            let child = engine.child(number)
            sold += lots
            let sent = tell(
                .order(
                    .execution(
                        Execution(
                            child: child.id,
                            id: try #require(ExternalID("f\(number)")),
                            orderID: .none,
                            side: child.side,
                            price: child.price,
                            quantity: Quantity(lots: lots),
                            isMaker: true,
                            fee: .zero,
                            matchedAt: now
                        )
                    )
                )
            )
            try carryOut(sent)
        }

        func end(_ parent: UInt32 = 0) -> String {
            let facts = engine.facts(of: ParentID(parent))
            return "\(facts.state) \(facts.stopReason) \(facts.ledger.filled.lots)"
        }
    }

    static func held(_ side: Side, _ lots: Int64, isHedged: Bool) -> AccountEvent {
        let (mine, other) = (Quantity(lots: lots), Quantity(lots: 700))
        let none = Quantity.zero
        if !isHedged { return .opening(id, side == .sell ? mine : none - mine) }
        return side == .sell
            ? .openingHedged(id, long: mine, short: none - other)
            : .openingHedged(id, long: other, short: none - mine)
    }

    @Test(
        "more than is held is never asked for, and flat is done",
        arguments: Side.allCases,
        [false, true]
    )
    func flat(_ side: Side, _ isHedged: Bool) throws {
        var desk = try Desk(Self.held(side, 200, isHedged: isHedged), [(side, 900)])
        try desk.trade(25)
        #expect(desk.end() == "completed flat 200")
        #expect(desk.engine.refusals(.onlyReducing) == 0)
        #expect(desk.most <= 200 && desk.sold == 200)
    }

    @Test("nothing is sent, and nothing ends, before the venue has said what is held")
    func late() throws {
        var desk = try Desk(nil, [(.sell, 100)])
        try desk.trade(3)
        let next = desk.engine.nextChild
        #expect(next == 0)
        #expect(desk.engine.state(of: ParentID(0)) == .accepted)
        _ = desk.tell(.account(.opening(Self.id, Quantity(lots: 40))))
        try desk.trade(25)
        #expect(desk.end() == "completed flat 40")
    }

    @Test("what others close is not asked for any more, and what rests beyond it comes off")
    func shrinks() throws {
        var desk = try Desk(.opening(Self.id, Quantity(lots: 1_500)), [(.sell, 1_500)])
        try desk.trade(5)
        for _ in 0..<10 where desk.open.values.reduce(0, +) <= 10 {
            try desk.trade(1, fills: false)
        }
        try #require(desk.open.values.reduce(0, +) > 10)
        let before = desk.sold
        #expect(before > 0 && before < 1_400)
        // Others leave ten lots of the position.
        _ = desk.tell(.account(.opening(Self.id, Quantity(lots: before + 10))))
        try desk.trade(1, fills: false)
        #expect(desk.open.values.reduce(0, +) <= 10)
        try desk.trade(25)
        #expect(desk.end() == "completed flat \(before + 10)")
        // All of it.
        var gone = try Desk(.opening(Self.id, Quantity(lots: 200)), [(.sell, 200)])
        try gone.trade(5)
        _ = gone.tell(.account(.opening(Self.id, Quantity(lots: gone.sold))))
        try gone.trade(1)
        #expect(gone.end() == "completed flat \(gone.sold)")
        #expect(gone.open.isEmpty)
    }

    @Test("two parents that reduce one position do not ask for it twice")
    func shared() throws {
        var desk = try Desk(.opening(Self.id, Quantity(lots: 100)), [(.sell, 90), (.sell, 80)])
        try desk.trade(40)
        #expect(desk.sold == 100 && desk.most <= 100)
        let isIdle = desk.engine.isIdle
        #expect(isIdle)
        #expect(desk.engine.refusals(.onlyReducing) == 0)
    }

    @Test("when only reducing orders may leave, what rests and would not reduce comes off")
    func reducingState() throws {
        var desk = try EngineTests.Desk()
        let order = try desk.place()
        let update = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: .new,
            reason: .none,
            price: order.price,
            quantity: order.quantity,
            filled: .zero,
            updatedAt: desk.now
        )
        desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
        desk.buffer.removeAll()
        desk.engine.step(.control(.reduce), now: desk.now, commands: &desk.buffer)
        #expect(desk.buffer.count == 1 && desk.buffer[0].operation == .cancel)
        for _ in 0..<50 { #expect(desk.book().allSatisfy { $0.operation == .cancel }) }
        #expect(desk.engine.refusals(.onlyReducing) == 0)
    }

    @Test("an order that stands after all, and is more than may be, is taken off once")
    func unbidden() throws {
        var desk = try EngineTests.Desk()
        let order = try desk.place()
        desk.reply(.place, order.child, .refused)
        desk.engine.step(.control(.reduce), now: desk.now, commands: &desk.buffer)
        let update = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: .new,
            reason: .none,
            price: order.price,
            quantity: order.quantity,
            filled: .zero,
            updatedAt: desk.now
        )
        desk.buffer.removeAll()
        desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
        #expect(desk.buffer.count == 1 && desk.buffer[0].operation == .cancel)
    }
}

import Orders
import TestSupport
import Testing
import Units

/// One fill told by two streams, one of which knows neither its fee nor, sometimes, our name.
@Suite("Fills told without fees", .timeLimit(.minutes(3)))
struct FastFillTests {
    private static let venueID = ExternalID("9aac161b")!

    private static func fill(
        _ id: String = "a",
        _ lots: Int64 = 4,
        isMaker: Bool = true,
        fee: Int64 = 8,
        coin: FeeCoin = .quote
    ) -> Execution {
        Execution(
            child: Story.child,
            id: ExternalID(id)!,
            orderID: venueID,
            side: .buy,
            price: Price(ticks: 100),
            quantity: Quantity(lots: lots),
            isMaker: isMaker,
            fee: CoinAmount(billionths: Int128(fee)),
            feeCoin: coin,
            matchedAt: .zero
        )
    }

    private static func quick(_ fill: Execution, isNamed: Bool = true) -> Execution {
        var quick = fill
        quick.fee = .zero
        quick.feeCoin = .untold
        if !isNamed { quick.child = .unnamed }
        return quick
    }

    @Test("every order of arrival gives the same sums")
    func orders() {
        let (full, quick) = (Self.fill(), Self.quick(Self.fill()))
        for story in [
            [full], [full, quick], [quick, full], [quick, quick, full], [quick, full, quick],
            [quick, full, full], [full, full, quick], [full, quick, quick, full],
        ] {
            var orders = table()
            let changes = story.map { orders.apply(.execution($0)) }
            let child = orders[0]
            #expect(child.filled.lots == 4 && child.makerFilled.lots == 4, "\(story)")
            #expect(child.fees.billionths == 8 && child.untoldFees == 0, "\(story)")
            let fills = changes.filter { if case .fill = $0 { true } else { false } }
            #expect(fills.count == 1, "\(changes)")
        }
    }

    @Test("a fee still to be told keeps a filled child from being accounted, and asks for it")
    func untold() {
        var orders = table()
        let whole = Self.fill("a", 10)
        _ = orders.apply(.execution(Self.quick(whole)))
        #expect(orders[0].state == .ended && orders[0].isSettled)
        #expect(!orders[0].isAccounted && orders[0].needsAsking && orders[0].untoldFees == 1)
        let id = whole.id
        let awaits = orders.awaitsFee(id, of: 0)
        let seen = orders.discrepancy(.execution(whole))
        #expect(awaits && seen == .unseenFee)
        guard case .completion(0, .zero) = orders.apply(.execution(whole)) else {
            Issue.record("not completed")
            return
        }
        #expect(orders[0].isAccounted && !orders[0].needsAsking)
        let known = orders.discrepancy(.execution(whole))
        #expect(known == nil)
    }

    @Test("who rested is as the stream with the fee says", arguments: [false, true])
    func maker(isMaker: Bool) {
        var orders = table()
        var quick = Self.quick(Self.fill(isMaker: isMaker))
        quick.isMaker = !isMaker
        _ = orders.apply(.execution(quick))
        guard
            case .completion(0, let rested) = orders.apply(.execution(Self.fill(isMaker: isMaker)))
        else {
            Issue.record("not completed")
            return
        }
        #expect(orders[0].makerFilled.lots == (isMaker ? 4 : 0))
        #expect(rested.lots == (isMaker ? 4 : -4))
    }

    @Test("fees add up coin by coin")
    func coins() {
        var orders = table()
        for (id, coin) in [("a", FeeCoin.quote), ("b", .base), ("c", .other)] {
            _ = orders.apply(.execution(Self.fill(id, 1, fee: 3, coin: coin)))
            let again = Self.fill(id + "q", 1, fee: 5, coin: coin)
            _ = orders.apply(.execution(Self.quick(again)))
            _ = orders.apply(.execution(again))
        }
        let child = orders[0]
        #expect([child.fees, child.baseFees, child.otherFees].map(\.billionths) == [8, 8, 8])
    }

    @Test("an order named by the venue's id alone is found once that id is known")
    func unnamed() {
        let full = Self.fill()
        let quick = Self.quick(full, isNamed: false)
        var orders = table()
        // Nobody has told the id yet: the fill is left to the other stream, and its id unused.
        if case .foreign = orders.apply(.execution(quick)) {} else { Issue.record("known?") }
        let isCounted = orders.hasCounted(full.id, of: 0)
        #expect(!isCounted && orders[0].filled == .zero)
        if case .fill(0) = orders.apply(.execution(full)) {} else { Issue.record("lost") }
        if case .duplicate = orders.apply(.execution(quick)) {} else { Issue.record("twice") }
        // Now it is known, and the next one is found by it.
        let next = Self.fill("b", 2)
        if case .fill(0) = orders.apply(.execution(Self.quick(next, isNamed: false))) {
        } else {
            Issue.record("not found")
        }
        if case .completion(0, .zero) = orders.apply(.execution(next)) {
        } else {
            Issue.record("not completed")
        }
        #expect(orders[0].filled.lots == 6 && orders[0].fees.billionths == 16)
        var nameless = Self.quick(Self.fill("c"), isNamed: false)
        nameless.orderID = .none
        if case .foreign = orders.apply(.execution(nameless)) {} else { Issue.record("whose?") }
    }

    @Test("among many children each is found by its own id, whichever event told it")
    func many() {
        var random = SplitMix64(seed: 77)
        var orders = OrderTable(children: 500, executions: 4_000)
        var ids: [ExternalID] = []
        for number in 0..<500 {
            var order = Story.order()
            order.child = ChildID(parent: ParentID(0), number: UInt32(number))
            orders.open(ChildOrder(order, sentAt: .zero, midHalfTicks: 201))
            let id = ExternalID("order-\(random.next())")!
            ids.append(id)
            let reply = OrderReply(
                operation: .place,
                child: order.child,
                outcome: .accepted,
                remedy: .none,
                code: 0,
                orderID: id
            )
            _ = orders.apply(.reply(reply))
        }
        for round in 0..<2_000 {
            let number = Int.random(in: 0..<500, using: &random)
            var fill = Self.quick(Self.fill("f\(round)", 1), isNamed: false)
            fill.orderID = ids[number]
            guard case .fill(number) = orders.apply(.execution(fill)) else {
                Issue.record("round \(round): not \(number)")
                return
            }
        }
        var stranger = Self.quick(Self.fill("x"), isNamed: false)
        stranger.orderID = ExternalID("another-order")!
        if case .foreign = orders.apply(.execution(stranger)) {} else { Issue.record("whose?") }
    }
}

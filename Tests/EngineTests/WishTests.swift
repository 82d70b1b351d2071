import Algos
import Engine
import Orders
import Risk
import Testing
import Units

/// What is counted of wishes that may not be carried out, and of fills for the report.
@Suite("Counts for the report", .timeLimit(.minutes(1)))
struct WishTests {
    @Test("a wish that risk holds back counts once, however often it is looked at")
    func held() throws {
        var desk = try Desk()
        let halted = RefusalReason.clockUncertain
        desk.engine.observe(.account(.clockError(.seconds(3_600))), now: desk.now)
        for _ in 0..<500 { _ = desk.book() }
        #expect(desk.engine.refusals(halted) == 1)
        // The clock is known again: the wish passes. The next spell counts again.
        desk.engine.observe(.account(.clockError(.zero)), now: desk.now)
        let order = try desk.place()
        desk.engine.observe(.account(.clockError(.seconds(3_600))), now: desk.now)
        desk.reply(.place, order.child, .refused)
        for _ in 0..<500 { _ = desk.book() }
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(desk.engine.refusals(halted) == 2 && facts.riskRefusals == 2)
        #expect(facts.rateWaits == 0)
    }

    @Test("a fee that comes later is entered in the log of fills, and who rested is set right")
    func completion() throws {
        var desk = try Desk(lots: 6)
        let place = try desk.place()
        var quick = Execution(
            child: place.child,
            id: ExternalID("a") ?? .none,
            orderID: .none,
            side: .buy,
            price: place.price,
            quantity: place.quantity,
            isMaker: false,
            fee: .zero,
            feeCoin: .untold,
            matchedAt: desk.now
        )
        desk.engine.step(.order(.execution(quick)), now: desk.now, commands: &desk.buffer)
        let taker = desk.engine.facts(of: ParentID(0))
        quick.isMaker = true
        quick.fee = CoinAmount(billionths: 12)
        quick.feeCoin = .other
        quick.thirdCoin = CoinName("MNT".utf8)
        desk.engine.step(.order(.execution(quick)), now: desk.now, commands: &desk.buffer)
        let maker = desk.engine.facts(of: ParentID(0))
        #expect(taker.fillLog.count == 1 && maker.fillLog.count == 1)
        #expect(maker.fillLog[0].execution == quick)
        #expect(maker.thirdCoinFees.map(\.coin.text) == ["MNT"])
        #expect(maker.children[0].endedAt > .zero)
        let before = taker.ledger.breakdown(unfilled: .zero, endHalfTicks: 0)
        let after = maker.ledger.breakdown(unfilled: .zero, endHalfTicks: 0)
        #expect(before.makerDrift == 0 && after.takerLatency == 0)
        #expect(before.takerLatency == after.makerDrift)
        #expect(before.tradingCost == after.tradingCost)
    }
}

import Algos
import Engine
import Orders
import TestSupport
import Testing
import Units

/// Fills on two streams, one of which knows no fees.
@Suite("Engine with fast fills", .timeLimit(.minutes(3)))
struct FastFillTests {
    #if DEBUG
    private static let seeds: UInt64 = 30
    #else
    private static let seeds: UInt64 = 2_000
    #endif

    @Test("whichever stream is first, quantities and fees count once", arguments: [false, true])
    func counts(isHostile: Bool) throws {
        for seed in 0..<Self.seeds {
            var job = HostileVenueTests.job(seed)
            job.temper = isHostile ? .hostile : .benign
            job.tellsFastFills = true
            let outcome = try Drive.run(job)
            if !isHostile && job.interruption == nil {
                #expect(outcome.facts.untoldFees == 0, "seed \(seed)")
                #expect(outcome.facts.unsettled.isEmpty, "seed \(seed)")
            }
        }
    }

    private static func fill(
        _ child: ChildID,
        _ id: String,
        _ lots: Int64,
        at price: Price,
        fee: Int64 = 0,
        in coin: FeeCoin
    ) -> EngineEvent {
        .order(
            .execution(
                Execution(
                    child: child,
                    id: ExternalID(id) ?? .none,
                    orderID: .none,
                    side: .buy,
                    price: price,
                    quantity: Quantity(lots: lots),
                    isMaker: true,
                    fee: CoinAmount(billionths: Int128(fee)),
                    feeCoin: coin,
                    matchedAt: .zero
                )
            )
        )
    }

    @Test("a parent that is filled waits for its fees, but not without end")
    func waits() throws {
        for tellsFee in [true, false] {
            var desk = try Desk(lots: 6)
            let order = try desk.place()
            let lots = order.quantity.lots
            #expect(lots == 6)
            let quick = Self.fill(order.child, "a", lots, at: order.price, in: .untold)
            desk.engine.step(quick, now: desk.now, commands: &desk.buffer)
            _ = desk.book()
            #expect(!desk.engine.state(of: ParentID(0)).isFinal)
            #expect(desk.engine.position(InstrumentID(0)).net.lots == 6)
            if tellsFee {
                let full = Self.fill(order.child, "a", lots, at: order.price, fee: 9, in: .quote)
                desk.engine.step(full, now: desk.now, commands: &desk.buffer)
            } else {
                desk.now = desk.now + Drive.configuration.stopTimeout + .seconds(1)
            }
            _ = desk.book()
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .completed && facts.stopReason == "none")
            #expect(facts.ledger.fees.billionths == (tellsFee ? 9 : 0))
            #expect(facts.untoldFees == (tellsFee ? 0 : 1) && facts.unsettled.isEmpty)
        }
    }

    @Test("a fee in the base coin is worth what that much of the fill cost")
    func baseFees() throws {
        var desk = try Desk(lots: 20)
        let order = try desk.place()
        let price = Price(ticks: 10_001)
        // Prices have one decimal: 1,000.1 of the quote coin for one of the base coin.
        for (id, fee, coin) in [
            ("a", Int64(1_000), FeeCoin.base), ("b", -15, .base), ("c", 7, .quote),
            ("d", 1_000_000, .other),
        ] {
            let fill = Self.fill(order.child, id, 1, at: price, fee: fee, in: coin)
            desk.engine.step(fill, now: desk.now, commands: &desk.buffer)
        }
        let facts = desk.engine.facts(of: ParentID(0))
        // 1,000,100 − 15,001.5 rounded away from zero, + 7.
        #expect(facts.ledger.fees.billionths == 1_000_100 - 15_002 + 7)
        #expect(
            facts.baseFees.billionths == 985
                && facts.thirdCoinFees.map(\.amount.billionths) == [1_000_000]
        )
        let huge = Self.fill(order.child, "e", 1, at: price, fee: 1 << 61, in: .base)
        desk.engine.step(huge, now: desk.now, commands: &desk.buffer)
        #expect(desk.engine.facts(of: ParentID(0)).ledger.fees.billionths == .max)
    }
}

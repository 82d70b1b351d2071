import Orders
import Simulation
import Testing
import Units

@Suite("Takers", .timeLimit(.minutes(3)))
struct TakerTests {
    private func market() -> Fixture {
        Fixture(
            bids: [(600_000, 100), (599_999, 200)],
            asks: [(600_001, 50), (600_002, 70), (600_005, 500)]
        )
    }

    @Test("a taker walks the levels at their prices and consumes them")
    func walk() throws {
        var market = market()
        let order = try market.place(.buy, 600_002, 90, .immediateOrCancel)
        #expect(market.fills == [[600_001, 50, 0], [600_002, 40, 0]])
        #expect(order.status == .filled && order.filled.lots == 90)
        #expect(market.shown(.sell, 600_001) == 0)
        #expect(market.shown(.sell, 600_002) == 30)
        #expect(market.exchange.best(.sell) == Price(ticks: 600_002))
    }

    @Test("what a taker consumed comes back only when the feed changes the level")
    func consumptionPersists() throws {
        var market = market()
        try market.place(.buy, 600_001, 20, .immediateOrCancel)
        market.show(asks: [(600_002, 60), (600_001, 50)])
        #expect(market.shown(.sell, 600_001) == 30)
        market.show(.snapshot, bids: [(600_000, 100)], asks: [(600_001, 50), (600_002, 60)])
        #expect(market.shown(.sell, 600_001) == 30)
        market.show(asks: [(600_001, 55)])
        #expect(market.shown(.sell, 600_001) == 55)
    }

    @Test("what an immediate order cannot take is cancelled")
    func immediateOrCancel() throws {
        var market = market()
        let partial = try market.place(.buy, 600_001, 80, .immediateOrCancel)
        #expect(partial.status == .cancelled && partial.filled.lots == 50)
        #expect(partial.reason == .noLiquidity)
        let nothing = try market.place(.sell, 600_001, 10, .immediateOrCancel)
        #expect(nothing.status == .cancelled && nothing.filled.lots == 0)
        #expect(market.exchange.openOrders.isEmpty)
    }

    @Test("a fill-or-kill order fills whole or touches nothing", arguments: [120, 121])
    func fillOrKill(lots: Int64) throws {
        var market = market()
        let order = try market.place(.buy, 600_002, lots, .fillOrKill)
        #expect(order.filled.lots == (lots == 120 ? 120 : 0))
        #expect(order.status == (lots == 120 ? .filled : .cancelled))
        #expect(market.shown(.sell, 600_001) == (lots == 120 ? 0 : 50))
    }

    @Test("what a good-till-cancel order cannot take rests at its price")
    func remainderRests() throws {
        var market = market()
        let order = try market.place(.buy, 600_003, 150)
        #expect(order.status == .partiallyFilled && order.filled.lots == 120)
        #expect(market.shown(.buy, 600_003) == 30)
        #expect(market.exchange.best(.buy) == Price(ticks: 600_003))
        #expect(market.exchange.brokenInvariant == nil)
    }

    @Test(
        "a post-only order that would take is cancelled and takes nothing",
        arguments: Side.allCases
    )
    func postOnly(side: Side) throws {
        var market = market()
        let touch = market.exchange.best(side.opposite)!.ticks
        let crossing = try market.place(side, touch, 10, .postOnly)
        #expect(crossing.status == .cancelled && crossing.reason == .postOnlyWouldTake)
        let resting = try market.place(side, touch - side.sign, 10, .postOnly)
        #expect(resting.status == .new)
        #expect(market.fills.isEmpty)
    }

    @Test("an order that would meet our own is cancelled as it arrives")
    func selfMatch() throws {
        var market = market()
        try market.place(.sell, 600_001, 10)
        let order = try market.place(.buy, 600_002, 10)
        #expect(order.status == .cancelled && order.filled.lots == 0)
        #expect(market.exchange.brokenInvariant == nil)
    }

    @Test("each take prints with the number of its fill")
    func printsOwnVolume() throws {
        var market = market()
        try market.place(.buy, 600_002, 60, .immediateOrCancel)
        #expect(market.prints.map(\.quantity.lots) == [50, 10])
        #expect(market.prints.allSatisfy { $0.aggressor == .buy })
        for (index, print) in market.prints.enumerated() {
            guard case .fill(let number) = print.source else {
                Issue.record("our take printed as the feed's")
                continue
            }
            #expect(number == Int64(index + 1))
        }
    }

    @Test("fees are exact to 10⁻⁸, halves away from zero, rebates negative")
    func fees() throws {
        var market = market()
        try market.place(.buy, 600_001, 3, .immediateOrCancel)
        // 60,000.1 × 0.003 = 180.0003; × 0.00055 = 0.099000165, half up to 0.09900017.
        #expect(market.exchange.feesPaid == Amount(billionths: 99_000_170))

        let rebate = FeeSchedule(makerRateE8: -5_000, takerRateE8: 55_000)
        var maker = Exchange(Fixture.instrument, fees: rebate)
        _ = try maker.place(
            link: "m",
            side: .buy,
            timeInForce: .postOnly,
            price: Price(ticks: 600_001),
            quantity: Quantity(lots: 1),
            now: .zero
        )
        maker.show(.snapshot, bids: [], asks: [.init(ticks: 600_001, lots: 5)], now: .zero)
        // 60.0001 × −0.00005 = −0.003000005, half away from zero to −0.00300001.
        #expect(maker.feesPaid == Amount(billionths: -3_000_010))
    }
}

import Costs
import Testing
import Units

@Suite("Slippage", .timeLimit(.minutes(3)))
struct SlippageTests {
    private static func basisPoints(_ side: Side, paid: Int64, against: Int64) -> Double? {
        Slippage.basisPoints(
            side,
            notional: Notional(Price(ticks: paid), Quantity(lots: 7)),
            quantity: Quantity(lots: 7),
            benchmarkNotional: Notional(Price(ticks: against), Quantity(lots: 3)),
            benchmarkQuantity: Quantity(lots: 3)
        )
    }

    @Test("paying more is bad for a buy and good for a sell")
    func sign() throws {
        let buy = try #require(SlippageTests.basisPoints(.buy, paid: 10_010, against: 10_000))
        let sell = try #require(SlippageTests.basisPoints(.sell, paid: 10_010, against: 10_000))
        #expect(abs(buy - 10) < 1e-9)
        #expect(abs(buy + sell) < 1e-12)
        #expect(try #require(SlippageTests.basisPoints(.buy, paid: 5, against: 5)) == 0)
    }

    @Test("nothing filled or no benchmark is no slippage, and no division by zero")
    func empty() {
        let some = Notional(tickLots: 5)
        let one = Quantity(lots: 1)
        for (quantity, benchmark, against) in [
            (Quantity.zero, some, one), (one, .zero, one), (one, some, .zero),
        ] {
            #expect(
                Slippage.basisPoints(
                    .buy,
                    notional: some,
                    quantity: quantity,
                    benchmarkNotional: benchmark,
                    benchmarkQuantity: against
                ) == nil
            )
        }
        #expect(Slippage.basisPoints(halfTickLots: 5, of: .zero, at: 5) == nil)
        #expect(Slippage.basisPoints(halfTickLots: 5, of: one, at: 0) == nil)
    }
}

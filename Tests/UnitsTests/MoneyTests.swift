import TestSupport
import Testing
import Units

@Suite("Money", .timeLimit(.minutes(3)))
struct MoneyTests {
    private static func instrument(tick: String, lot: String) throws -> Instrument {
        Instrument(
            id: InstrumentID(0),
            category: .linear,
            symbol: "BTCUSDT",
            baseCoin: "BTC",
            quoteCoin: "USDT",
            tick: try #require(DecimalScale(step: tick)),
            lot: try #require(DecimalScale(step: lot)),
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
            minimumNotional: .zero
        )
    }

    @Test("a notional becomes an exact amount of the quote coin")
    func amount() throws {
        let bitcoin = try MoneyTests.instrument(tick: "0.10", lot: "0.001")
        // 61,800.1 × 0.250
        let notional = Notional(Price(ticks: 618_001), Quantity(lots: 250))
        #expect(bitcoin.amount(notional) == Amount(billionths: 15_450_025_000_000))
        #expect(bitcoin.amount(notional).inCoins == 15_450.025)
        #expect(bitcoin.amount(.zero) == .zero)
    }

    @Test("an amount finer than a billionth is rounded towards zero on both sides of it")
    func rounding() throws {
        let fine = try MoneyTests.instrument(tick: "0.0000001", lot: "0.000001")
        #expect(fine.amount(Notional(tickLots: 19_999)) == Amount(billionths: 1))
        #expect(fine.amount(Notional(tickLots: -19_999)) == Amount(billionths: -1))
    }

    @Test("a notional of the largest prices and quantities does not overflow")
    func width() {
        let large = Notional(Price(ticks: 1 << 60), Quantity(lots: 1 << 60))
        #expect(large.tickLots == Int128(1) << 120)
        #expect(large + large - large == large)
        #expect(large > .zero)
    }

    @Test("amounts add and compare as integers")
    func amounts() {
        var sum = Amount(billionths: 1)
        sum += Amount(billionths: 2)
        #expect(sum == Amount(billionths: 3))
        #expect(sum - Amount(billionths: 5) == Amount(billionths: -2))
        #expect(Amount(billionths: -2) < .zero)
    }

    @Test(
        "a share in basis points is the floor of the exact product",
        arguments: [Int64(0), 1, 9_999, 10_000, 10_001, 123_456_789, 1 << 60]
    )
    func basisPoints(_ value: Int64) {
        for bps in [Int64(0), 1, 5, 200, 9_999, 10_000] {
            let exact = Int64(Int128(value) * Int128(bps) / 10_000)
            #expect(BasisPoints.part(bps, of: value) == exact)
        }
    }
}

import Testing
import Units

/// Units as people read them.
@Suite("Words of units", .timeLimit(.minutes(1)))
struct WordsTests {
    @Test("one is told in the singular, all else in the plural")
    func counted() {
        #expect(
            [0, 1, 2, -1].map { $0.counted("fill") } == [
                "0 fills", "1 fill", "2 fills", "-1 fills",
            ]
        )
        #expect(1.counted("child", "children") == "1 child")
        #expect(UInt64(3).counted("child", "children") == "3 children")
    }

    @Test("an amount has its coin's usual decimals, and is nothing only where there is nothing")
    func amounts() {
        func text(_ billionths: Int64, _ coin: String) -> String {
            Amount(billionths: billionths).text(coin)
        }
        #expect(text(30_005_912_345_678, "USDT") == "30005.9123 USDT")
        #expect(text(30_005_912_350_000, "USDT") == "30005.9124 USDT")
        #expect(text(-1_500_050_000, "USDT") == "-1.5001 USDT")
        #expect(text(123_456_789, "BTC") == "0.12345679 BTC")
        #expect(text(1, "USDT") == "<0.00000001 USDT" && text(-49, "BTC") == "-0.00000005 BTC")
        #expect(text(0, "USDT") == "0 USDT" && text(5_000_000_000, "USDT") == "5 USDT")
        #expect(text(.max, "BTC").hasPrefix("92233720") && text(.min, "USDT").hasPrefix("-9223372"))
        // Less than needed never reads as enough.
        let (needed, free) = (Amount(billionths: 1_000_040_000), Amount(billionths: 1_000_030_000))
        #expect(needed.text("USDT", rounding: .up) == "1.0001 USDT")
        #expect(free.text("USDT", rounding: .down) == "1 USDT")
    }
}

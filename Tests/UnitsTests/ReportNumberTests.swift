import Testing
import Units

/// Numbers and times as reports print them.
@Suite("Numbers of a report", .timeLimit(.minutes(1)))
struct ReportNumberTests {
    @Test("a mid has one decimal more than its ticks")
    func mids() {
        let half = DecimalScale(multiplier: 5, decimals: 1)
        #expect(half.halfText(3) == "0.75" && half.halfText(-3) == "-0.75")
        let whole = DecimalScale(multiplier: 10, decimals: 0)
        #expect(whole.halfText(3) == "15.0")
        #expect(DecimalScale(multiplier: 1, decimals: 10).halfText(24_001) == "0.00000120005")
    }

    @Test("an average is the exact quotient, rounded half away from zero")
    func averages() {
        let tick = DecimalScale(multiplier: 1, decimals: 1)
        #expect(tick.averageText(10, over: 3, more: 2) == "0.333")
        #expect(tick.averageText(20, over: 3, more: 2) == "0.667")
        #expect(tick.averageText(-20, over: 3, more: 2) == "-0.667")
        #expect(tick.averageText(1, over: 8, more: 2) == "0.013")
        #expect(tick.averageText(7, over: 1, more: 2) == "0.700")
        #expect(tick.averageText(7, over: 0, more: 2) == nil)
        // 600,130.89 ticks, which no binary fraction holds.
        #expect(tick.averageText(60_013_089, over: 100, more: 6) == "60013.0890000")
        #expect(tick.averageText(1 << 110, over: 1, more: 9) == nil)
        let quarter = DecimalScale(multiplier: 25, decimals: 2)
        #expect(quarter.averageText(5, over: 2, more: 0) == "0.63")
        #expect(quarter.averageText(5, over: 2, more: 1) == "0.625")
    }

    @Test("instants are told as UTC, leap days and the years before 1970 included")
    func times() {
        func text(_ seconds: Int64, _ nanoseconds: Int64 = 0, _ digits: Int = 0) -> String {
            Nanoseconds(seconds * 1_000_000_000 + nanoseconds).utc(digits: digits)
        }
        #expect(text(0) == "1970-01-01T00:00:00Z")
        #expect(text(951_782_400) == "2000-02-29T00:00:00Z")
        #expect(text(1_796_000_000, 123_456_789, 9) == "2026-11-30T00:53:20.123456789Z")
        #expect(text(1_796_000_000, 999_999_999, 3) == "2026-11-30T00:53:20.999Z")
        #expect(text(4_107_542_399) == "2100-02-28T23:59:59Z")
        #expect(text(4_107_542_400) == "2100-03-01T00:00:00Z")
        #expect(text(-1) == "1969-12-31T23:59:59Z")
        let person = Nanoseconds(1_796_000_000_000_000_000).utc(digits: 3, isForPeople: true)
        #expect(person == "2026-11-30 00:53:20.000 UTC")
    }

    @Test("a coin's name of up to sixteen bytes is kept, a longer one is none")
    func coins() {
        #expect(CoinName("MNT".utf8).text == "MNT")
        #expect(CoinName("10000000AIDOGEX1".utf8).text == "10000000AIDOGEX1")
        #expect(CoinName("10000000AIDOGEX12".utf8) == .none && CoinName.none.isEmpty)
        let name = CoinName("1000PEPE".utf8)
        #expect(CoinName(low: name.low, high: name.high) == name && name.high == 0)
    }
}

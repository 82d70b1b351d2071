import Testing
import Units

/// Values as people get them wrong.
@Suite("Stated values", .timeLimit(.minutes(1)))
struct StatedTests {
    private static func reason<Value>(_ read: () throws(StatedError) -> Value) -> String? {
        do throws(StatedError) {
            _ = try read()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("a decimal is taken as it stands", arguments: ["1", "0.5", ".5", "1.", "007", "0.001"])
    func decimals(text: String) throws {
        #expect(try Stated.decimal(text) == text)
    }

    @Test(
        "what is no decimal is told why, and where it can be, what is",
        arguments: [
            ("", "is empty"), ("0", "must be more than 0"), ("0.000", "must be more than 0"),
            ("-1", "is negative: it must be more than 0"), ("+1", "has a sign: leave out the +"),
            ("1,5", "has a comma: decimals follow a point, 1.5"),
            ("1,000.5", "has a comma: decimals follow a point, and thousands have no mark"),
            (" 1", "has a space in it: write 1"), ("1 ", "has a space in it: write 1"),
            ("NaN", "is not a number"), ("inf", "is not a number"),
            ("1e-3", "has an exponent: write 0.001"), ("1.5E2", "has an exponent: write 150"),
            ("1e30", "has an exponent: write all digits, 18 at most"),
            ("1.5BTC", "has \"BTC\" behind the number: write 1.5 alone"),
            ("٣", "has digits other than 0 to 9"), ("1.2.3", "has two points"),
            ("ten", "is not a number such as 2.5"), (".", "must be more than 0"),
            ("1234567890123456789", "has more than 18 digits"),
            ("0x10", "has \"x10\" behind the number: write 0 alone"),
        ]
    )
    func badDecimals(text: String, why: String) {
        #expect(Self.reason { () throws(StatedError) in try Stated.decimal(text) } == why)
    }

    @Test("a duration is the sum of its parts")
    func durations() throws {
        let parts: [(String, Int64)] = [
            ("1ms", 1), ("90s", 90_000), ("1h30m", 5_400_000), ("168h", 604_800_000),
        ]
        for (text, milliseconds) in parts {
            #expect(try Stated.duration(text) == .milliseconds(milliseconds))
        }
    }

    @Test(
        "what is no duration is told why, and where it can be, what is",
        arguments: [
            ("30", "has no unit: 30 what? 30s, 30m"), ("1h30", "has no unit: 30 what? 30s, 30m"),
            ("0.5s", "has a fraction: write 500ms"), ("1.5h", "has a fraction: write 90m"),
            ("0.0001ms", "takes whole numbers, such as 500ms or 90s"),
            ("1000d", "has \"d\" where a unit stands: ms, s, m or h"),
            ("30sec", "has \"sec\" where a unit stands: ms, s, m or h"),
            ("169h", "is more than 168h, the most"),
            ("99999999999999999999999999999999999999999999s", "is more than 168h, the most"),
            ("0s", "must be more than 0"), ("-1s", "is negative"),
            ("s", "is not a duration such as 30m, 90s or 1h30m"),
            ("30 s", "has a space in it: write 30s"), ("", "is empty"),
            ("٣s", "has digits other than 0 to 9"),
        ]
    )
    func badDurations(text: String, why: String) {
        #expect(Self.reason { () throws(StatedError) in try Stated.duration(text) } == why)
    }

    @Test("a duration is written in the largest unit in which it is whole")
    func written() {
        for text in ["500ms", "90s", "5m", "168h", "1h"] {
            #expect((try? Stated.duration(text)).map(Stated.text) == text)
        }
        #expect(Stated.text(.zero) == "0s")
    }

    @Test("a share is exact, a half of a basis point upwards")
    func shares() throws {
        let cases: [(String, Int64)] = [
            ("10%", 1_000), ("0.10", 1_000), ("0.01%", 1), ("100%", 10_000), ("1%", 100),
            ("0.1", 1_000), ("0.9999", 9_999), ("0.005%", 1), ("33.333%", 3_333), ("89.99%", 8_999),
        ]
        for (text, bps) in cases { #expect(try Stated.share(text) == bps, "\(text)") }
        for bps: Int64 in [1, 10, 50, 100, 150, 1_000, 8_999, 10_000] {
            #expect(try Stated.share(Stated.percent(bps)) == bps)
        }
    }

    @Test(
        "what is no share is told why, and where it can be, what is",
        arguments: [
            ("150%", "is more than 100%, the most"), ("10", "is 1000%: write 10% or 0.10"),
            ("1000", "is more than 100%, the most"), ("0%", "must be more than 0"),
            ("1", "may be 100% or 1%: write which"), ("1.00", "may be 100% or 1%: write which"),
            ("2", "is 200%: write 2% or 0.02"), ("1.00001", "may be 100% or 1%: write which"),
            ("0.001%", "is less than 0.01%, the least"), ("10 %", "has a space in it: write 10%"),
            ("1,5%", "has a comma: decimals follow a point, 1.5"), ("%", "is empty"),
            ("-5%", "is negative: it must be more than 0"),
        ]
    )
    func badShares(text: String, why: String) {
        #expect(Self.reason { () throws(StatedError) in try Stated.share(text) } == why)
    }

    @Test("a whole number outside its range is told the range")
    func whole() throws {
        #expect(try Stated.whole("18446744073709551615") == UInt64.max)
        for (text, why) in [
            ("9", "is not from 1 to 8"), ("eight", "is not a whole number from 1 to 8"),
            ("1.5", "is not a whole number from 1 to 8"),
            ("-1", "is negative: it must be a whole number from 1 to 8"),
            ("99999999999999999999999", "is more than 8"),
            ("+1", "is not a whole number from 1 to 8"),
        ] {
            let read = { () throws(StatedError) in try Stated.whole(text, in: 1...8) }
            #expect(Self.reason(read) == why)
        }
    }
}

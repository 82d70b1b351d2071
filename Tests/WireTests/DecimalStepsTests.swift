import TestSupport
import Testing
import Units
import Wire

@Suite("Decimals to steps", .timeLimit(.minutes(3)))
struct DecimalStepsTests {
    private static func parse(_ text: String, _ step: String) throws -> Int64 {
        let padded = PaddedBytes(text)
        return try withExtendedLifetime(padded) {
            try DecimalSteps(try #require(DecimalScale(step: step))).parse(padded.payload)
        }
    }

    @Test(
        "multiples of the step are exact, trailing zeros or not",
        arguments: [
            ("61800.20", "0.10", 618_002), ("61800.2", "0.1", 618_002), ("61800", "0.10", 618_000),
            ("61837.63000000", "0.01", 6_183_763), ("0.00009000", "0.00001", 9), ("0", "0.1", 0),
            ("-3.5", "0.5", -7), ("1000", "10", 100), ("1.9531", "0.0001", 19_531),
            ("78715", "0.10", 787_150), ("0.000000000", "0.001", 0),
            ("12345678.12345678", "0.00000001", 1_234_567_812_345_678),
            ("9223372036854775807", "1", .max), ("922337203685477580.7", "0.1", .max),
            ("5.000000000000000000000000000000", "1", 5), ("007", "1", 7), ("-0", "1", 0),
        ] as [(String, String, Int64)]
    )
    func exact(_ text: String, _ step: String, _ steps: Int64) throws {
        #expect(try Self.parse(text, step) == steps)
    }

    @Test(
        "a limit between two steps is drawn to the side it is asked for",
        arguments: [
            ("61800.25", "0.1", 618_002, 618_003), ("61800.20", "0.1", 618_002, 618_002),
            ("0.0001", "0.001", 0, 1), ("7", "2", 3, 4), ("1.25", "0.5", 2, 3),
            ("8.000000000000000000000000000001", "2", 4, 5), ("-1.25", "0.5", -3, -2),
            ("-0.04", "0.1", -1, 0), ("5", "5", 1, 1), ("12.5", "5", 2, 3),
        ] as [(String, String, Int64, Int64)]
    )
    func limits(_ text: String, _ step: String, _ down: Int64, _ up: Int64) throws {
        let steps = DecimalSteps(try #require(DecimalScale(step: step)))
        let padded = PaddedBytes(text)
        try withExtendedLifetime(padded) {
            let start = try #require(padded.payload.bindMemory(to: UInt8.self).baseAddress)
            #expect(try steps.parse(start, count: text.utf8.count, .down) == down)
            #expect(try steps.parse(start, count: text.utf8.count, .up) == up)
        }
        for text in ["", ".", "5.", ".5", "1.2x", "1.25.3", "1e5", "-"] {
            let padded = PaddedBytes(text)
            withExtendedLifetime(padded) {
                guard let start = padded.payload.bindMemory(to: UInt8.self).baseAddress else {
                    return
                }
                #expect(throws: DecimalSteps.Failure.notADecimal, "\(text)") {
                    try steps.parse(start, count: text.utf8.count, .down)
                }
            }
        }
    }

    @Test(
        "what is no multiple of the step is an error, never rounded",
        arguments: [
            ("61800.25", "0.1"), ("0.0001", "0.001"), ("7", "2"), ("1.25", "0.5"),
            ("0.30000000000000000001", "0.1"),
        ]
    )
    func offStep(_ text: String, _ step: String) {
        #expect(throws: DecimalSteps.Failure.offStep) { try Self.parse(text, step) }
    }

    @Test(
        "what is no decimal is an error",
        arguments: [
            "", ".", "-", ".5", "5.", "1e5", "1,5", " 1", "1 ", "0x1", "--1", "1.2.3", "١", "1.x",
            "5.0x", "+1", "12345678x", "1.2x0",
        ]
    )
    func noDecimal(_ text: String) {
        for step in ["1", "0.1", "0.00001"] {
            #expect(throws: DecimalSteps.Failure.notADecimal) { try Self.parse(text, step) }
        }
    }

    @Test(
        "what does not fit is an error",
        arguments: [
            ("9223372036854775808", "1"), ("18446744073709551616", "1"),
            ("99999999999999999999999999", "1"), ("9223372036854775807", "0.1"),
            ("1000000000000", "0.000000000001"),
        ]
    )
    func overflow(_ text: String, _ step: String) {
        #expect(throws: DecimalSteps.Failure.overflow) { try Self.parse(text, step) }
    }

    @Test("the text of any count of steps reads back as that count")
    func roundTrip() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let scale = DecimalScale(
                multiplier: Int64.random(in: 1...50, using: &random),
                decimals: Int.random(in: 0...9, using: &random)
            )
            let bits = Int64.random(in: 0...54, using: &random)
            let steps = Int64.random(in: -(1 << bits)...(1 << bits), using: &random)
            let text = scale.text(steps)
            let padded = PaddedBytes(text)
            let parsed = try withExtendedLifetime(padded) {
                try DecimalSteps(scale).parse(padded.payload)
            }
            #expect(parsed == steps, "\(text) at \(scale)")
        }
    }

    @Test(
        "amounts of any size are read to the nearest billionth",
        arguments: [
            ("0", 0), ("1", 1_000_000_000), ("-2.5", -2_500_000_000), ("0.0000000005", 1),
            ("-0.0000000005", -1), ("0.00000000049999", 0), ("1.9999999996", 2_000_000_000),
            ("0012.5", 12_500_000_000),
            ("99999999999999999999.123456789", 99_999_999_999_999_999_999_123_456_789),
        ] as [(String, Int128)]
    )
    func wide(_ text: String, _ billionths: Int128) throws {
        let padded = PaddedBytes(text)
        try withExtendedLifetime(padded) {
            let bytes = padded.payload.bindMemory(to: UInt8.self)
            let start = try #require(bytes.baseAddress)
            #expect(try DecimalSteps.wideBillionths(start, bytes.count) == billionths)
        }
    }

    @Test(
        "what is no amount, or more than there is of any coin, is told apart",
        arguments: ["", "-", ".5", "1.", "1e3", "1.2.3", "+1", "100000000000000000000"]
    )
    func notWide(_ text: String) throws {
        let padded = PaddedBytes(text)
        withExtendedLifetime(padded) {
            let bytes = padded.payload.bindMemory(to: UInt8.self)
            let start = bytes.baseAddress!
            let reason: DecimalSteps.Failure = text.count > 20 ? .overflow : .notADecimal
            #expect(throws: reason) { try DecimalSteps.wideBillionths(start, bytes.count) }
        }
    }
}

import TestSupport
import Testing
import Units

@Suite("Decimal scales", .timeLimit(.minutes(3)))
struct DecimalScaleTests {
    @Test(
        "a step is read as venues state it",
        arguments: [
            ("0.10", Int64(1), 1), ("0.5", 5, 1), ("1", 1, 0), ("10", 10, 0), ("1.0", 1, 0),
            ("0.000001", 1, 6), ("0.0250", 25, 3), (".5", 5, 1), ("100000", 100_000, 0),
            ("0.00000000000000001", 1, 17),
        ]
    )
    func reads(_ text: String, _ multiplier: Int64, _ decimals: Int) throws {
        let scale = try #require(DecimalScale(step: text))
        #expect(scale == DecimalScale(multiplier: multiplier, decimals: decimals))
    }

    @Test(
        "what is no positive decimal is no step",
        arguments: [
            "", ".", "0", "0.000", "-1", "+1", "1e-3", "1.2.3", "1,5", " 1", "0x1",
            "1234567890123456789", "0.000000000000000001",
        ]
    )
    func refuses(_ text: String) {
        #expect(DecimalScale(step: text) == nil)
    }

    @Test(
        "steps are written with exactly their decimals",
        arguments: [
            ("0.10", Int64(618_001), "61800.1"), ("0.10", 0, "0.0"), ("0.10", 5, "0.5"),
            ("0.10", -5, "-0.5"), ("0.5", 123_601, "61800.5"), ("1", 42, "42"),
            ("0.001", 1, "0.001"), ("0.001", -1_234, "-1.234"), ("10", 7, "70"),
            ("0.5", .max, "4611686018427387903.5"),
        ]
    )
    func writes(_ step: String, _ count: Int64, _ text: String) throws {
        #expect(try #require(DecimalScale(step: step)).text(count) == text)
    }

    @Test("what is written reads back as the same count")
    func roundTrip() throws {
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            let decimals = Int.random(in: 0...8, using: &random)
            let multiplier: Int64 = [1, 2, 5, 25][Int.random(in: 0..<4, using: &random)]
            let scale = DecimalScale(multiplier: multiplier, decimals: decimals)
            let count = Int64.random(in: 1...1_000_000, using: &random)
            // A step of `count` steps, read as a step of its own, is the same number.
            let back = try #require(DecimalScale(step: scale.text(count)), "seed \(seed)")
            var expected = count * multiplier
            var places = decimals
            while places > 0 && expected % 10 == 0 {
                expected /= 10
                places -= 1
            }
            #expect(back == DecimalScale(multiplier: expected, decimals: places), "seed \(seed)")
        }
    }
}

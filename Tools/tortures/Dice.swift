import Units

/// Draws what a seed makes of a life; the same seed draws the same.
struct Dice {
    private var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        // Neighbouring seeds begin alike: their first numbers are not used.
        for _ in 0..<4 { _ = generator.next() }
    }

    mutating func next() -> UInt64 { generator.next() }

    /// Whether something happens that does in so many of a hundred cases.
    mutating func chance(_ percent: UInt64) -> Bool { generator.next() % 100 < percent }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(generator.next() % UInt64(range.count))
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Nanoseconds {
        .milliseconds(Int64(number(range)))
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0...values.count - 1)] }

    /// A text of `[a-z0-9]`.
    mutating func text(length: Int) -> String {
        let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return String((0..<length).map { _ in pick(alphabet) })
    }
}

extension Stated {
    private static let units: [(name: String, count: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The longest duration that can be stated: a week.
    public static let longestDuration = Nanoseconds.seconds(7 * 86_400)

    /// A duration as people write it: "30m", "90s", "1h30m", "500ms".
    ///
    /// - Throws: why it is none, or none in `range`.
    public static func duration(
        _ text: String,
        in range: ClosedRange<Nanoseconds> = Nanoseconds(1)...longestDuration
    ) throws(StatedError) -> Nanoseconds {
        try checkCharacters(text)
        if text.hasPrefix("-") { throw StatedError("is negative") }
        var total: Int128 = 0
        var rest = Substring(text)
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." || $0 == "," }
            rest = rest[number.endIndex...]
            let name = rest.prefix { !$0.isNumber && $0 != "." && $0 != "," }
            rest = rest[name.endIndex...]
            total += try part(number, name)
        }
        guard total > 0 else { throw StatedError("must be more than 0") }
        let time = Nanoseconds(Int64(clamping: total))
        if time > range.upperBound {
            throw StatedError("is more than \(Stated.text(range.upperBound)), the most")
        }
        if time < range.lowerBound {
            throw StatedError("is less than \(Stated.text(range.lowerBound)), the least")
        }
        return time
    }

    /// A duration as people write it, in the largest unit in which it is whole: "5m", "90s".
    public static func text(_ time: Nanoseconds) -> String {
        guard time.count % 1_000_000 == 0 else { return "\(time.count)ns" }
        let whole = units.last { time.count % $0.count == 0 && time.count >= $0.count }
        if let whole { return "\(time.count / whole.count)\(whole.name)" }
        return "0s"
    }

    private static func part(_ number: Substring, _ name: Substring) throws(StatedError) -> Int128 {
        if number.isEmpty { throw StatedError("is not a duration such as 30m, 90s or 1h30m") }
        guard !name.isEmpty else {
            throw StatedError(
                number.allSatisfy(\.isNumber)
                    ? "has no unit: \(number) what? \(number)s, \(number)m"
                    : "has no unit: ms, s, m or h"
            )
        }
        guard let unit = units.first(where: { $0.name == name }) else {
            throw StatedError("has \"\(name)\" where a unit stands: ms, s, m or h")
        }
        if number.allSatisfy(\.isNumber) {
            return min(Int128(number) ?? 1 << 64, 1 << 64) * Int128(unit.count)
        }
        // A fraction: said in the unit in which it is whole.
        if let value = DecimalScale(step: String(number)) {
            var divisor: Int128 = 1
            for _ in 0..<value.decimals { divisor *= 10 }
            let scaled = Int128(value.multiplier) * Int128(unit.count)
            let time = Nanoseconds(Int64(clamping: scaled / divisor))
            if scaled % divisor == 0, time.count % 1_000_000 == 0 {
                throw StatedError("has a fraction: write \(Stated.text(time))")
            }
        }
        throw StatedError("takes whole numbers, such as 500ms or 90s")
    }
}

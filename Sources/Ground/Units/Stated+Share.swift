extension Stated {
    /// A share as people write it, "10%" or "0.10", in basis points, to the nearest.
    ///
    /// A bare 1 is none: who writes it may mean all or a hundredth.
    ///
    /// - Parameters:
    ///   - least: the smallest that is taken, in basis points; at least 1.
    ///   - most: the largest, in basis points; at most 10,000.
    /// - Throws: why it is none.
    public static func share(
        _ text: String,
        from least: Int64 = 1,
        to most: Int64 = 10_000
    ) throws(StatedError) -> Int64 {
        try checkCharacters(text)
        let isPercent = text.hasSuffix("%")
        let number = try decimal(isPercent ? String(text.dropLast()) : text)
        guard let value = DecimalScale(step: number) else {
            throw StatedError("is not a share such as 10% or 0.10")
        }
        var scaled = Int128(value.multiplier) * (isPercent ? 100 : 10_000)
        var unit: Int128 = 1
        for _ in 0..<value.decimals { unit *= 10 }
        let isAllOrMore = Int128(value.multiplier) >= unit
        // To the nearest, a half upwards.
        scaled = (scaled * 2 + unit) / (unit * 2)
        if !isPercent, isAllOrMore, scaled <= 10_000 {
            throw StatedError("may be 100% or 1%: write which")
        }
        if scaled > most {
            let percent = scaled / 100
            if !isPercent, scaled > 10_000, let written = whole(number), written <= most / 100 {
                let better = Stated.percent(Int64(written) * 100)
                let share = DecimalScale(multiplier: Int64(written), decimals: 2).text(1)
                throw StatedError("is \(percent)%: write \(better) or \(share)")
            }
            throw StatedError("is more than \(Stated.percent(most)), the most")
        }
        if scaled < least { throw StatedError("is less than \(Stated.percent(least)), the least") }
        return Int64(scaled)
    }

    /// Basis points as per cent: "0.05%", "10%".
    public static func percent(_ bps: Int64) -> String {
        let scale = DecimalScale(multiplier: max(1, bps), decimals: 2)
        var text = scale.text(1)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + "%"
    }

    private static func whole(_ number: String) -> Int? {
        Int(number).flatMap { $0 > 0 ? $0 : nil }
    }
}

/// Prices that lie between two steps, as exact text.
extension DecimalScale {
    /// The decimal text of half of `count` steps, with one decimal more than a step: a mid.
    public func halfText(_ count: Int64) -> String {
        DecimalScale.text(Int128(count) * Int128(multiplier) * 5, decimals: decimals + 1)
    }

    /// The decimal text of `sum` ÷ `count` steps with `more` decimals more than a step, the last
    /// one rounded half away from zero; nil without a count, and for what has more than 38 digits.
    public func averageText(_ sum: Int128, over count: Int64, more: Int) -> String? {
        guard count > 0, more >= 0 else { return nil }
        let divisor = UInt128(count)
        let (whole, rest) = sum.magnitude.quotientAndRemainder(dividingBy: divisor)
        // The rest is below 2⁶³, so this product does not leave 128 bits.
        let scaled = rest * UInt128(multiplier)
        var (digits, overflows) = whole.multipliedReportingOverflow(by: UInt128(multiplier))
        digits &+= scaled / divisor
        var remainder = scaled % divisor
        for _ in 0..<more {
            let (tenfold, isTooLong) = digits.multipliedReportingOverflow(by: 10)
            overflows = overflows || isTooLong
            remainder *= 10
            digits = tenfold &+ remainder / divisor
            remainder %= divisor
        }
        if remainder * 2 >= divisor { digits &+= 1 }
        guard !overflows, let exact = Int128(exactly: digits) else { return nil }
        return DecimalScale.text(sum < 0 ? -exact : exact, decimals: decimals + more)
    }

    /// `digits` × 10^−`decimals` with exactly `decimals` decimals.
    static func text(_ scaled: Int128, decimals: Int) -> String {
        let digits = String(scaled.magnitude)
        let sign = scaled < 0 ? "-" : ""
        if decimals == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

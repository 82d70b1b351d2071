/// Decimal digits, eight at a time: three multiplications where a loop of divisions would wait for
/// each digit before the next.
public enum EightDigits {
    /// The eight digits of `value`, with leading zeros, the first digit lowest in memory.
    ///
    /// - Precondition: `value` is less than 10⁸; a larger one gives digits of no meaning.
    @inlinable @inline(__always)
    public static func text(_ value: UInt64) -> UInt64 {
        // Halves of four digits, then lanes of two, then bytes of one; each division is a
        // multiplication that is exact for its range.
        let upper = value / 10_000
        let halves = upper | (value &- upper &* 10_000) << 32
        let hundreds = (halves &* 10_486) >> 20 & 0x0000_007f_0000_007f
        let lanes = hundreds | (halves &- hundreds &* 100) << 16
        let tens = (lanes &* 103) >> 10 & 0x000f_000f_000f_000f
        let digits = tens | (lanes &- tens &* 10) << 8
        return digits | 0x3030_3030_3030_3030
    }

    /// How many digits `text` has without its leading zeros; one at least.
    @inlinable @inline(__always)
    static func count(_ text: UInt64) -> Int {
        // The bit stands in the last digit, which counts though it be zero.
        let digits = (text ^ 0x3030_3030_3030_3030) | 1 << 63
        return 8 &- digits.trailingZeroBitCount >> 3
    }
}

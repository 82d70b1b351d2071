/// How one instrument's decimals map to whole steps: a step of `multiplier` × 10^−`decimals`.
///
/// A tick of 0.10 is `multiplier` 1, `decimals` 1; a tick of 0.5 is `multiplier` 5, `decimals` 1.
public struct DecimalScale: Hashable, Sendable, BitwiseCopyable {
    /// Digits after the point in the step, without trailing zeros. In 0...18.
    public let decimals: Int
    /// The step's digits as an integer. At least 1.
    public let multiplier: Int64

    /// A step of `multiplier` × 10^−`decimals`.
    public init(multiplier: Int64, decimals: Int) {
        precondition(multiplier >= 1 && (0...18).contains(decimals))
        self.multiplier = multiplier
        self.decimals = decimals
    }

    /// Reads a step as a venue states it ("0.10", "1", "0.000001"); nil when it is not a positive
    /// decimal of at most 18 digits.
    public init?(step text: String) {
        var mantissa: Int64 = 0
        var decimals = 0
        var seenPoint = false
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                if seenPoint { return nil }
                seenPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if digits > 18 { return nil }
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                if seenPoint { decimals += 1 }
            default:
                return nil
            }
        }
        while decimals > 0 && mantissa % 10 == 0 {
            mantissa /= 10
            decimals -= 1
        }
        if mantissa <= 0 { return nil }
        self.multiplier = mantissa
        self.decimals = decimals
    }

    /// The size of one step, for reports and models.
    public var step: Double { Double(multiplier) / DecimalScale.powerOfTen(decimals) }

    /// `factor` times an amount in whole steps, to the nearest.
    public func nearest(_ amount: Amount, times factor: Int64 = 1) -> Int64 {
        var numerator = Int128(factor) * Int128(amount.billionths)
        var denominator = Int128(multiplier)
        for _ in 0..<max(0, decimals - 9) { numerator *= 10 }
        for _ in 0..<max(0, 9 - decimals) { denominator *= 10 }
        return Int64(clamping: (numerator + denominator / 2) / denominator)
    }

    /// The decimal text of `count` steps with exactly `decimals` decimals: "61800.1".
    public func text(_ count: Int64) -> String {
        DecimalScale.text(Int128(count) * Int128(multiplier), decimals: decimals)
    }

    static func powerOfTen(_ n: Int) -> Double {
        var value = 1.0
        for _ in 0..<n { value *= 10 }
        return value
    }
}

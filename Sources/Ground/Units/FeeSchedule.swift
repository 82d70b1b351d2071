/// What the venue charges by liquidity, in hundred-millionths of the notional (0.00055 = 55,000).
public struct FeeSchedule: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// Rate of a fill that rested; negative for a rebate.
    public var makerRateE8: Int64
    /// Rate of a fill that crossed.
    public var takerRateE8: Int64

    /// A schedule of two rates.
    @inlinable public init(makerRateE8: Int64, takerRateE8: Int64) {
        self.makerRateE8 = makerRateE8
        self.takerRateE8 = takerRateE8
    }

    /// Both rates in percent: "0.02 % maker and 0.055 % taker".
    public var description: String {
        "\(FeeSchedule.percent(makerRateE8)) maker and \(FeeSchedule.percent(takerRateE8)) taker"
    }

    private static func percent(_ rateE8: Int64) -> String {
        var text = DecimalScale(multiplier: 1, decimals: 6).text(rateE8)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }

    /// Bybit's base rates for perpetuals: 0.02 % maker, 0.055 % taker.
    public static let bybitBasePerpetual = FeeSchedule(makerRateE8: 20_000, takerRateE8: 55_000)
}

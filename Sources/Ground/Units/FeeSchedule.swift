/// What the venue charges by liquidity, in hundred-millionths of the notional (0.00055 = 55,000).
public struct FeeSchedule: Hashable, Sendable, BitwiseCopyable {
    /// Rate of a fill that rested; negative for a rebate.
    public var makerRateE8: Int64
    /// Rate of a fill that crossed.
    public var takerRateE8: Int64

    /// A schedule of two rates.
    @inlinable public init(makerRateE8: Int64, takerRateE8: Int64) {
        self.makerRateE8 = makerRateE8
        self.takerRateE8 = takerRateE8
    }

    /// Bybit's base rates for perpetuals: 0.02 % maker, 0.055 % taker.
    public static let bybitBasePerpetual = FeeSchedule(makerRateE8: 20_000, takerRateE8: 55_000)
}

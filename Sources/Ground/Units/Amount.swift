/// An exact amount of a coin (fees, balances) in billionths.
///
/// Venues state fees in decimals that are no multiple of tick × lot, so they need a scale of their
/// own: 10⁻⁹ of a coin, up to ±9.2 × 10⁹ coins.
public struct Amount: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Billionths of the coin.
    public var billionths: Int64

    /// An amount of `billionths`.
    @inlinable public init(billionths: Int64) { self.billionths = billionths }

    /// Nothing.
    @inlinable public static var zero: Amount { Amount(billionths: 0) }

    /// In coins, for reports and models.
    @inlinable public var inCoins: Double { Double(billionths) / 1e9 }

    /// Numerically lower.
    @inlinable public static func < (a: Amount, b: Amount) -> Bool { a.billionths < b.billionths }
    /// The sum, or the nearest amount that fits: what a venue states must not end the process.
    @inlinable public static func + (a: Amount, b: Amount) -> Amount {
        let (sum, overflows) = a.billionths.addingReportingOverflow(b.billionths)
        return Amount(billionths: overflows ? (b.billionths < 0 ? .min : .max) : sum)
    }
    /// The difference, or the nearest amount that fits.
    @inlinable public static func - (a: Amount, b: Amount) -> Amount {
        let (difference, overflows) = a.billionths.subtractingReportingOverflow(b.billionths)
        return Amount(billionths: overflows ? (b.billionths < 0 ? .max : .min) : difference)
    }
    /// Adds in place.
    @inlinable public static func += (a: inout Amount, b: Amount) { a = a + b }
}

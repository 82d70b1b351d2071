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
    /// The sum.
    @inlinable public static func + (a: Amount, b: Amount) -> Amount {
        Amount(billionths: a.billionths + b.billionths)
    }
    /// The difference.
    @inlinable public static func - (a: Amount, b: Amount) -> Amount {
        Amount(billionths: a.billionths - b.billionths)
    }
    /// Adds in place.
    @inlinable public static func += (a: inout Amount, b: Amount) { a.billionths += b.billionths }
}

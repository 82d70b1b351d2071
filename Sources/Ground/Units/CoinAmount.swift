/// An exact amount of any coin (fees, balances) in billionths, however cheap the coin is: of some
/// there are trillions, where `Amount` ends at nine milliards.
///
/// What a venue tells is bounded by its reader to 10²⁰ coins, so that the sum of all that a process
/// is told fits without a thought.
public struct CoinAmount: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Billionths of the coin.
    public var billionths: Int128

    /// An amount of `billionths`.
    @inlinable public init(billionths: Int128) { self.billionths = billionths }

    /// The same amount.
    @inlinable public init(_ amount: Amount) { billionths = Int128(amount.billionths) }

    /// Nothing.
    @inlinable public static var zero: CoinAmount { CoinAmount(billionths: 0) }

    /// The nearest amount of a quote coin, of which nobody has milliards.
    @inlinable public var clamped: Amount { Amount(billionths: Int64(clamping: billionths)) }

    /// Numerically lower.
    @inlinable public static func < (a: CoinAmount, b: CoinAmount) -> Bool {
        a.billionths < b.billionths
    }
    /// The sum.
    @inlinable public static func + (a: CoinAmount, b: CoinAmount) -> CoinAmount {
        CoinAmount(billionths: a.billionths + b.billionths)
    }
    /// The difference.
    @inlinable public static func - (a: CoinAmount, b: CoinAmount) -> CoinAmount {
        CoinAmount(billionths: a.billionths - b.billionths)
    }
    /// Adds in place.
    @inlinable public static func += (a: inout CoinAmount, b: CoinAmount) { a = a + b }
}

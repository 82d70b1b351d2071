/// Integer arithmetic in basis points: ten-thousandths.
public enum BasisPoints {
    /// `bps` ten-thousandths of `value`, rounded towards zero, with no product that overflows.
    ///
    /// - Precondition: `bps` in 0...10,000.
    @inlinable public static func part(_ bps: Int64, of value: Int64) -> Int64 {
        value / 10_000 * bps + value % 10_000 * bps / 10_000
    }
}

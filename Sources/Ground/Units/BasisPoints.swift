/// Integer arithmetic in basis points: ten-thousandths.
public enum BasisPoints {
    /// `bps` ten-thousandths of `value`, rounded towards zero, with no product that overflows.
    ///
    /// - Precondition: `bps` in 0...10,000.
    @inlinable public static func part(_ bps: Int64, of value: Int64) -> Int64 {
        value / 10_000 * bps + value % 10_000 * bps / 10_000
    }

    /// Reads a share as people write it, "10%" or "0.10", to the nearest basis point; nil when it
    /// is anything else or outside 0.01 % to 100 %.
    public static func parse(_ text: String) -> Int64? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else { return nil }
        let scaled = (number * (isPercent ? 100 : 10_000)).rounded()
        return scaled >= 1 && scaled <= 10_000 ? Int64(scaled) : nil
    }
}

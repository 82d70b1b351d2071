public import Units

/// Slippage of an average price against a benchmark, in basis points; positive is bad.
///
/// The one place where exact sums become the `Double` of a report.
public enum Slippage {
    /// s · (Σ pq / Σ q − B) / B, where B = `benchmarkNotional` / `benchmarkQuantity`; nil when
    /// either quantity is zero.
    public static func basisPoints(
        _ side: Side,
        notional: Notional,
        quantity: Quantity,
        benchmarkNotional: Notional,
        benchmarkQuantity: Quantity
    ) -> Double? {
        guard quantity.lots > 0, benchmarkQuantity.lots > 0, benchmarkNotional.tickLots > 0 else {
            return nil
        }
        let own = Double(notional.tickLots) / Double(quantity.lots)
        let benchmark = Double(benchmarkNotional.tickLots) / Double(benchmarkQuantity.lots)
        return Double(side.sign) * (own - benchmark) / benchmark * 1e4
    }

    /// A cost in half-tick·lots over `quantity` at `referenceHalfTicks`, in basis points; nil when
    /// either is zero.
    public static func basisPoints(
        halfTickLots cost: Int128,
        of quantity: Quantity,
        at referenceHalfTicks: Int64
    ) -> Double? {
        guard quantity.lots > 0, referenceHalfTicks > 0 else { return nil }
        return Double(cost) / (Double(quantity.lots) * Double(referenceHalfTicks)) * 1e4
    }
}

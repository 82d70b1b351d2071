public import Units

/// What a parent order cost against its arrival mid, in parts that add up exactly.
///
/// Prices in half ticks (a mid of two ticks need not be a tick), so all parts but the fees are
/// integers of half-tick·lots; the fees are exact amounts of the quote coin. Positive is bad.
///
///     timing      s · Σ q (M_send − M_arrival)    the market (and our pressure) while we waited
///     latency     s · Σ q (M_fill − M_send)       while the child was on its way or in the queue
///     spread      s · Σ q (p − M_fill)            paid across the spread; negative when earned
///     opportunity s · q_unfilled (M_end − M_arrival)
///     fees        Σ fee
///
/// - Invariant: timing + latency + spread + opportunity
///   = s · (Σ q p − Q_f M_arrival) + s · Q_u (M_end − M_arrival).
/// - SeeAlso: Perold, "The implementation shortfall: paper versus reality", 1988.
public struct CostBreakdown: Hashable, Sendable, BitwiseCopyable {
    /// In half-tick·lots.
    public var timing: Int128 = 0
    /// In half-tick·lots.
    public var latency: Int128 = 0
    /// In half-tick·lots.
    public var spread: Int128 = 0
    /// In half-tick·lots.
    public var opportunity: Int128 = 0
    /// In the quote coin.
    public var fees: Amount = .zero

    /// No cost.
    public init() {}

    /// All parts but the fees, in half-tick·lots.
    public var tradingCost: Int128 { timing + latency + spread + opportunity }
}

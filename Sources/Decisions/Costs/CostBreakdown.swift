public import Units

/// What a parent order cost against its arrival mid, in parts that add up exactly.
///
/// Prices in half ticks (a mid of two ticks need not be a tick), so all parts but the fees are
/// integers of half-tick·lots; the fees are exact amounts of the quote coin. Positive is bad.
///
///     timing      s · Σ q (M_send − M_arrival)    the market (and our pressure) while we waited
///     taker       s · Σ q_taker (M_fill − M_send) while takers were on their way: latency
///     maker       s · Σ q_maker (M_fill − M_send) while makers rested: waiting in the queue
///     spread      s · Σ q (p − M_fill)            paid across the spread; negative when earned
///     opportunity s · q_unfilled (M_end − M_arrival)
///     fees        Σ fee
///
/// - Invariant: timing + taker + maker + spread + opportunity
///   = s · (Σ q p − Q_f M_arrival) + s · Q_u (M_end − M_arrival).
/// - SeeAlso: Perold, "The implementation shortfall: paper versus reality", 1988.
public struct CostBreakdown: Hashable, Sendable, BitwiseCopyable {
    /// In half-tick·lots.
    public var timing: Int128 = 0
    /// In half-tick·lots.
    public var takerLatency: Int128 = 0
    /// In half-tick·lots.
    public var makerDrift: Int128 = 0
    /// In half-tick·lots.
    public var spread: Int128 = 0
    /// In half-tick·lots.
    public var opportunity: Int128 = 0
    /// In the quote coin.
    public var fees: Amount = .zero

    /// No cost.
    public init() {}

    /// All parts but the fees, in half-tick·lots.
    public var tradingCost: Int128 {
        timing + takerLatency + makerDrift + spread + opportunity
    }
}

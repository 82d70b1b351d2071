public import Orders
public import Units

/// How much of a parent is due: one cumulative target for every algorithm.
///
/// TWAP follows the clock, VWAP a volume profile over the clock, POV the volume others trade.
/// Everything else (bands, placement, catching up) is the same for all and lives in `Slicer`.
public enum Schedule: BitwiseCopyable, Sendable {
    /// q* = Q (t − t₀) / (t₁ − t₀).
    case twap
    /// q* = Q · F(t), F the profile's cumulative share.
    case vwap(VolumeProfile)
    /// q* = ρ / (1 − ρ) · (volume of others since the start): our share of everything that
    /// trades, our own fills included, is ρ.
    case pov(rateBps: Int64)

    /// The name in reports and arguments.
    public var name: String {
        switch self {
        case .twap: "twap"
        case .vwap: "vwap"
        case .pov: "pov"
        }
    }

    /// Whether the parent must be done by its end, crossing if need be. POV is not: finishing would
    /// break the rate that was asked for.
    public var completesByEnd: Bool {
        if case .pov = self { return false }
        return true
    }

    /// What should be filled by `now`: what is due, and never more than the quantity.
    public func target(_ parent: ParentOrder, now: Nanoseconds, othersLots: Int64) -> Quantity {
        min(parent.quantity, due(parent, now: now, othersLots: othersLots))
    }

    /// What the schedule calls for by `now`, which only POV can take past the quantity: to the
    /// nearest lot by the clock, rounded down by volume, so that no rounding exceeds the rate.
    ///
    /// Cumulative rounding: differences of targets sum to the quantity exactly, whatever the times.
    ///
    /// - Precondition: a POV rate in 1...9,999 basis points.
    /// - Parameter othersLots: what others traded since the parent's start.
    /// - Complexity: O(1); O(log knots) for VWAP.
    public func due(_ parent: ParentOrder, now: Nanoseconds, othersLots: Int64) -> Quantity {
        let total = parent.quantity.lots
        switch self {
        case .twap:
            let span = parent.endsAt.count - parent.startsAt.count
            let elapsed = min(max(0, now.count - parent.startsAt.count), span)
            return Quantity(lots: Schedule.proportion(total, elapsed, span))
        case .vwap(let profile):
            // A profile may reach past the parent's end; the parent may not.
            if now >= parent.endsAt { return parent.quantity }
            let share = profile.shareE9(at: now)
            return Quantity(lots: Schedule.proportion(total, share, 1_000_000_000))
        case .pov(let rateBps):
            let due = Int128(max(0, othersLots)) * Int128(rateBps) / Int128(10_000 - rateBps)
            return Quantity(lots: Int64(clamping: due))
        }
    }

    /// total × part / whole to the nearest integer, halves up, without overflow.
    static func proportion(_ total: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
        if part >= whole { return total }
        let (high, low) = UInt64(total).multipliedFullWidth(by: UInt64(part))
        let (sum, carry) = low.addingReportingOverflow(UInt64(whole) / 2)
        let (quotient, _) = UInt64(whole).dividingFullWidth((high &+ (carry ? 1 : 0), sum))
        return Int64(quotient)
    }
}

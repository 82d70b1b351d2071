public import Units

/// A position in one instrument, as a venue keeps it: one, or in hedge mode two beside each other.
public enum VenuePosition: Hashable, Sendable, BitwiseCopyable {
    /// Bought minus sold.
    case oneWay(Quantity)
    /// What is held long, and what is held short: never negative, never positive.
    case hedged(long: Quantity, short: Quantity)

    /// Nothing held, in a mode.
    public static func flat(isHedged: Bool) -> VenuePosition {
        isHedged ? .hedged(long: .zero, short: .zero) : .oneWay(.zero)
    }

    /// Whether long and short stand beside each other.
    public var isHedged: Bool {
        if case .hedged = self { true } else { false }
    }

    /// Long and short together, signed.
    public var net: Quantity {
        switch self {
        case .oneWay(let lots): lots
        case .hedged(let long, let short): long + short
        }
    }

    /// This position after a fill.
    public func adding(_ side: Side, _ lots: Quantity, reduceOnly: Bool) -> VenuePosition {
        let change = side == .buy ? lots : .zero - lots
        switch self {
        case .oneWay(let held):
            return .oneWay(held + change)
        case .hedged(let long, let short):
            return (side == .buy) != reduceOnly
                ? .hedged(long: long + change, short: short)
                : .hedged(long: long, short: short + change)
        }
    }
}

public import Units

/// A position in one instrument, as a venue keeps it: one, or in hedge mode two at once.
public enum VenuePosition: Hashable, Sendable, BitwiseCopyable {
    /// Bought minus sold.
    case oneWay(Quantity)
    /// What is held long, and what is held short: never negative, never positive.
    case hedged(long: Quantity, short: Quantity)

    /// Nothing held, in a mode.
    public static func flat(isHedged: Bool) -> VenuePosition {
        isHedged ? .hedged(long: .zero, short: .zero) : .oneWay(.zero)
    }

    /// Whether long and short positions are kept apart.
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

    /// This position, had it begun as `new` and not as `old`: what was done since is kept. One of
    /// another mode begins as `new`.
    public func rebased(from old: VenuePosition, to new: VenuePosition) -> VenuePosition {
        func moved(_ lots: Quantity, _ from: Quantity, _ to: Quantity) -> Quantity {
            Quantity(lots: lots.lots &+ to.lots &- from.lots)
        }
        switch (self, old, new) {
        case (.oneWay(let held), .oneWay(let from), .oneWay(let to)):
            return .oneWay(moved(held, from, to))
        case (.hedged(let a, let b), .hedged(let c, let d), .hedged(let e, let f)):
            return .hedged(long: moved(a, c, e), short: moved(b, d, f))
        default:
            return new
        }
    }

    /// Whether it is `other` but for the position that an order of `side` reduces, of which less is
    /// held, or none.
    public func isNearerToFlat(than other: VenuePosition, for side: Side) -> Bool {
        let leg = other.leg(of: side, reduceOnly: true)
        guard isHedged == other.isHedged, let mine = self[leg], let theirs = other[leg] else {
            return false
        }
        let opposite = leg == .long ? PositionLeg.short : .long
        return self[opposite] == other[opposite] && mine.lots.magnitude < theirs.lots.magnitude
            && mine.lots.signum() * theirs.lots.signum() >= 0
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

extension VenuePosition: CustomStringConvertible {
    /// "12 lots", "3 lots long and -4 short".
    public var description: String {
        switch self {
        case .oneWay(let held): held.lots.counted("lot")
        case .hedged(let long, let short): "\(long.lots) lots long and \(short.lots) short"
        }
    }
}

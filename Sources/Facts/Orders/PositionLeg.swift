public import Units

/// Which of an instrument's positions: the only one, or in hedge mode the long or the short one.
///
/// The raw values are the venue's position indices, and the journal's.
public enum PositionLeg: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Bought minus sold, in one-way mode.
    case only = 0
    /// What is held long, in hedge mode.
    case long = 1
    /// What is held short, in hedge mode.
    case short = 2
}

extension VenuePosition {
    /// The position that an order of `side` adds to, or takes from when it only reduces.
    public func leg(of side: Side, reduceOnly: Bool) -> PositionLeg {
        guard isHedged else { return .only }
        return (side == .buy) != reduceOnly ? .long : .short
    }

    /// What one of the positions holds, signed; nil for one that this mode does not have.
    public subscript(_ leg: PositionLeg) -> Quantity? {
        switch (self, leg) {
        case (.oneWay(let lots), .only): lots
        case (.hedged(let long, _), .long): long
        case (.hedged(_, let short), .short): short
        default: nil
        }
    }
}

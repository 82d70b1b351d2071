internal import Orders
internal import Units

/// What the venue last stated of one position, less what our fills have closed of it since.
///
/// It only ever bounds what may be closed, so where the order of a statement and a fill cannot be
/// told it is the smaller of the two: too small for a moment delays, too large could turn the
/// position.
struct StatedPosition: BitwiseCopyable {
    /// Signed.
    var held: Quantity
    /// When the position changed, by the venue's clock; zero where it did not say.
    let changedAt: Nanoseconds

    /// Takes off what a fill of ours has closed.
    mutating func close(_ side: Side, _ quantity: Quantity) {
        let open = 0 &- side.sign &* held.lots
        if open > 0 { held.lots &+= side.sign &* min(open, quantity.lots) }
    }
}

extension Engine {
    /// For how long before a statement's time a fill may have been matched that is told out of
    /// order.
    private static var disorder: Nanoseconds { .seconds(1) }

    /// Takes in what the venue states of a position. A statement may be older than fills of ours
    /// that are known: those are not in it.
    mutating func observeStated(
        _ market: Int,
        _ leg: PositionLeg,
        _ held: Quantity,
        _ changedAt: Nanoseconds
    ) {
        var stated = StatedPosition(held: held, changedAt: changedAt)
        var i = changedAt == .zero ? 0 : fills.count
        while i > 0 {
            i &-= 1
            let fill = fills[i].execution
            if fill.matchedAt + Engine.disorder < changedAt { break }
            let child = orders[Int(fills[i].child.number)]
            if fill.matchedAt > changedAt, Int(child.instrument.index) == market,
                markets[market].held.leg(of: child.side, reduceOnly: child.reduceOnly) == leg
            {
                stated.close(child.side, fill.quantity)
            }
        }
        markets[market].stated[Int(leg.rawValue)] = stated
        if markets[market].isBounded(leg) { touched = market } else { skip() }
    }
}

extension Market {
    /// What is surely held of a position: by our own reckoning and by the venue's latest word,
    /// whichever is nearer to flat.
    @inline(__always)
    func surelyHeld(_ leg: PositionLeg) -> Quantity {
        let own = held[leg] ?? .zero
        guard let stated = stated[Int(leg.rawValue)]?.held else { return own }
        if stated.lots.signum() != own.lots.signum() { return .zero }
        return stated.lots.magnitude < own.lots.magnitude ? stated : own
    }

    /// Whether the venue's latest word leaves less of a position than our own reckoning.
    func isBounded(_ leg: PositionLeg) -> Bool { surelyHeld(leg) != held[leg] ?? .zero }

    /// Takes a fill of ours off what was stated before it.
    mutating func close(_ leg: PositionLeg, _ execution: Execution) {
        guard let known = stated[Int(leg.rawValue)], execution.matchedAt >= known.changedAt else {
            return
        }
        stated[Int(leg.rawValue)]?.close(execution.side, execution.quantity)
    }
}

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
        let wasUntold = markets[market].isUntold
        markets[market].untold[Int(leg.rawValue)] = untold(market, leg, held, changedAt)
        guard markets[market].isBounded(leg) || wasUntold || markets[market].isUntold else {
            return skip()
        }
        touched = market
        for i in 0..<markets[market].parentCount {
            quiet[Int(markets[market].parents[i])].wake()
        }
    }

    /// By how much a statement is beyond our opening and the fills of ours that may be in it.
    private mutating func untold(
        _ market: Int,
        _ leg: PositionLeg,
        _ held: Quantity,
        _ changedAt: Nanoseconds
    ) -> Int64 {
        guard markets[market].knowsOpening, changedAt != .zero,
            var known = markets[market].held[leg]?.lots
        else { return 0 }
        var i = fills.count
        while i > 0 {
            i &-= 1
            let fill = fills[i].execution
            if fill.matchedAt <= changedAt { break }
            let child = orders[Int(fills[i].child.number)]
            if !Market.mayHold(changedAt, fill), Int(child.instrument.index) == market,
                markets[market].held.leg(of: child.side, reduceOnly: child.reduceOnly) == leg
            {
                known &-= child.side.sign &* fill.quantity.lots
            }
        }
        return held.lots &- known
    }

    /// How much more than is known the venue holds in the direction of the parent's orders: fills
    /// that have not been told, or trades of others. It counts as filled until that is known.
    @inline(__always)
    mutating func beyond(_ slot: Int, _ market: Int) -> Quantity {
        if !markets[market].isUntold { return .zero }
        let order = parents[slot].order
        let leg = markets[market].held.leg(of: order.side, reduceOnly: order.reduceOnly)
        let lots = order.side.sign &* markets[market].untold[Int(leg.rawValue)]
        return Quantity(lots: max(0, lots))
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

    /// Whether a statement may have a fill in it: the two times are not taken at one place.
    static func mayHold(_ changedAt: Nanoseconds, _ fill: Execution) -> Bool {
        fill.matchedAt <= changedAt + .milliseconds(100)
    }

    /// Whether the venue holds another position than is known of.
    @inline(__always)
    var isUntold: Bool { untold[0] != 0 || untold[1] != 0 || untold[2] != 0 }

    /// Takes a fill of ours off what was stated before it, and off what was not known of it.
    mutating func close(_ leg: PositionLeg, _ execution: Execution) {
        guard let known = stated[Int(leg.rawValue)] else { return }
        if untold[Int(leg.rawValue)] != 0, Market.mayHold(known.changedAt, execution) {
            untold[Int(leg.rawValue)] &-= execution.side.sign &* execution.quantity.lots
        }
        guard execution.matchedAt >= known.changedAt else { return }
        stated[Int(leg.rawValue)]?.close(execution.side, execution.quantity)
    }
}

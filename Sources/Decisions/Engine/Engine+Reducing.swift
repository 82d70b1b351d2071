internal import Orders
internal import Units

/// Parents that may only bring a position nearer to flat: by their own terms, or because nothing
/// else may leave.
extension Engine {
    /// Whether an order of the parent may only reduce.
    @inline(__always)
    mutating func mustReduce(_ slot: Int) -> Bool {
        parents[slot].order.reduceOnly || gate.state == .reducing
    }

    /// Whether what the parent works with is known: one that only reduces must not begin, or end,
    /// before the venue has said what is held.
    mutating func knowsPosition(_ slot: Int, _ market: Int) -> Bool {
        !parents[slot].order.reduceOnly || markets[market].knowsOpening
    }

    /// What is held by our own reckoning that the parent's side could close: what decides whether
    /// it is done.
    mutating func closable(_ slot: Int, _ market: Int) -> Quantity {
        let order = parents[slot].order
        let leg = markets[market].held.leg(of: order.side, reduceOnly: order.reduceOnly)
        let held = markets[market].held[leg] ?? .zero
        return Quantity(lots: max(0, 0 &- order.side.sign &* held.lots))
    }

    /// What is surely held and no order under way could close, whichever parent's; negative when
    /// more is under way than is held.
    mutating func reducible(_ slot: Int, _ market: Int) -> Quantity {
        let order = parents[slot].order
        let leg = markets[market].held.leg(of: order.side, reduceOnly: order.reduceOnly)
        let open = max(0, 0 &- order.side.sign &* markets[market].surelyHeld(leg).lots)
        let ours = underWay(market, order.side, order.reduceOnly, without: nil)
        return Quantity(lots: open &- ours.inFlight.lots)
    }

    /// Takes the parent's resting order off the book, if it may be.
    mutating func withdrawExcess(
        _ slot: Int,
        _ children: ChildSurvey,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        // What was reclaimed this turn is on its way off.
        guard children.resting?.acceptsRequest == true, let number = children.movable,
            orders[number].acceptsRequest
        else { return }
        cancel(number, slot, now, &commands)
    }

    /// Nothing is left to close: the parent is done, whatever it was asked for.
    mutating func endFlat(_ slot: Int, _ market: Int, _ now: Nanoseconds) {
        guard parents[slot].live.isEmpty else { return stop(slot, .flat, now) }
        parents[slot].stopReason = .flat
        finish(slot, market, .completed, now)
    }
}

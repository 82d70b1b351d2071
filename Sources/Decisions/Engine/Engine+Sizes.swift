internal import Orders
internal import Risk
internal import Units

/// How large the orders of a parent may be, and whether any could be sent for it.
extension Engine {
    /// The sizes between which an order lies.
    struct Sizes: BitwiseCopyable {
        /// The smallest that the venue takes now.
        var smallest: Quantity
        /// The least that is sent or left while there is a choice: it can still be moved, and
        /// traded, once the price has lost a tenth.
        var piece: Quantity
        /// The least that the venue is thought to take after a refusal; zero where there was none.
        var taken: Quantity
        /// The largest.
        var largest: Quantity
    }

    /// The sizes between which the next order will lie, for the venue, the desk and what either has
    /// refused. Its price lies between resting near our best (or the limit, when that is worse) and
    /// sweeping the depth that counts, and it must pass the filters wherever it lands.
    mutating func sizes(_ slot: Int, _ market: Int, _ now: Nanoseconds) -> Sizes {
        let order = parents[slot].order
        let quote = markets[market].quote
        let far = quote.price(order.side.opposite)
        let range = parents[slot].slicer.rules.depthRangeBps
        var reach = BasisPoints.part(range, of: far.ticks)
        var sweeping = order.side.improved(far, byTicks: reach)
        var resting = quote.price(order.side)
        if let limit = order.limit {
            sweeping = order.side.lessAggressive(sweeping, limit)
            if order.side.isBetter(resting, than: limit) {
                // Where it rests it stays, until the market comes to it.
                resting = limit
                reach = 0
            }
        }
        // Room to follow the market, for an order keeps its size when it is moved.
        resting = order.side.improved(resting, byTicks: -reach)
        let (lowest, highest) = order.side == .buy ? (resting, sweeping) : (sweeping, resting)
        let filters = markets[market].filters
        let lower = Price(ticks: lowest.ticks - lowest.ticks / 10)
        let piece = filters.smallestOrder(at: lower)
        // Where the value does not matter, as nearly everywhere, nothing else is to be reckoned.
        let smallest = piece == filters.minChild ? piece : filters.smallestOrder(at: lowest)
        return Sizes(
            smallest: smallest,
            piece: piece,
            taken: parents[slot].learned.smallest(now),
            // One small order is always tried: ten refusals in a row end the parent.
            largest: min(
                filters.largestOrder(at: highest),
                max(parents[slot].learned.largest(now), smallest)
            )
        )
    }

    /// Whether at least one order could be sent for a parent that has not begun.
    mutating func isTradable(_ slot: Int, _ market: Int, _ now: Nanoseconds) -> Bool {
        let sizes = sizes(slot, market, now)
        let order = parents[slot].order
        let most = order.reduceOnly ? closable(slot, market) : order.quantity
        // Nothing to close is an end, and no fault of the size.
        if most == .zero { return true }
        let cap = parents[slot].slicer.rules.maxChild
        let largest = cap > .zero ? min(cap, sizes.largest) : sizes.largest
        return sizes.smallest <= largest && min(most, order.quantity) >= sizes.smallest
    }

    /// What is left of the parent that an order could be sent for.
    private mutating func remaining(_ slot: Int, _ market: Int) -> Quantity {
        let remaining = parents[slot].remaining
        return parents[slot].order.reduceOnly
            ? min(remaining, closable(slot, market)) : remaining
    }

    /// Whether the parent has come to its end with less than an order left, or has so little left
    /// that no price it could trade at would make it one.
    mutating func isOver(
        _ slot: Int,
        _ market: Int,
        _ smallest: Quantity,
        _ now: Nanoseconds
    ) -> Bool {
        guard parents[slot].live.isEmpty else { return false }
        let remaining = remaining(slot, market)
        if remaining >= smallest { return false }
        let order = parents[slot].order
        if now >= order.endsAt { return true }
        let filters = markets[market].filters
        // A buy is worth most at its limit.
        guard order.side == .buy, let limit = order.limit else {
            return remaining < filters.minChild
        }
        return remaining < filters.smallestOrder(at: limit)
    }

    /// Whether what is left of the parent is less than the venue takes now.
    mutating func isResidue(_ slot: Int, _ market: Int, _ now: Nanoseconds) -> Bool {
        markets[market].isTrusted && parents[slot].live.isEmpty
            && remaining(slot, market) < sizes(slot, market, now).smallest
    }
}

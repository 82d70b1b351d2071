public import Book
public import Units

/// Turns "so much is due" and the book of this moment into one order decision.
///
///     filled < target − ⅞ band   cross, back to the target, no more than the book can bear
///     inside                     rest post-only at the best price, pegged, one band at most
///     filled + resting > target + band (and a child's worth more)   withdraw
///
/// Consulted on every book and trade event: there is no slice to sleep until. All takes on one
/// state of the book together are never more than the stated share of what it displays, but for one
/// order of the smallest size, and none is priced beyond the limit.
///
/// - Complexity: O(1) while nothing is due; a depth walk when an order is about to leave.
public struct Slicer: Sendable, BitwiseCopyable {
    /// The rules it follows.
    public let rules: SlicingRules

    /// A slicer with `rules`.
    public init(_ rules: SlicingRules) { self.rules = rules }

    /// What to do now.
    ///
    /// - Precondition: the book is trusted and has both sides.
    public func intent(_ now: SliceSituation, _ book: borrowing OrderBook) -> SliceIntent {
        let reached = now.filled + now.takerLeaves
        // An eighth early, so that the fill comes before the band's edge does.
        if reached.lots < now.target.lots - now.band.lots + now.band.lots / 8 {
            return cross(now, now.target - reached, book)
        }
        return rest(now, now.target.lots + now.band.lots - reached.lots, book)
    }

    /// Asked after ``intent(_:_:)`` said `stay`: as long as the situation and the best prices are
    /// the same and more than this rests at the best price of our side, it says so again, whatever
    /// else the book shows. Nil when that depends on more.
    public func stayFloor(_ now: SliceSituation, _ quote: BBO) -> Quantity? {
        let reached = now.filled.lots + now.takerLeaves.lots
        // Crossing looks at the depth.
        if reached < now.target.lots - now.band.lots + now.band.lots / 8 { return nil }
        // Until when the book is to be waited for depends on its times.
        if !now.book.mayRest { return nil }
        guard let resting = now.resting else {
            // With too little to do or too little free, nothing is sized by the depth.
            let room = now.target.lots + now.band.lots - reached
            let free = now.quantity - now.committed
            return room < piece(now).lots || free < now.smallestOrder ? .zero : nil
        }
        guard resting.acceptsRequest, resting.price == quote.price(now.side) else { return .zero }
        // Alone at the best price we follow the second.
        return quote.quantity(now.side) > resting.leaves ? resting.leaves : nil
    }

    /// Takes `deficit` from the other side, within what the book can bear.
    private func cross(
        _ now: SliceSituation,
        _ deficit: Quantity,
        _ book: borrowing OrderBook
    ) -> SliceIntent {
        let free = now.quantity - now.committed
        guard let best = book.best(now.side.opposite) else { return .stay }
        let room = deficit.lots + now.band.lots
        if let limit = now.limit, !now.side.crosses(limit, best) { return rest(now, room, book) }
        // What the book displays is spent, or not there: the next state is waited for.
        if !now.book.mayTake { return rest(now, room, book) }
        let bearable = bearable(now.side.opposite, from: best, now, book, spent: now.book.spent)
        if bearable < piece(now) { return rest(now, room, book) }
        let asked = min(max(deficit, piece(now)), bearable)
        if asked < now.smallestTaken { return rest(now, room, book) }
        let wanted = whole(asked, of: free, now)
        guard let wanted else {
            // What is missing is tied up in the resting order: free it first.
            guard let resting = now.resting, resting.acceptsRequest else { return .stay }
            return canReplace(resting, now)
                ? .withdraw : rest(now, room, book)
        }
        return .take(wanted, book.sweep(now.side, wanted, limit: now.limit).worst)
    }

    /// Keeps one post-only order at the best price for up to `room` lots.
    private func rest(
        _ now: SliceSituation,
        _ room: Int64,
        _ book: borrowing OrderBook
    ) -> SliceIntent {
        guard let price = pegPrice(now, book) else { return .stay }
        guard let resting = now.resting else {
            let free = now.quantity - now.committed
            let bearable = bearable(now.side, from: price, now, book)
            // One band at most: should it fill after we crossed back to the target as well, the
            // fills still lie inside.
            let piece = piece(now)
            let most = min(now.band, now.largestResting)
            let part = now.band.lots > 0 ? max(most, piece).lots : room
            let wanted = min(Quantity(lots: min(room, part)), bearable)
            guard now.book.mayRest, wanted >= max(piece, now.smallestTaken),
                let quantity = whole(wanted, of: free, now)
            else { return .stay }
            return .rest(quantity, price)
        }
        guard resting.acceptsRequest else { return .stay }
        // Slack of one small order, so that a target that moves by a lot does not churn orders;
        // what is in doubt is no reason either.
        let slack = max(now.band.lots, now.smallestPiece.lots) + (now.mostDue - now.target).lots
        if resting.leaves.lots > room + slack,
            canReplace(resting, now)
        {
            return .withdraw
        }
        return resting.price == price || !now.book.mayRest ? .stay : .move(price)
    }

    /// Whether what a withdrawal frees could be sent again. The last piece of a parent, filled in
    /// part, may be too small for the venue to take again: it stays, and follows the market.
    private func canReplace(_ resting: RestingChild, _ now: SliceSituation) -> Bool {
        now.quantity - now.committed + resting.leaves >= now.smallestOrder
    }

    /// The best price of our side without our own order: we join the crowd or lead it by a tick,
    /// and never by more. Nil without a crowd.
    private func pegPrice(_ now: SliceSituation, _ book: borrowing OrderBook) -> Price? {
        guard var price = book.best(now.side) else { return nil }
        if let resting = now.resting, resting.price == price,
            book.quantity(at: price, now.side) <= resting.leaves,
            let next = book.second(now.side)
        {
            price = now.side.lessAggressive(price, now.side.improved(next, byTicks: 1))
        }
        return now.limit.map { now.side.lessAggressive(price, $0) } ?? price
    }

    /// The least that is sent now: the last of a parent may be as small as the venue takes.
    private func piece(_ now: SliceSituation) -> Quantity {
        let most = min((now.quantity - now.committed).lots, largest(now))
        return max(now.smallestOrder, Quantity(lots: min(now.smallestPiece.lots, most)))
    }

    /// The largest child the displayed depth of `side` can bear, of which `spent` is used up: at
    /// least one small order, as long as nothing is.
    private func bearable(
        _ side: Side,
        from price: Price,
        _ now: SliceSituation,
        _ book: borrowing OrderBook,
        spent: Quantity = .zero
    ) -> Quantity {
        let range = max(1, BasisPoints.part(rules.depthRangeBps, of: price.ticks))
        let depth = book.depth(side, withinTicks: range)
        let share = BasisPoints.part(rules.displayedShareBps, of: depth.lots)
        let left = spent.lots > 0 ? share - min(share, spent.lots) : max(share, piece(now).lots)
        return Quantity(lots: min(left, largest(now)))
    }

    /// The largest child, whatever the book shows.
    private func largest(_ now: SliceSituation) -> Int64 {
        rules.maxChild.lots > 0
            ? min(rules.maxChild.lots, now.largestOrder.lots) : now.largestOrder.lots
    }

    /// `wanted` cut to what is free, so that neither it nor what it leaves is too small to trade;
    /// nil when nothing can be sent.
    private func whole(
        _ wanted: Quantity,
        of free: Quantity,
        _ now: SliceSituation
    ) -> Quantity? {
        var lots = min(wanted.lots, free.lots)
        let rest = free.lots - lots
        if rest > 0 && rest < now.smallestPiece.lots {
            // All of it, or enough less to leave an order; a residue only when neither fits.
            if free.lots <= largest(now) {
                lots = free.lots
            } else {
                lots = max(lots - now.smallestPiece.lots, min(lots, now.smallestOrder.lots))
            }
        }
        return lots >= now.smallestOrder.lots ? Quantity(lots: lots) : nil
    }
}

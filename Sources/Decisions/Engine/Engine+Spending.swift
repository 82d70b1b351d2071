internal import Algos
internal import Book
internal import Orders
internal import Units

/// What our orders do to the book that is displayed.
extension Engine {
    /// Tells the slicer what is left of the book of this moment.
    @inline(never)
    mutating func reckonSpending(
        _ situation: inout SliceSituation,
        _ market: Int,
        _ now: Nanoseconds
    ) {
        let book = bookMoment(market)
        let side = situation.side
        let best = markets[market].quote.price(side.opposite)
        let spent = markets[market].spending.spent(side, book, now)
        situation.spent = Quantity(lots: spent)
        situation.mayTake = markets[market].spending.mayTake(side, book, best: best, now)
        situation.mayRest = markets[market].spending.mayRest(side, book, best: best, now)
    }

    /// Notes an order that leaves now.
    mutating func noteSpending(_ order: PlaceOrder, _ slot: Int, _ market: Int) {
        if order.timeInForce.rests {
            parents[slot].restedOn = markets[market].book.sequence
        } else {
            markets[market].spending.take(order, bookMoment(market))
        }
    }

    /// Notes what an order found, or that it found nothing.
    mutating func noteSpending(_ event: OrderEvent, _ number: Int, _ now: Nanoseconds) {
        let child = orders[number]
        let parent = Int(child.id.parent.index)
        let market = Int(child.instrument.index)
        var at = Nanoseconds.zero
        var reason = OrderEndReason.none
        var isCancelled = false
        switch event {
        case .update(let update):
            at = update.updatedAt
            reason = update.reason
            isCancelled = update.status == .cancelled
        case .execution(let execution):
            at = execution.matchedAt
        case .reply, .absent, .adopted:
            break
        }
        let book = bookMoment(market)
        // The venue has said no time: no book of now shows it, the next will.
        if at == .zero { at = Nanoseconds(book.at.count &+ 1) }
        if child.timeInForce.rests {
            guard reason == .postOnlyWouldTake else { return }
            parents[parent].counts.futile &+= 1
            markets[market].spending.crowd(
                child.side,
                child.askedPrice,
                decidedOn: parents[parent].restedOn,
                at: at,
                now: now
            )
            return
        }
        guard child.state == .ended || child.isSettled else { return }
        let lots = max(child.filled, child.reported).lots
        let found = isCancelled && reason != .byUser && reason != .disconnected
        let isShort = found && lots < child.quantity.lots
        if isShort && lots == 0 { parents[parent].counts.futile &+= 1 }
        markets[market].spending.end(
            number,
            lots: lots,
            at: at,
            emptied: isShort ? child.price : nil,
            now: now
        )
    }

    /// The state of the book that decisions are made on.
    @inline(__always)
    private mutating func bookMoment(_ market: Int) -> BookMoment {
        let matchedAt = markets[market].book.matchedAt
        return BookMoment(
            sequence: markets[market].book.sequence,
            at: matchedAt == .zero ? markets[market].book.publishedAt : matchedAt
        )
    }
}

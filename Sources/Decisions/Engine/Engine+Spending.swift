internal import Algos
internal import Book
internal import Orders
internal import Units

/// What our orders do to the book that is displayed.
extension Engine {
    /// What is left of the book of this moment for a parent's orders.
    ///
    /// - Parameter changedAt: when the venue last changed the order that rests; zero for none.
    @inline(__always)
    mutating func allowance(
        _ slot: Int,
        _ market: Int,
        _ changedAt: Nanoseconds,
        _ now: Nanoseconds
    ) -> BookAllowance {
        let isShown = isShown(slot, market, changedAt, now)
        if isShown && markets[market].spending.isClear { return .whole }
        return reckonAllowance(slot, market, isShown: isShown, now)
    }

    /// Whether the book shows what the parent last asked for to rest: else its best price may be
    /// that of our own order, of before, and we would lead or follow ourselves.
    @inline(__always)
    private mutating func isShown(
        _ slot: Int,
        _ market: Int,
        _ changedAt: Nanoseconds,
        _ now: Nanoseconds
    ) -> Bool {
        // A book that stands still is not waited for without end.
        if now - parents[slot].restedAt > BookSpending.longest { return true }
        if markets[market].book.sequence == parents[slot].restedOn { return false }
        return bookMoment(market).at >= changedAt
    }

    @inline(never)
    private mutating func reckonAllowance(
        _ slot: Int,
        _ market: Int,
        isShown: Bool,
        _ now: Nanoseconds
    ) -> BookAllowance {
        if configuration.neglects.contains(.spending) { return .whole }
        let book = bookMoment(market)
        let side = parents[slot].order.side
        let best = markets[market].quote.price(side.opposite)
        return BookAllowance(
            spent: Quantity(lots: markets[market].spending.spent(side, book, now)),
            mayTake: markets[market].spending.mayTake(side, book, best: best, now),
            mayRest: markets[market].spending.mayRest(side, book, best: best, now) && isShown
        )
    }

    /// Notes an order that leaves now.
    mutating func noteSpending(
        _ order: PlaceOrder,
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds
    ) {
        if order.timeInForce.rests {
            noteRest(slot, market, now)
        } else {
            markets[market].spending.take(order, bookMoment(market))
        }
    }

    /// Notes that something is asked for, or moved, to rest.
    mutating func noteRest(_ slot: Int, _ market: Int, _ now: Nanoseconds) {
        parents[slot].restedOn = markets[market].book.sequence
        parents[slot].restedAt = now
    }

    /// Notes what an order found, or that it found nothing.
    mutating func noteSpending(_ event: OrderEvent, _ number: Int, _ now: Nanoseconds) {
        if orders[number].timeInForce.rests {
            switch event {
            case .update(let update) where update.reason == .postOnlyWouldTake:
                noteCrowd(number, update.updatedAt, now)
            case .execution(let fill):
                noteMaker(fill, number, now)
            case .update, .reply, .absent, .adopted:
                break
            }
            return
        }
        noteTake(event, number, now)
    }

    private mutating func noteCrowd(_ number: Int, _ at: Nanoseconds, _ now: Nanoseconds) {
        let parent = Int(orders[number].id.parent.index)
        let market = Int(orders[number].instrument.index)
        parents[parent].counts.futile &+= 1
        markets[market].spending.crowd(
            orders[number].side,
            orders[number].askedPrice,
            decidedOn: parents[parent].restedOn,
            at: time(at, market),
            now: now
        )
    }

    /// The market came to our order: until the book shows it, the same price would take.
    private mutating func noteMaker(_ fill: Execution, _ number: Int, _ now: Nanoseconds) {
        let market = Int(orders[number].instrument.index)
        markets[market].spending.crowd(
            orders[number].side,
            fill.price,
            decidedOn: markets[market].book.sequence,
            at: time(fill.matchedAt, market),
            now: now
        )
    }

    @inline(never)
    private mutating func noteTake(_ event: OrderEvent, _ number: Int, _ now: Nanoseconds) {
        let child = orders[number]
        let market = Int(child.instrument.index)
        guard child.state == .ended || child.isSettled else { return }
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
        let lots = max(child.filled, child.reported).lots
        let found = isCancelled && reason != .byUser && reason != .disconnected
        let isShort = found && lots < child.quantity.lots
        if isShort && lots == 0 { parents[Int(child.id.parent.index)].counts.futile &+= 1 }
        markets[market].spending.end(
            number,
            lots: lots,
            at: time(at, market),
            emptied: isShort ? child.price : nil,
            now: now
        )
    }

    /// When something happened by the venue's clock. Where it said no time, no book of now shows
    /// it, and the next will.
    private mutating func time(_ at: Nanoseconds, _ market: Int) -> Nanoseconds {
        at != .zero ? at : Nanoseconds(bookMoment(market).at.count &+ 1)
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

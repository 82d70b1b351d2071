internal import Orders
internal import Units

/// Orders that a crash has left behind without a record.
extension Engine {
    /// Takes on the next child on the word of the venue, or because the venue may have it: its
    /// outcome is unknown, so nothing is placed for its parent until the venue has spoken of it.
    mutating func adopt(_ order: PlaceOrder, _ now: Nanoseconds) {
        let slot = Int(order.child.parent.index)
        guard slot < parentCount, order.child.number == orders.nextNumber, !orders.isFull,
            order.instrument == parents[slot].order.instrument,
            order.side == parents[slot].order.side, (1...(1 << 40)).contains(order.quantity.lots)
        else {
            foreignEvents &+= 1
            return skip()
        }
        let market = Int(order.instrument.index)
        touched = market
        quiet[slot].wake()
        let number = Int(order.child.number)
        orders.open(ChildOrder(order, sentAt: now, midHalfTicks: markets[market].midHalfTicks))
        orders[number].answerOverdue()
        parents[slot].counts.children &+= 1
        if parents[slot].live.hasRoom {
            parents[slot].live.append(order.child.number)
        } else {
            // Its fills are counted all the same; who asks the venue takes it off the book.
            stop(slot, .capacityReached, now)
        }
    }
}

public import Orders
public import Units

/// Orders that nobody remembers deciding on: found after a crash, or told by a record whose causes
/// are not all on record.
extension Engine {
    /// Takes on the next child on the word of the venue, or because the venue may have it: its
    /// outcome is unknown, so nothing is placed for its parent until the venue has spoken of it.
    mutating func adopt(_ order: PlaceOrder, _ now: Nanoseconds) {
        guard open(order, now) else {
            foreignEvents &+= 1
            return skip()
        }
        touched = Int(order.instrument.index)
        orders[Int(order.child.number)].answerOverdue()
        enter(.place, order.instrument, now)
    }

    /// It was asked of the venue, so it counts there.
    private mutating func enter(
        _ operation: OrderOperation,
        _ instrument: InstrumentID,
        _ now: Nanoseconds
    ) {
        gate.enter(operation, category(instrument), now: now)
    }

    /// Takes in a command that the record says was given, where records are missing before it: what
    /// was decided is then the record's to say.
    public mutating func retrace(_ command: OrderCommand, now: Nanoseconds) {
        let slot = Int(command.child.parent.index)
        guard slot < parentCount else { return }
        quiet[slot].wake()
        retireSettled(slot)
        if case .place(let order) = command { return retrace(order, slot, now) }
        let number = Int(command.child.number)
        guard number < orders.count, orders[number].id == command.child else { return }
        enter(command.operation, orders[number].instrument, now)
        switch command {
        case .place:
            break
        case .amend(let amend):
            if orders[number].acceptsRequest { orders[number].amendSent(amend, at: now) }
            parents[slot].counts.amends &+= 1
        case .cancel:
            // One that repeats an overdue cancel says that its answer was given up.
            if orders[number].isCancelInFlight { orders[number].answerOverdue() }
            if orders[number].state != .ended { orders[number].cancelSent(at: now) }
            parents[slot].counts.cancels &+= 1
        }
    }

    private mutating func retrace(_ order: PlaceOrder, _ slot: Int, _ now: Nanoseconds) {
        let market = Int(parents[slot].order.instrument.index)
        if parents[slot].state == .accepted { begin(slot, market, now) }
        // A number that is missing was an order whose record is missing, of like terms.
        while order.child.number > orders.nextNumber {
            var lost = order
            lost.child.number = orders.nextNumber
            guard open(lost, now) else { return }
            orders[Int(lost.child.number)].answerOverdue()
            enter(.place, lost.instrument, now)
        }
        guard open(order, now) else { return }
        enter(.place, order.instrument, now)
    }

    /// Opens the next child without a look at risk; false when it cannot be one.
    private mutating func open(_ order: PlaceOrder, _ now: Nanoseconds) -> Bool {
        let slot = Int(order.child.parent.index)
        guard slot < parentCount, order.child.number == orders.nextNumber, !orders.isFull,
            order.instrument == parents[slot].order.instrument,
            order.side == parents[slot].order.side,
            order.quantity > .zero, order.quantity <= .countable
        else { return false }
        quiet[slot].wake()
        // Adopted one after the other, and nobody takes the settled ones off in between.
        if !parents[slot].live.hasRoom { retireSettled(slot) }
        let mid = markets[Int(order.instrument.index)].midHalfTicks
        orders.open(ChildOrder(order, sentAt: now, midHalfTicks: mid))
        parents[slot].counts.children &+= 1
        if parents[slot].live.hasRoom {
            parents[slot].live.append(order.child.number)
        } else {
            // Its fills are counted all the same; who asks the venue takes it off the book.
            stop(slot, .capacityReached, now)
        }
        return true
    }
}

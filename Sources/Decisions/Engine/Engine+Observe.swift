internal import Book
internal import Orders
internal import Units

extension Engine {
    mutating func observe(_ event: MarketEvent, _ now: Nanoseconds) {
        switch event {
        case .depth(let update):
            let i = Int(update.instrument.index)
            guard i < marketCount else { return skip() }
            touched = i
            markets[i].bookAt = now
            switch markets[i].book.apply(update) {
            case .applied: break
            default: bookFaults &+= 1
            }
            let quote = markets[i].book.bbo
            if quote.isTwoSided && !markets[i].book.isStale {
                markets[i].midHalfTicks = quote.midHalfTicks
            }
        case .trades(let batch):
            let i = Int(batch.instrument.index)
            guard i < marketCount else { return skip() }
            touched = i
            let before = markets[i].tape.total.quantity
            markets[i].tape.apply(batch)
            let printed = markets[i].tape.total.quantity - before
            markets[i].othersRate.add(printed.lots, now: now)
        case .ticker:
            skip()
        }
    }

    /// Nothing an algorithm waits for happened.
    private mutating func skip() { hasWork = false }

    mutating func observe(_ event: OrderEvent, _ now: Nanoseconds) {
        switch orders.apply(event) {
        case .child(let number):
            touched = Int(orders[number].instrument.index)
            countRefusal(event, number)
        case .fill(let number):
            touched = Int(orders[number].instrument.index)
            if case .execution(let execution) = event { book(execution, number, now) }
        case .duplicate:
            if case .execution = event { duplicateFills &+= 1 }
            skip()
        case .foreign:
            foreignEvents &+= 1
            skip()
        case .logFull:
            // The fill is real but cannot be told from a repeat: stop everything and say so.
            gate.isHalted = true
            touched = nil
            stopAll(.capacityReached, now)
        }
    }

    private mutating func countRefusal(_ event: OrderEvent, _ number: Int) {
        let parent = Int(orders[number].id.parent.index)
        if case .reply(let reply) = event, reply.operation == .place, reply.outcome == .refused {
            parents[parent].counts.rejects &+= 1
        }
        if case .update(let update) = event, update.reason == .postOnlyWouldTake {
            parents[parent].counts.postOnlyRejects &+= 1
        }
    }

    /// Books one new fill: on the instrument, on the parent, and against the mid of this moment.
    private mutating func book(_ execution: Execution, _ number: Int, _ now: Nanoseconds) {
        let child = orders[number]
        let market = Int(child.instrument.index)
        markets[market].own += execution.quantity
        markets[market].ownNotional += Notional(execution.price, execution.quantity)
        markets[market].position.apply(child.side, execution.price, execution.quantity)
        let parent = Int(child.id.parent.index)
        parents[parent].ledger.add(
            execution.price,
            execution.quantity,
            isMaker: execution.isMaker,
            fee: execution.fee,
            midAtSendHalfTicks: child.midAtSendHalfTicks,
            midAtFillHalfTicks: markets[market].midHalfTicks
        )
        parents[parent].counts.fills &+= 1
        if !parents[parent].live.contains(number) {
            // A fill after the venue's last word on the child. It is booked, whatever it means.
            parents[parent].settled += execution.quantity
        }
        if parents[parent].filled > parents[parent].order.quantity {
            stop(parent, .unexplainedFill, now)
        }
    }

    mutating func observe(_ link: LinkEvent) {
        touched = nil
        switch link {
        case .privateUp: gate.isPrivateStreamUp = true
        case .privateDown: gate.isPrivateStreamUp = false
        case .tradeDown: canSend = false
        case .feedDown(let instrument):
            if Int(instrument.index) < marketCount {
                markets[Int(instrument.index)].book.invalidate()
            }
        }
    }

    mutating func observe(_ control: ControlCommand, _ now: Nanoseconds) {
        touched = nil
        switch control {
        case .cancel(let id):
            if Int(id.index) < parentCount { stop(Int(id.index), .operatorRequest, now) }
        case .halt:
            gate.isHalted = true
            stopAll(.operatorRequest, now)
        }
    }

    mutating func stopAll(_ reason: StopReason, _ now: Nanoseconds) {
        for slot in 0..<parentCount { stop(slot, reason, now) }
    }

    /// Ends a parent's work: no new children; open ones are cancelled and waited for.
    mutating func stop(_ slot: Int, _ reason: StopReason, _ now: Nanoseconds) {
        guard !parents[slot].state.isFinal, parents[slot].state != .stopping else { return }
        parents[slot].state = .stopping
        parents[slot].stopReason = reason
        parents[slot].stoppingSince = now
    }
}

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
            if markets[i].apply(update) != .applied { bookFaults &+= 1 }
        case .trades(let batch):
            let i = Int(batch.instrument.index)
            guard i < marketCount else { return skip() }
            touched = i
            let before = markets[i].tape.total
            markets[i].apply(batch)
            let printed = markets[i].tape.total - before
            // What is told late is volume like any, and nothing of the pace of this moment.
            guard batch.trades.count > 0,
                batch.publishedAt - batch.trades[0].matchedAt < VolumeRate.memory
            else { return }
            markets[i].othersRate.add(printed.quantity.lots, now: now)
        case .ticker(let ticker):
            observe(ticker, now)
        }
    }

    /// Nothing an algorithm waits for happened.
    mutating func skip() { hasWork = false }

    mutating func observe(_ event: OrderEvent, _ now: Nanoseconds) {
        switch event {
        case .update, .execution: gate.privateHeardAt = now
        case .reply, .absent: break
        case .adopted(let order): return adopt(order, now)
        }
        switch orders.apply(event) {
        case .child(let number):
            touched = Int(orders[number].instrument.index)
            quiet[Int(orders[number].id.parent.index)].wake()
            if case .reply(let reply) = event { heedBudget(reply, number, now) }
            orders[number].noteEnd(at: now)
            keepLive(number, now)
            noteAnswer(event, number, now)
        case .fill(let number):
            touched = Int(orders[number].instrument.index)
            quiet[Int(orders[number].id.parent.index)].wake()
            orders[number].noteEnd(at: now)
            if case .execution(let execution) = event { book(execution, number, now) }
        case .completion(let number, let rested):
            touched = Int(orders[number].instrument.index)
            quiet[Int(orders[number].id.parent.index)].wake()
            if case .execution(let execution) = event { bookFee(execution, number, rested) }
        case .duplicate:
            // Of two streams of fills one always repeats the other.
            if case .execution(let fill) = event, fill.feeCoin != .untold { duplicateFills &+= 1 }
            skip()
        case .foreign, .unusable:
            foreignEvents &+= 1
            skip()
        case .uncountable:
            // The fill may be real and is not in the sums: stop everything and say so.
            gate.halt()
            touched = nil
            stopAll(.uncountableFill, now)
        }
    }

    /// Books one new fill: on the instrument, on the parent, and against the mid of this moment.
    private mutating func book(_ execution: Execution, _ number: Int, _ now: Nanoseconds) {
        let child = orders[number]
        let market = Int(child.instrument.index)
        markets[market].own += execution.quantity
        markets[market].ownNotional += Notional(execution.price, execution.quantity)
        markets[market].ownPrints.filled(execution.id, execution.price, execution.quantity)
        markets[market].position.apply(child.side, execution.price, execution.quantity)
        let leg = markets[market].held.leg(of: child.side, reduceOnly: child.reduceOnly)
        markets[market].close(leg, execution)
        markets[market].held = markets[market].held.adding(
            child.side,
            execution.quantity,
            reduceOnly: child.reduceOnly
        )
        let fee = markets[market].addFee(execution)
        gate.noteFill()
        reckon(market)
        let parent = Int(child.id.parent.index)
        parents[parent].refusedInARow = 0
        parents[parent].ledger.add(
            execution.price,
            execution.quantity,
            isMaker: execution.isMaker,
            fee: fee,
            midAtSendHalfTicks: child.midAtSendHalfTicks,
            midAtFillHalfTicks: markets[market].midHalfTicks
        )
        parents[parent].counts.fills &+= 1
        fills.append(
            Fill(
                execution: execution,
                child: child.id,
                takenAt: now,
                midHalfTicks: markets[market].midHalfTicks,
                midAtSendHalfTicks: child.midAtSendHalfTicks,
                feeInQuote: fee
            )
        )
        if !parents[parent].live.contains(number) {
            // A fill after the venue's last word on the child. It is booked, whatever it means.
            parents[parent].settled += execution.quantity
        }
        let isBeyond = parents[parent].order.limit.map {
            child.side.isBetter(execution.price, than: $0)
        }
        if parents[parent].filled > parents[parent].order.quantity || isBeyond == true {
            stop(parent, .unexplainedFill, now)
            // It outranks whatever the parent was stopping for, or had ended as.
            parents[parent].stopReason = .unexplainedFill
            if parents[parent].state.isFinal { parents[parent].state = .halted }
        }
    }

    /// Puts a child that was settled, and is so no more, back among those that are looked at: the
    /// venue has told more of it, or that it stands after all.
    private mutating func keepLive(_ number: Int, _ now: Nanoseconds) {
        let parent = Int(orders[number].id.parent.index)
        if orders[number].isAccounted || parents[parent].live.contains(number) { return }
        guard parents[parent].live.hasRoom else { return stop(parent, .capacityReached, now) }
        parents[parent].settled -= orders[number].filled
        parents[parent].live.append(UInt32(truncatingIfNeeded: number))
    }

    /// Books the fee of a fill that was booked without one.
    private mutating func bookFee(_ execution: Execution, _ number: Int, _ rested: Quantity) {
        let child = orders[number]
        let market = Int(child.instrument.index)
        let fee = markets[market].addFee(execution)
        reckon(market)
        let fill = fills.complete(execution, of: child.id, feeInQuote: fee)
        parents[Int(child.id.parent.index)].ledger.complete(
            fee: fee,
            rested: rested,
            moveHalfTicks: fill.map { $0.midHalfTicks &- $0.midAtSendHalfTicks } ?? 0
        )
    }

    mutating func observe(_ control: ControlCommand, _ now: Nanoseconds) {
        touched = nil
        switch control {
        case .cancel(let id):
            if Int(id.index) < parentCount { stop(Int(id.index), .operatorRequest, now) }
        case .halt:
            gate.halt()
            stopAll(.killSwitch, now)
        case .reduce:
            if !gate.isHalted { gate.state = .reducing }
            for slot in 0..<parentCount { quiet[slot].wake() }
        case .resume:
            gate.state = .active
            for slot in 0..<parentCount { quiet[slot].wake() }
        }
    }

    mutating func stopAll(_ reason: StopReason, _ now: Nanoseconds) {
        for slot in 0..<parentCount { stop(slot, reason, now) }
    }

    /// Ends a parent's work: no new children; open ones are cancelled and waited for.
    mutating func stop(_ slot: Int, _ reason: StopReason, _ now: Nanoseconds) {
        guard !parents[slot].state.isFinal, parents[slot].state != .stopping else { return }
        quiet[slot].wake()
        parents[slot].state = .stopping
        parents[slot].stopReason = reason
        parents[slot].stoppingSince = now
        parents[slot].stoppedAt = now
    }
}

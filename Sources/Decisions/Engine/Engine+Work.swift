internal import Algos
internal import Book
internal import Orders
internal import Risk
internal import Units

extension Engine {
    /// One parent's turn.
    mutating func work(
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        // What an earlier turn found out must not outlive this one, whatever it comes to.
        quiet[slot].wake()
        retireSettled(slot)
        switch parents[slot].state {
        case .accepted:
            arrive(slot, market, now)
            if parents[slot].state == .working { pursue(slot, market, now, &commands) }
        case .working:
            pursue(slot, market, now, &commands)
        case .stopping:
            unwind(slot, market, now, &commands)
        case .completed, .cancelled, .expired, .halted:
            break
        }
    }

    /// Moves children whose last fill has been told out of the list that is looked at every event.
    mutating func retireSettled(_ slot: Int) {
        var i = 0
        while i < parents[slot].live.count {
            let number = parents[slot].live[i]
            if orders[number].isAccounted {
                parents[slot].settled += orders[number].filled
                parents[slot].live.remove(at: i)
            } else {
                i &+= 1
            }
        }
    }

    /// Stamps the arrival price at the first trustworthy book after the start.
    private mutating func arrive(_ slot: Int, _ market: Int, _ now: Nanoseconds) {
        let order = parents[slot].order
        if now >= order.endsAt { return stop(slot, .timeUp, now) }
        if let reason = linkAwayTooLong(now) { return stop(slot, reason, now) }
        guard now >= order.startsAt, markets[market].isTrusted, gate.isPrivateStreamUp,
            knowsPosition(slot, market)
        else { return }
        if !markets[market].filters.isParent(order.quantity, at: markets[market].midHalfTicks) {
            return stop(slot, .parentTooLarge, now)
        }
        if !isTradable(slot, market, now) { return stop(slot, .parentTooSmall, now) }
        begin(slot, market, now)
    }

    /// Takes the moment for the parent's arrival.
    mutating func begin(_ slot: Int, _ market: Int, _ now: Nanoseconds) {
        // The first price there is: what was lost before counts from the first order on.
        reckon(market)
        parents[slot].ledger.arrive(midHalfTicks: markets[market].midHalfTicks)
        parents[slot].startPrint = markets[market].ownPrints.printed
        parents[slot].startPrinted = markets[market].othersPrinted
        parents[slot].startPrintedNotional = markets[market].othersPrintedNotional
        parents[slot].arrivedAt = now
        parents[slot].arrivalQuote = markets[market].quote
        parents[slot].smallestChild = sizes(slot, market, now).smallest
        parents[slot].state = .working
    }

    private mutating func pursue(
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        let order = parents[slot].order
        if parents[slot].filled >= order.quantity {
            if parents[slot].live.isEmpty { return finish(slot, market, .completed, now) }
            // Nothing is to be sent any more; what is left to be told is waited for, with an end.
            return stop(slot, .none, now)
        }
        if order.reduceOnly && closable(slot, market) == .zero {
            return endFlat(slot, market, now)
        }
        let schedule = parents[slot].plan.schedule
        if let reason = linkAwayTooLong(now) { return stop(slot, reason, now) }
        let lastMoment = schedule.completesByEnd ? parents[slot].slicer.rules.grace : .zero
        if now - lastMoment >= order.endsAt {
            // However long ago the last look was.
            reckonDue(slot, market, min(now, order.endsAt))
            recordDeviation(slot, min(parents[slot].dueSpan.due, order.quantity))
            return stop(slot, isResidue(slot, market, now) ? .residueTooSmall : .timeUp, now)
        }

        if !parents[slot].dueSpan.holds(at: now) { reckonDue(slot, market, now) }
        let due = parents[slot].dueSpan.due
        let target = min(due, order.quantity)
        // What a schedule calls for beyond the quantity is overdue: waiting at a resting order for
        // the last lots would let the rate sink, so the band closes by as much.
        let overdue = min(due - target, order.quantity)
        let band = max(.zero, band(slot, market, now) - overdue)
        recordDeviation(slot, target)
        follow(slot, market, target, band, now, &commands)
    }

    /// Chooses between what is due and what the book of this moment bears.
    ///
    /// Apart from `pursue`, for the compiler inlines no more than so much into one function, and
    /// here it is to hold the survey in registers.
    @inline(never)
    private mutating func follow(
        _ slot: Int,
        _ market: Int,
        _ target: Quantity,
        _ band: Quantity,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        let children = survey(slot, now)
        if children.wantsReclaiming { reclaimOverdue(slot, now, &commands) }
        guard isUsable(market, now), gate.isPrivateStreamUp else {
            recordBand(slot, widened(band, slot))
            return withdrawAll(slot, now, &commands)
        }
        var room: Quantity?
        if mustReduce(slot) { room = reducible(slot, market) }
        var quantity = parents[slot].order.quantity - beyond(slot, market)
        // More is under way than is held, or than may be traded: what rests comes off first.
        if quantity < children.committed || (room ?? .zero).lots < 0 {
            recordBand(slot, widened(band, slot))
            return withdrawExcess(slot, children, now, &commands)
        }
        if children.isUncertain || commands.isFull || !canSend || !canRecord {
            return recordBand(slot, widened(band, slot))
        }
        let sizes = sizes(slot, market, now)
        parents[slot].smallestChild = sizes.smallest
        // Wider than the parent, it says nothing.
        let width = min(widened(band, slot), quantity)
        recordBand(slot, width)
        if let room { quantity = min(quantity, children.committed + room) }
        let situation = SliceSituation(
            side: parents[slot].order.side,
            limit: limit(slot, now),
            quantity: quantity,
            target: min(target, quantity),
            band: width,
            filled: children.filled,
            takerLeaves: children.takerLeaves,
            committed: children.committed,
            resting: children.resting,
            smallestOrder: sizes.smallest,
            largestOrder: sizes.largest,
            smallestPiece: sizes.piece,
            smallestTaken: sizes.taken,
            largestResting: largestResting(slot, width),
            mostDue: min(max(target, parents[slot].dueSpan.most), quantity),
            book: allowance(slot, market, children.movableChangedAt, now)
        )
        if isOver(slot, market, sizes.smallest, now) { return stop(slot, .residueTooSmall, now) }
        let intent = parents[slot].slicer.intent(situation, markets[market].book)
        if case .stay = intent {
            parents[slot].refusedFor = nil
            return restQuietly(slot, market, situation, children.oldestRequest, now)
        }
        carryOut(intent, slot, market, children, now, &commands)
    }

    /// Reckons what is due now, and until when it is that.
    @inline(never)
    private mutating func reckonDue(_ slot: Int, _ market: Int, _ now: Nanoseconds) {
        let order = parents[slot].scheduled
        let schedule = parents[slot].plan.schedule
        var (surely, most) = (Int64(0), Int64(0))
        if case .pov = schedule {
            most = max(0, markets[market].othersPrinted.lots &- parents[slot].startPrinted.lots)
            surely = max(0, most - doubt(market, now))
        }
        let due = schedule.due(order, now: now, othersLots: surely)
        let mostDue = most == surely ? due : schedule.due(order, now: now, othersLots: most)
        let until = schedule.changeOfDue(order, now: now, due: due) ?? now
        parents[slot].dueSpan = DueSpan(due: due, most: mostDue, from: now, until: until)
    }

    /// Notes until when the parent's turns will come to nothing again, if that can be known.
    @inline(never)
    private mutating func restQuietly(
        _ slot: Int,
        _ market: Int,
        _ situation: SliceSituation,
        _ oldestRequest: Nanoseconds?,
        _ now: Nanoseconds
    ) {
        // What may be closed depends on the orders of others as well.
        if mustReduce(slot) || markets[market].isUntold { return }
        let order = parents[slot].order
        let quote = markets[market].quote
        let change = parents[slot].dueSpan.until
        guard now < change, let floor = parents[slot].slicer.stayFloor(situation, quote) else {
            return
        }
        // The band closes when all is due; after the end and the grace the parent stops.
        let isDue = now >= parents[slot].scheduled.endsAt
        let end =
            isDue
            ? order.endsAt + parents[slot].plan.rules.grace : parents[slot].scheduled.endsAt
        var until = min(change, end)
        if parents[slot].refusedPrice != nil, now < parents[slot].refusedPriceUntil {
            until = min(until, parents[slot].refusedPriceUntil)
        }
        if let oldestRequest {
            until = min(until, oldestRequest + configuration.answerTimeout)
        }
        quiet[slot].rest(from: now, until: until, quote: quote, side: order.side, floor: floor)
    }

    /// How far fills may stray before the target is crossed for.
    @inline(__always)
    private mutating func band(_ slot: Int, _ market: Int, _ now: Nanoseconds) -> Quantity {
        let rules = parents[slot].slicer.rules
        // Once all is due nothing may be missing any more.
        let isDue = now >= parents[slot].scheduled.endsAt
        if isDue && parents[slot].plan.schedule.completesByEnd { return .zero }
        let share = parents[slot].bandShare.lots
        var lots = share
        if case .pov(let rateBps) = parents[slot].plan.schedule {
            let doubt = doubt(market, now)
            let perSecond = markets[market].othersRate.lotsPerSecond(now, without: doubt)
            let owed = perSecond * rules.participationLag.inSeconds * Double(rateBps) / 1e4
            lots = Int64(min(Double(share), owed))
        }
        return max(Quantity(lots: lots), markets[market].filters.minChild)
    }

    @inline(__always)
    mutating func recordDeviation(_ slot: Int, _ target: Quantity) {
        parents[slot].target = target
        // Neither counts what is in doubt.
        let ahead = parents[slot].filled - max(target, parents[slot].dueSpan.most)
        let behind = target - parents[slot].filled
        parents[slot].maxAhead = max(parents[slot].maxAhead, ahead)
        parents[slot].maxBehind = max(parents[slot].maxBehind, behind)
    }

    /// What rests may be filled and told too late: what a participation would follow of it must
    /// stay in the band.
    @inline(__always)
    private mutating func largestResting(_ slot: Int, _ band: Quantity) -> Quantity {
        guard case .pov(let rateBps) = parents[slot].plan.schedule else {
            return Quantity(lots: .max)
        }
        return Quantity(lots: BasisPoints.part(10_000 - rateBps, of: band.lots))
    }

    /// Narrower than one order, only takers could keep to a band.
    @inline(__always)
    private mutating func widened(_ band: Quantity, _ slot: Int) -> Quantity {
        band.lots > 0 ? max(band, parents[slot].smallestChild) : band
    }

    @inline(__always)
    private mutating func recordBand(_ slot: Int, _ band: Quantity) {
        parents[slot].band = band
        parents[slot].widestBand = max(parents[slot].widestBand, band)
        let strayed = abs(parents[slot].filled.lots - parents[slot].target.lots)
        parents[slot].bandTime.look(isInside: strayed <= band.lots, latest)
    }
}

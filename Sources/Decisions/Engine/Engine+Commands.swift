internal import Algos
internal import Orders
internal import Risk
internal import Units

extension Engine {
    /// Turns an intent into a command, if risk lets it pass.
    mutating func carryOut(
        _ intent: SliceIntent,
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        switch intent {
        case .stay:
            break
        case .take(let quantity, let price):
            place(.immediateOrCancel, quantity, price, slot, market, now, &commands)
        case .rest(let quantity, let price):
            place(.postOnly, quantity, price, slot, market, now, &commands)
        case .move(let price):
            if let number = restingChild(slot) {
                move(number, to: price, slot, market, now, &commands)
            }
        case .withdraw:
            if let number = restingChild(slot) { cancel(number, slot, now, &commands) }
        }
    }

    private mutating func place(
        _ timeInForce: TimeInForce,
        _ quantity: Quantity,
        _ price: Price,
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        if parents[slot].live.isFull || now < parents[slot].pausedUntil { return }
        if orders.isFull { return stop(slot, .capacityReached, now) }
        let order = PlaceOrder(
            child: ChildID(parent: parents[slot].order.id, number: orders.nextNumber),
            instrument: parents[slot].order.instrument,
            side: parents[slot].order.side,
            timeInForce: timeInForce,
            price: price,
            quantity: quantity,
            reduceOnly: parents[slot].order.reduceOnly
        )
        var context = context(slot, market, committedElsewhere: committed(slot))
        context.isDuplicate = isOnItsWay(order, slot)
        if let reason = gate.check(order, context, markets[market].filters, now: now) {
            return refuse(reason, slot)
        }
        // The child is on record before it can be filled.
        let mid = markets[market].midHalfTicks
        orders.open(ChildOrder(order, sentAt: now, midHalfTicks: mid))
        parents[slot].live.append(order.child.number)
        parents[slot].counts.children &+= 1
        commands.append(.place(order))
    }

    private mutating func move(
        _ number: Int,
        to price: Price,
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        if now < parents[slot].pausedUntil { return }
        let child = orders[number]
        let amend = AmendOrder(
            child: child.id,
            instrument: child.instrument,
            price: price,
            quantity: child.quantity
        )
        let elsewhere = committed(slot) - child.committed
        var context = context(
            slot,
            market,
            committedElsewhere: elsewhere,
            replacing: number
        )
        context.filled = child.filled
        let filters = markets[market].filters
        if let reason = gate.check(amend, child.side, context, filters, now: now) {
            return refuse(reason, slot)
        }
        orders[number].amendSent(amend, at: now)
        parents[slot].counts.amends &+= 1
        commands.append(.amend(amend))
    }

    mutating func cancel(
        _ number: Int,
        _ slot: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        if commands.isFull || !canSend { return }
        let category = category(orders[number].instrument)
        // What its rates hold back is asked for again at the next event: paced, not refused.
        if gate.checkCancel(category, now: now) != nil { return }
        orders[number].cancelSent(at: now)
        parents[slot].counts.cancels &+= 1
        let child = orders[number]
        commands.append(.cancel(CancelOrder(child: child.id, instrument: child.instrument)))
    }

    /// Cancels what rests; used when the book cannot be trusted or fills cannot be seen. In that
    /// case nobody will tell that an order has come to rest.
    mutating func withdrawAll(
        _ slot: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        for i in 0..<parents[slot].live.count {
            let child = orders[parents[slot].live[i]]
            let isUnseen = !gate.isPrivateStreamUp && child.timeInForce == .postOnly
            if child.acceptsRequest && (child.state == .working || isUnseen) {
                cancel(Int(child.id.number), slot, now, &commands)
            }
        }
    }

    /// Gives up on answers that are overdue and asks for the order to be taken off: a cancel is
    /// harmless when the order never arrived, a second order would not be.
    ///
    /// - Returns: whether a child is uncertain, so that nothing else is sent for the parent.
    mutating func reclaimOverdue(
        _ slot: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) -> Bool {
        var isUncertain = false
        for i in 0..<parents[slot].live.count {
            let number = parents[slot].live[i]
            let child = orders[number]
            if child.state == .ended { continue }
            let isOverdue = now.count - child.requestedAt.count > configuration.answerTimeout.count
            // What a lost order connection left open is taken off as soon as there is another.
            let isLeftOver =
                canSend && child.isUncertain && !child.isCancelInFlight
                && child.requestedAt < canSendSince
            if child.awaitsAnswer && (isOverdue || isLeftOver) {
                orders[number].answerOverdue()
                cancel(number, slot, now, &commands)
            } else if child.isUnbidden && child.acceptsRequest {
                cancel(number, slot, now, &commands)
            }
            isUncertain = isUncertain || orders[number].isUncertain || child.isUnbidden
        }
        return isUncertain
    }

    private mutating func refuse(_ reason: RefusalReason, _ slot: Int) {
        refusals[Int(reason.rawValue)] &+= 1
        parents[slot].counts.riskRefusals &+= 1
    }

    private mutating func restingChild(_ slot: Int) -> Int? {
        for i in 0..<parents[slot].live.count {
            let number = parents[slot].live[i]
            if orders[number].timeInForce == .postOnly && orders[number].acceptsRequest {
                return number
            }
        }
        return nil
    }

    /// Fills and everything in flight: what the parent has spent of its quantity.
    mutating func committed(_ slot: Int) -> Quantity {
        var sum = parents[slot].settled
        for i in 0..<parents[slot].live.count {
            sum += orders[parents[slot].live[i]].committed
        }
        return sum
    }

    /// Gathers what the checks need to know for an order of a parent: a new one, or one in the
    /// place of the child `replaced`.
    private mutating func context(
        _ slot: Int,
        _ market: Int,
        committedElsewhere: Quantity,
        replacing replaced: Int? = nil
    ) -> RiskContext {
        var context = RiskContext(
            isTrading: markets[market].isTrading,
            isBookTrusted: markets[market].isTrusted,
            bookAt: markets[market].bookAt,
            midHalfTicks: markets[market].midHalfTicks,
            parentQuantity: parents[slot].order.quantity,
            committedElsewhere: committedElsewhere,
            limit: parents[slot].order.limit
        )
        context.markHalfTicks = markets[market].markHalfTicks
        context.markAt = markets[market].markAt
        context.highestBuy = markets[market].highestBuy
        context.lowestSell = markets[market].lowestSell
        let side = parents[slot].order.side
        let reduceOnly = parents[slot].order.reduceOnly
        let leg = markets[market].held.leg(of: side, reduceOnly: reduceOnly)
        context.position = markets[market].held[leg] ?? .zero
        context.liquidation = markets[market].liquidations[Int(leg.rawValue)]
        context.mustReduce = reduceOnly
        context.instrument = market
        let isHedged = markets[market].held.isHedged
        if isHedged {
            let other = markets[market].held.leg(of: side, reduceOnly: !reduceOnly)
            let held = markets[market].held[other] ?? .zero
            context.otherPosition = Quantity(lots: abs(held.lots))
        }
        for i in 0..<markets[market].parentCount {
            let other = Int(markets[market].parents[i])
            let isOtherLeg = isHedged && parents[other].order.reduceOnly != reduceOnly
            if parents[other].order.side == side {
                if isOtherLeg { continue }
                context.inFlight += inFlight(other, without: replaced)
            } else if let price = mostAggressive(other) {
                let isBetter = context.ownOpposite.map { side.opposite.isBetter(price, than: $0) }
                if isBetter ?? true { context.ownOpposite = price }
            }
        }
        return context
    }

    /// What a parent's children could still fill.
    private mutating func inFlight(_ slot: Int, without replaced: Int?) -> Quantity {
        var sum = Quantity.zero
        for i in 0..<parents[slot].live.count where parents[slot].live[i] != replaced {
            sum += orders[parents[slot].live[i]].leaves
        }
        return sum
    }

    /// The best price at which a parent's children may rest or be on their way.
    private mutating func mostAggressive(_ slot: Int) -> Price? {
        let side = parents[slot].order.side
        var best: Price?
        for i in 0..<parents[slot].live.count {
            let child = orders[parents[slot].live[i]]
            if child.state == .ended { continue }
            let price =
                side.isBetter(child.price, than: child.requestedPrice)
                ? child.price : child.requestedPrice
            if best.map({ side.isBetter(price, than: $0) }) ?? true { best = price }
        }
        return best
    }

    /// Whether a child that says the same as `order` is on its way without an answer.
    private mutating func isOnItsWay(_ order: PlaceOrder, _ slot: Int) -> Bool {
        for i in 0..<parents[slot].live.count {
            let child = orders[parents[slot].live[i]]
            if child.state == .sent, child.price == order.price,
                child.quantity == order.quantity, child.timeInForce == order.timeInForce
            {
                return true
            }
        }
        return false
    }
}

internal import Algos
internal import Orders
internal import Risk
internal import Units

extension Engine {
    /// Turns an intent into a command, if risk lets it pass.
    @inline(__always)
    mutating func carryOut(
        _ intent: SliceIntent,
        _ slot: Int,
        _ market: Int,
        _ children: ChildSurvey,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        let committed = children.committed
        switch intent {
        case .stay:
            break
        case .take(let quantity, let price):
            place(.immediateOrCancel, quantity, price, slot, market, committed, now, &commands)
        case .rest(let quantity, let price):
            place(.postOnly, quantity, price, slot, market, committed, now, &commands)
        case .move(let price):
            if let number = children.movable {
                move(number, to: price, slot, market, committed, now, &commands)
            }
        case .withdraw:
            if let number = children.movable { cancel(number, slot, now, &commands) }
        }
    }

    @inline(never)
    private mutating func place(
        _ timeInForce: TimeInForce,
        _ quantity: Quantity,
        _ price: Price,
        _ slot: Int,
        _ market: Int,
        _ committed: Quantity,
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
        let context = context(
            slot,
            market,
            committedElsewhere: committed,
            isDuplicate: isOnItsWay(order, slot)
        )
        if let reason = gate.check(order, context, markets[market].filters, now: now) {
            return refuse(reason, slot, now)
        }
        parents[slot].refusedFor = nil
        // The child is on record before it can be filled.
        let mid = markets[market].midHalfTicks
        orders.open(ChildOrder(order, sentAt: now, midHalfTicks: mid))
        noteSpending(order, slot, market, now)
        parents[slot].live.append(order.child.number)
        parents[slot].counts.children &+= 1
        commands.append(.place(order))
    }

    @inline(never)
    private mutating func move(
        _ number: Int,
        to price: Price,
        _ slot: Int,
        _ market: Int,
        _ committed: Quantity,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        if now < max(parents[slot].pausedUntil, parents[slot].movesPausedUntil) { return }
        let child = orders[number]
        let amend = AmendOrder(
            child: child.id,
            instrument: child.instrument,
            price: price,
            quantity: child.quantity
        )
        let context = context(
            slot,
            market,
            committedElsewhere: committed - child.committed,
            replacing: number,
            filled: child.filled
        )
        let filters = markets[market].filters
        if let reason = gate.check(amend, child.side, context, filters, now: now) {
            return refuse(reason, slot, now)
        }
        parents[slot].refusedFor = nil
        orders[number].amendSent(amend, at: now)
        noteRest(slot, market, now)
        parents[slot].counts.amends &+= 1
        commands.append(.amend(amend))
    }

    mutating func cancel(
        _ number: Int,
        _ slot: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        if commands.isFull || !canSend || now < parents[slot].cancelsPausedUntil { return }
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

    /// Counts a wish that was refused. It comes back at every event until it passes, is wished no
    /// more, or is refused for something else: that is one, however often it was looked at.
    private mutating func refuse(_ reason: RefusalReason, _ slot: Int, _ now: Nanoseconds) {
        if reason.isStanding { pause(slot, Engine.shortPause, now) }
        if parents[slot].refusedFor == reason { return }
        parents[slot].refusedFor = reason
        refusals[Int(reason.rawValue)] &+= 1
        if reason.isPacing {
            parents[slot].counts.rateWaits &+= 1
        } else {
            parents[slot].counts.riskRefusals &+= 1
        }
    }

    /// Gathers what the checks need to know for an order of a parent: a new one, or one in the
    /// place of the child `replaced`, of which `filled` has filled. It is complete when it is
    /// returned, for a copy that is changed afterwards waits for its own stores.
    @inline(__always)
    private mutating func context(
        _ slot: Int,
        _ market: Int,
        committedElsewhere: Quantity,
        replacing replaced: Int? = nil,
        filled: Quantity = .zero,
        isDuplicate: Bool = false
    ) -> RiskContext {
        let side = parents[slot].order.side
        let reduceOnly = parents[slot].order.reduceOnly
        let leg = markets[market].held.leg(of: side, reduceOnly: reduceOnly)
        let ours = underWay(market, side, reduceOnly, without: replaced)
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
        context.isDuplicate = isDuplicate
        context.highestBuy = markets[market].highestBuy
        context.lowestSell = markets[market].lowestSell
        context.ownOpposite = ours.opposite
        context.position =
            mustReduce(slot) ? markets[market].surelyHeld(leg) : markets[market].held[leg] ?? .zero
        context.otherPosition = otherPosition(market, side, reduceOnly)
        context.mustReduce = reduceOnly
        context.inFlight = ours.inFlight
        context.filled = filled
        context.instrument = market
        context.liquidation = markets[market].liquidations[Int(leg.rawValue)]
        return context
    }

    /// The size of the other of two positions than an order is for; zero where there is but one.
    @inline(__always)
    private mutating func otherPosition(
        _ market: Int,
        _ side: Side,
        _ reduceOnly: Bool
    ) -> Quantity {
        guard markets[market].held.isHedged else { return .zero }
        let leg = markets[market].held.leg(of: side, reduceOnly: !reduceOnly)
        let held = markets[market].held[leg] ?? .zero
        return Quantity(lots: abs(held.lots))
    }

    /// What all parents of the market have under way for the position that an order is for: how
    /// much on its side, without the child `replaced`, and the best price on the other.
    @inline(__always)
    mutating func underWay(
        _ market: Int,
        _ side: Side,
        _ reduceOnly: Bool,
        without replaced: Int?
    ) -> (inFlight: Quantity, opposite: Price?) {
        var sum = Quantity.zero
        var opposite: Price?
        let isHedged = markets[market].held.isHedged
        for i in 0..<markets[market].parentCount {
            let other = Int(markets[market].parents[i])
            let isOtherLeg = isHedged && parents[other].order.reduceOnly != reduceOnly
            if parents[other].order.side == side {
                if isOtherLeg { continue }
                sum += inFlight(other, without: replaced)
            } else if let price = mostAggressive(other) {
                let isBetter = opposite.map { side.opposite.isBetter(price, than: $0) }
                if isBetter ?? true { opposite = price }
            }
        }
        return (sum, opposite)
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

internal import Orders
internal import Units

extension Engine {
    /// Counts refusals and does what they call for: what the venue refused once it will most
    /// likely refuse again at once, and a refusal spends the request budget all the same.
    mutating func noteAnswer(_ event: OrderEvent, _ number: Int, _ now: Nanoseconds) {
        let parent = Int(orders[number].id.parent.index)
        switch event {
        case .reply(let reply):
            heed(reply, number, parent, now)
            if reply.outcome == .refused && reply.operation == .place { refused(parent, now) }
        case .update(let update) where update.reason == .postOnlyWouldTake:
            parents[parent].counts.postOnlyRejects &+= 1
        case .update(let update) where update.status == .rejected && update.reason == .other:
            pause(parent, configuration.refusalPause, now)
            refused(parent, now)
        case .update(let update) where update.status != .other:
            parents[parent].refusedInARow = 0
        case .update, .execution, .absent, .adopted:
            break
        }
    }

    private mutating func heed(
        _ reply: OrderReply,
        _ number: Int,
        _ parent: Int,
        _ now: Nanoseconds
    ) {
        let isCancel = reply.operation == .cancel
        switch reply.remedy {
        case .none, .reconcile, .pauseOperation, .pauseRequests:
            // An amend that changes nothing at the venue would be wanted again at the next event.
            if reply.operation == .amend && reply.outcome == .refused {
                pause(parent, configuration.refusalPause, now)
            }
        case .retry:
            if !isCancel { pause(parent, configuration.refusalPause, now) }
        case .slowDown:
            pause(parent, configuration.slowDownPause, now)
        case .clamp:
            if !isCancel {
                pause(parent, configuration.refusalPause, now)
                parents[parent].refusedPrice = orders[number].askedPrice
                parents[parent].refusedPriceUntil = now + configuration.slowDownPause
            }
        case .enlarge:
            pause(parent, configuration.refusalPause, now)
            let lots = min(orders[number].quantity.lots, .max / 2)
            parents[parent].smallestTaken = Quantity(lots: lots * 2)
        case .reduce:
            pause(parent, configuration.refusalPause, now)
            let half = Quantity(lots: orders[number].quantity.lots / 2)
            parents[parent].largestTaken = half
            let market = Int(orders[number].instrument.index)
            if half < max(markets[market].filters.minChild, parents[parent].smallestTaken) {
                stop(parent, .venueRefuses, now)
            }
        case .pauseInstrument:
            let market = Int(orders[number].instrument.index)
            for i in 0..<markets[market].parentCount {
                pause(Int(markets[market].parents[i]), configuration.instrumentPause, now)
            }
        case .stopParent:
            stop(parent, .venueRefuses, now)
        case .fatal:
            gate.halt()
            touched = nil
            stopAll(.venueRefuses, now)
        }
    }

    private mutating func pause(_ parent: Int, _ time: Nanoseconds, _ now: Nanoseconds) {
        parents[parent].pausedUntil = max(parents[parent].pausedUntil, now + time)
    }

    private mutating func refused(_ parent: Int, _ now: Nanoseconds) {
        parents[parent].counts.rejects &+= 1
        parents[parent].refusedInARow &+= 1
        if parents[parent].refusedInARow >= configuration.refusalsInARow {
            stop(parent, .venueRefuses, now)
        }
    }

    /// The worst price a child of the parent may carry: its own limit, and for a while the inner
    /// side of a price that the venue did not take.
    @inline(__always)
    mutating func limit(_ slot: Int, _ now: Nanoseconds) -> Price? {
        let order = parents[slot].order
        guard let refused = parents[slot].refusedPrice, now < parents[slot].refusedPriceUntil else {
            return order.limit
        }
        let inner = order.side.improved(refused, byTicks: -1)
        return order.limit.map { order.side.lessAggressive($0, inner) } ?? inner
    }
}

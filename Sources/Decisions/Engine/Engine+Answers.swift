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
            if reply.operation == .place && reply.outcome == .accepted {
                parents[parent].learned.took(orders[number].quantity.lots, now: now)
            }
            if reply.outcome == .refused && reply.operation == .place {
                reply.isOurOwn
                    ? parents[parent].counts.unsent &+= 1
                    : refused(parent, passes: reply.remedy.passes, now)
            }
        case .update(let update) where update.reason == .postOnlyWouldTake:
            parents[parent].counts.postOnlyRejects &+= 1
            // Once the market ran away; again within a second it shows what the book does not.
            if now - parents[parent].wouldTakeAt < .seconds(1) {
                pause(parent, Engine.shortPause, now)
            }
            parents[parent].wouldTakeAt = now
        case .update(let update) where update.status == .rejected && update.reason == .other:
            pause(parent, configuration.refusalPause, now)
            refused(parent, passes: false, now)
        case .update(let update) where update.status != .other:
            parents[parent].refusedInARow = 0
            parents[parent].waitsInARow = 0
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
        // One that never left may leave at the next event.
        if isCancel && reply.outcome == .refused && !reply.isOurOwn {
            parents[parent].cancelsPausedUntil = now + Engine.shortPause
        }
        switch reply.remedy {
        case .pauseOperation, .pauseRequests:
            // The budget holds them back for as long as the venue wants.
            break
        case .none, .reconcile:
            // What changes nothing at the venue would be wanted again at the next event.
            if reply.outcome == .refused { pause(reply.operation, parent, now) }
        case .retry:
            if reply.operation == .place {
                wait(parent, isOurOwn: reply.isOurOwn, now)
            } else {
                pause(reply.operation, parent, now)
            }
        case .slowDown:
            pause(parent, configuration.slowDownPause, now)
        case .clamp:
            if !isCancel {
                pause(parent, configuration.refusalPause, now)
                parents[parent].refusedPrice = orders[number].askedPrice
                parents[parent].refusedPriceUntil = now + configuration.slowDownPause
            }
        case .enlarge:
            pause(reply.operation, parent, now)
            // A move changes no size.
            guard reply.operation == .place else { break }
            let lots = orders[number].quantity.lots
            if lots >= parents[parent].order.quantity.lots {
                return stop(parent, .venueRefuses, now)
            }
            let stated = parents[parent].smallestChild.lots
            parents[parent].learned.enlarge(lots, stated: stated, now: now)
        case .reduce:
            pause(reply.operation, parent, now)
            guard reply.operation == .place else { break }
            parents[parent].learned.reduce(orders[number].quantity.lots, now: now)
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

    /// Between two tries of what was just refused and costs little to ask for: a cancel, or what
    /// our own limits do not let through as things stand.
    static var shortPause: Nanoseconds { Nanoseconds(100_000_000) }

    /// Holds back for a moment what was refused: a place, or a move.
    private mutating func pause(_ operation: OrderOperation, _ parent: Int, _ now: Nanoseconds) {
        switch operation {
        case .place: pause(parent, configuration.refusalPause, now)
        case .amend: parents[parent].movesPausedUntil = now + configuration.refusalPause
        case .cancel: break
        }
    }

    mutating func pause(_ parent: Int, _ time: Nanoseconds, _ now: Nanoseconds) {
        parents[parent].pausedUntil = max(parents[parent].pausedUntil, now + time)
    }

    /// The longest wait for what the venue may take as it is, such as an order in a call auction.
    static var longestWait: Nanoseconds { .seconds(5) }

    /// Waits for what the venue may take later as it is: longer each time in a row, for an auction
    /// takes minutes.
    private mutating func wait(_ parent: Int, isOurOwn: Bool, _ now: Nanoseconds) {
        if isOurOwn { return pause(parent, configuration.refusalPause, now) }
        let doublings = min(parents[parent].waitsInARow, 8)
        parents[parent].waitsInARow = doublings &+ 1
        let doubled = Nanoseconds(configuration.refusalPause.count << Int64(doublings))
        let longest = max(Engine.longestWait, configuration.refusalPause)
        pause(parent, min(doubled, longest), now)
    }

    /// Counts a child that was refused. What passes, such as too many requests or an auction, says
    /// nothing of the parent: it is waited for.
    private mutating func refused(_ parent: Int, passes: Bool, _ now: Nanoseconds) {
        parents[parent].counts.rejects &+= 1
        if passes { return }
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

internal import Engine
internal import Glibc
internal import Orders
internal import Transport
internal import Units
internal import Venues

/// What the venue knows of a session's orders, asked for while nobody trades.
struct VenueOrders {
    /// The latest statement about each child.
    var updates: [ChildID: OrderUpdate] = [:]
    /// Each child's fills, oldest first, each once.
    var fills: [ChildID: [Execution]] = [:]
}

/// What was taken off the book while nobody traded.
struct Withdrawal {
    /// Orders that were open.
    var children: Set<ChildID> = []
    var orders: Int { children.count }
    /// What taking them off spent of the account's requests.
    var spent: [OutsideRequest] = []
}

/// Orders that no record tells of.
struct Strays {
    /// What the engine is to be told of them.
    var events: [EngineEvent] = []
    /// How many the venue knows.
    var orders = 0
    /// What they were filled, signed, in lots.
    var filledLots: Int64 = 0
    /// Whether whatever has no record never left.
    var isRecordWhole = true
}

extension VenueInquiry {
    /// How long cancels are repeated at least.
    private static let leastPatience = Nanoseconds.seconds(2)

    /// Cancels every open order of the session that `isMeant`, again until none is open, for as
    /// long as the line asks again.
    ///
    /// - Throws: when some are open still after that, and after two seconds.
    func withdraw(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        where isMeant: (ChildID) -> Bool
    ) throws(SessionError) -> Withdrawal {
        var withdrawal = Withdrawal()
        let patience = max(VenueInquiry.leastPatience, line.patience)
        let waited = Deadline(patience)
        var pause = Nanoseconds.milliseconds(100)
        while true {
            var isOpen = false
            // Page by page: what is known to be open does not wait for what is still to be told.
            _ = try openOrders(&loop, instrument) { (loop, open) throws(SessionError) in
                for order in open where isMeant(order.child) {
                    isOpen = true
                    withdrawal.children.insert(order.child)
                    withdrawal.spent.append(try cancel(&loop, instrument, order.child))
                }
            }
            if !isOpen { return withdrawal }
            if waited.isOver {
                throw .venue(
                    withdrawal.orders.counted("order") + " of session \(session.text) cannot be "
                        + "cancelled; tried for \(patience.inSeconds) s"
                )
            }
            usleep(UInt32(min(pause, waited.rest).count / 1_000))
            pause = min(pause + pause, .seconds(1))
        }
    }

    /// Asks for the end of an order. One that has ended meanwhile is refused: the next look tells.
    private func cancel(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        _ child: ChildID
    ) throws(SessionError) -> OutsideRequest {
        try line.ask(&loop) { (loop) throws(SessionError) in
            let sentAt = clock()
            let answer = try answer(
                &loop,
                "order/cancel",
                requests.cancel(
                    instrument.category,
                    symbol: instrument.symbol,
                    linkID: OrderLinkID.text(child, session),
                    at: stamp.now
                )
            )
            return OutsideRequest(cancelOf: instrument.id, sentAt: sentAt, answer)
        }
    }

    /// Everything the venue tells of the session's orders since `start`.
    func orders(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        since start: Nanoseconds
    ) throws(SessionError) -> VenueOrders {
        var known = VenueOrders()
        for update in try finishedOrders(&loop, instrument, since: start) {
            known.updates[update.child] = update
        }
        for update in try openOrders(&loop, instrument).own {
            known.updates[update.child] = update
        }
        var told: [ChildID: Set<ExternalID>] = [:]
        for fill in try executions(&loop, instrument, since: start).reversed()
        where told[fill.child, default: []].insert(fill.id).inserted {
            known.fills[fill.child, default: []].append(fill)
        }
        return known
    }

    private func finishedOrders(
        _ loop: inout EventLoop,
        _ instrument: Instrument,
        since start: Nanoseconds
    ) throws(SessionError) -> [OrderUpdate] {
        var found: [OrderUpdate] = []
        let service = "order/history"
        try walk(service, since: start) { (span, cursor) throws(SessionError) in
            let page = try ask(
                &loop,
                service,
                requests.finishedOrders(
                    instrument.category,
                    symbol: instrument.symbol,
                    since: span.start,
                    until: span.end,
                    cursor: cursor,
                    at: stamp.now
                )
            ) { (body) throws(BybitReplyError) in
                try BybitReplies.orders(body, [instrument], session, named: names)
            }
            found += page.entries
            return page.place
        }
        return found
    }
}

extension VenueOrders {
    /// Numbers beyond the last known one that are not used again, for a request may still be on its
    /// way to the venue.
    private static let margin: UInt32 = 16
    /// More than this beyond the record is no loss of a moment.
    private static let most: UInt32 = 10_000

    /// Whether the venue knows an order of `parent` from number `first` on.
    func goes(beyond first: UInt32, of parent: ParentID) -> Bool {
        Set(updates.keys).union(fills.keys).contains { $0.parent == parent && $0.number >= first }
    }

    /// What the engine is to be told of the children from `next` on, which no record tells of: each
    /// that the venue knows, with its fills and its end, and the numbers between as never arrived.
    /// The last stays in doubt, so that nothing is placed before the venue cannot get a request of
    /// the old process any more.
    func strays(from next: UInt32, of parent: ParentOrder) throws(SessionError) -> Strays {
        let known = Set(updates.keys).union(fills.keys)
            .filter { $0.parent == parent.id && $0.number >= next }
        let highest = known.map(\.number).max() ?? next
        guard highest - next < VenueOrders.most else {
            throw .venue("the venue names order \(highest) where \(next) was to be the next")
        }
        var strays = Strays()
        strays.orders = known.count
        for number in next...(highest + VenueOrders.margin) {
            let child = ChildID(parent: parent.id, number: number)
            let (update, executions) = (updates[child], fills[child] ?? [])
            let filled = filled(child)
            strays.filledLots += parent.side.sign * filled.lots
            let order = PlaceOrder(
                child: child,
                instrument: parent.instrument,
                side: parent.side,
                timeInForce: .goodTillCancel,
                price: update?.price ?? executions.last?.price ?? Price(ticks: 1),
                quantity: max(Quantity(lots: 1), update?.quantity ?? filled),
                reduceOnly: parent.reduceOnly
            )
            strays.events.append(.order(.adopted(order)))
            for fill in executions { strays.events.append(.order(.execution(fill))) }
            if let update, update.status.isTerminal {
                strays.events.append(.order(.update(update)))
            } else if !known.contains(child), number < highest + VenueOrders.margin {
                strays.events.append(.order(.absent(child)))
            }
        }
        return strays
    }
}

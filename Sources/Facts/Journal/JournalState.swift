public import Orders
public import Units

/// What a journal knows of orders: every parent with its plan, every child with what was asked of
/// the venue and what the venue said, and the executions counted.
///
/// Built from the order records alone, so it holds where a replay cannot go: past a gap, and for
/// an engine whose behaviour has changed. A child's mid at its sending is not known here.
public struct JournalState: ~Copyable {
    /// A parent as it was accepted.
    public struct Parent: Sendable {
        /// Its terms.
        public var order: ParentOrder
        /// Its plan, in the recording engine's bytes.
        public var plan: [UInt8]
    }

    /// What the engine was made with; nil before its record.
    public private(set) var session: JournalSession?
    /// Every parent, by id.
    public private(set) var parents: [Parent] = []
    /// Every child, by number.
    public private(set) var children: [ChildOrder] = []
    /// How many executions were counted.
    public var fillCount: Int { executions.count }
    /// An execution: its id is unique among those of its order.
    private struct ToldFill: Hashable {
        let child: ChildID
        let id: ExternalID
    }

    private var executions: Set<ToldFill> = []
    /// Those of them whose fee is still to be told, and whether they rested.
    private var untoldFees: [ToldFill: Bool] = [:]
    /// Records that found no room.
    public private(set) var gap = JournalGap()
    /// The engine's `now` at the last record.
    public private(set) var now = Nanoseconds.zero

    /// Nothing known.
    public init() {}

    /// Takes in the next record.
    public mutating func apply(_ entry: JournalEntry) {
        now = entry.now
        switch entry.record {
        case .session(let made): session = made
        case .accept(let order, let plan): parents.append(Parent(order: order, plan: Array(plan)))
        case .command(let command): apply(command, entry.now)
        case .order(let event): apply(event, entry.now)
        case .gap(let more):
            gap.market += more.market
            gap.orders += more.orders
        case .timer, .market, .account, .link, .control, .close: break
        }
    }

    /// Children that may still be filled, as far as is known.
    public var openChildren: [ChildOrder] { children.filter { $0.state != .ended } }

    /// What `parent` has been filled.
    public func filled(_ parent: ParentID) -> Quantity {
        children.reduce(into: .zero) { if $1.id.parent == parent { $0 += $1.filled } }
    }

    private mutating func apply(_ command: OrderCommand, _ now: Nanoseconds) {
        let number = Int(command.child.number)
        if case .place(let order) = command {
            // Past a gap a number may be missing: its child was not told of.
            guard number == children.count else { return }
            children.append(ChildOrder(order, sentAt: now, midHalfTicks: 0))
            return
        }
        guard number < children.count, children[number].id == command.child else { return }
        switch command {
        case .amend(let amend):
            if children[number].acceptsRequest { children[number].amendSent(amend, at: now) }
        case .cancel:
            let child = children[number]
            // One that repeats an overdue cancel says that its answer was given up.
            if child.isCancelInFlight { children[number].answerOverdue() }
            if child.state != .ended { children[number].cancelSent(at: now) }
        case .place:
            break
        }
    }

    /// The child of a fill, by the venue's id of its order where nothing else names it.
    private func named(_ fill: Execution) -> ChildID {
        guard fill.child == .unnamed, !fill.orderID.isEmpty else { return fill.child }
        return children.first { $0.orderID == fill.orderID }?.id ?? .unnamed
    }

    private mutating func apply(_ event: OrderEvent, _ now: Nanoseconds) {
        if case .adopted(let order) = event {
            guard Int(order.child.number) == children.count else { return }
            children.append(ChildOrder(order, sentAt: now, midHalfTicks: 0))
            children[children.count - 1].answerOverdue()
            return
        }
        let child =
            switch event {
            case .reply(let reply): reply.child
            case .update(let update): update.child
            case .execution(let fill): named(fill)
            case .absent(let child): child
            case .adopted(let order): order.child
            }
        let number = Int(child.number)
        guard number < children.count, children[number].id == child else { return }
        switch event {
        case .reply(let reply): children[number].apply(reply)
        case .update(let update): if update.isCredible { children[number].apply(update) }
        case .execution(let fill):
            // What the engine would not count either.
            guard fill.isCredible(of: children[number]) else { return }
            let told = ToldFill(child: child, id: fill.id)
            if executions.insert(told).inserted {
                children[number].apply(fill)
                if fill.feeCoin == .untold { untoldFees[told] = fill.isMaker }
            } else if fill.feeCoin != .untold, let wasMaker = untoldFees[told] {
                untoldFees[told] = nil
                _ = children[number].complete(fill, wasMaker: wasMaker)
            }
        case .absent: children[number].applyAbsence()
        case .adopted: break
        }
    }
}

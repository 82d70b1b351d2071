public import Algos
public import Book
public import Costs
public import Orders
public import Risk
public import Units

/// Why a parent was not accepted.
public enum ParentRefusal: Error, Hashable, Sendable {
    /// No such instrument.
    case unknownInstrument
    /// The instrument does not trade.
    case notTrading
    /// The quantity is more than a parent may have.
    case aboveMaximum
    /// The quantity is less than the venue's smallest order.
    case belowMinimum
    /// The plan's rate or rules make no sense.
    case impossiblePlan
    /// Its end lies in the past.
    case tooLate
    /// The engine was halted.
    case halted
    /// No room for another parent.
    case full
}

extension ParentRefusal: CustomStringConvertible {
    /// Why, in words.
    public var description: String {
        switch self {
        case .unknownInstrument: "there is no such instrument"
        case .notTrading: "the instrument does not trade"
        case .aboveMaximum: "the quantity is more than a parent may have"
        case .belowMinimum: "the quantity is less than the venue's smallest order"
        case .impossiblePlan: "the plan's rate or rules make no sense"
        case .tooLate: "its end lies in the past"
        case .halted: "trading is halted"
        case .full: "there is no room for another parent"
        }
    }
}

extension Engine {
    /// The id the next accepted parent must carry.
    public var nextParent: ParentID { ParentID(UInt32(truncatingIfNeeded: parentCount)) }

    /// Takes a parent on. It starts to work at its start time, at the first trusted book.
    public mutating func accept(
        _ order: ParentOrder,
        _ plan: ExecutionPlan,
        now: Nanoseconds
    ) throws(ParentRefusal) {
        let market = Int(order.instrument.index)
        guard market < marketCount else { throw .unknownInstrument }
        guard parentCount < configuration.parents else { throw .full }
        precondition(order.id == nextParent, "Engine: parents are numbered in sequence")
        guard !gate.isHalted else { throw .halted }
        guard markets[market].isTrading else { throw .notTrading }
        guard plan.isPossible else { throw .impossiblePlan }
        guard order.quantity >= markets[market].filters.minChild else { throw .belowMinimum }
        guard order.quantity <= configuration.limits.maxParent else { throw .aboveMaximum }
        guard order.endsAt > now else { throw .tooLate }
        (parents + parentCount).initialize(to: ParentSlot(order, plan))
        (quiet + parentCount).initialize(to: QuietParent())
        markets[market].add(parent: parentCount)
        parentCount &+= 1
    }

    /// Children it can have over the life of the process.
    public var childCapacity: Int { orders.capacity }

    /// Where a parent stands.
    public func state(of parent: ParentID) -> ParentState {
        precondition(Int(parent.index) < parentCount)
        return parents[Int(parent.index)].state
    }

    /// What a parent was asked to do.
    public func order(of parent: ParentID) -> ParentOrder {
        precondition(Int(parent.index) < parentCount)
        return parents[Int(parent.index)].order
    }

    /// Why a parent stopped before it was filled.
    public func stopReason(of parent: ParentID) -> StopReason {
        precondition(Int(parent.index) < parentCount)
        return parents[Int(parent.index)].stopReason
    }

    /// Whether no parent is at work.
    public var isIdle: Bool {
        for slot in 0..<parentCount where !parents[slot].state.isFinal { return false }
        return true
    }

    /// Commands refused for `reason` so far.
    public func refusals(_ reason: RefusalReason) -> Int { refusals[Int(reason.rawValue)] }

    /// Everything a report needs to know of a parent, now or at its end. Allocates: not for the
    /// hot path.
    public func facts(of parent: ParentID) -> ParentFacts {
        precondition(Int(parent.index) < parentCount)
        let slot = parents[Int(parent.index)]
        let worked = slot.bandTime.worked.inSeconds
        let inside = slot.bandTime.inside.inSeconds
        let market = Int(slot.order.instrument.index)
        let isFinal = slot.state.isFinal
        let printed = isFinal ? slot.endPrinted : markets[market].othersPrinted
        let notional = isFinal ? slot.endPrintedNotional : markets[market].othersPrintedNotional
        var children: [ChildOrder] = []
        for number in 0..<orders.count where orders[number].id.parent == parent {
            children.append(orders[number])
        }
        var facts = ParentFacts(
            order: slot.order,
            state: slot.state,
            stopReason: "\(slot.stopReason)",
            algorithm: slot.plan.schedule.name,
            ledger: slot.ledger,
            target: slot.target,
            band: slot.widestBand,
            insideBand: worked > 0 ? inside / worked : nil,
            maxAhead: slot.maxAhead,
            maxBehind: slot.maxBehind,
            finishedAt: slot.finishedAt,
            othersVolume: Quantity(lots: max(0, printed.lots &- slot.startPrinted.lots)),
            othersNotional: Notional(
                tickLots: max(0, notional.tickLots &- slot.startPrintedNotional.tickLots)
            ),
            endMidHalfTicks: isFinal ? slot.endMidHalfTicks : markets[market].midHalfTicks,
            amends: slot.counts.amends,
            cancels: slot.counts.cancels,
            rejects: slot.counts.rejects,
            postOnlyRejects: slot.counts.postOnlyRejects,
            fills: slot.counts.fills,
            riskRefusals: slot.counts.riskRefusals,
            children: children
        )
        facts.futile = slot.counts.futile
        facts.unsent = slot.counts.unsent
        facts.rateWaits = slot.counts.rateWaits
        facts.unseenPrints = isFinal ? slot.unseenPrints : markets[market].ownPrints.unseen
        facts.arrivedAt = slot.arrivedAt
        facts.arrivalSpreadTicks = slot.arrivedAt == nil ? nil : slot.arrivalQuote.spreadTicks
        facts.stoppedAt = slot.stoppedAt
        facts.grace = slot.plan.schedule.completesByEnd ? slot.plan.rules.grace : nil
        if case .pov(let rateBps) = slot.plan.schedule { facts.povRateBps = rateBps }
        facts.displayedShareBps = slot.plan.rules.displayedShareBps
        for i in 0..<fills.count where fills[i].child.parent == parent {
            facts.fillLog.append(fills[i])
        }
        facts.droppedFills = fills.dropped
        return facts
    }

    /// How far a parent has come, without allocating.
    public func progress(of parent: ParentID) -> ParentProgress {
        precondition(Int(parent.index) < parentCount)
        let index = Int(parent.index)
        let market = Int(parents[index].order.instrument.index)
        var progress = ParentProgress(
            quantity: parents[index].order.quantity,
            filled: parents[index].filled,
            target: parents[index].target,
            band: parents[index].band,
            children: parents[index].counts.children,
            live: parents[index].live.count,
            quote: markets[market].quote,
            side: parents[index].order.side,
            startsAt: parents[index].order.startsAt,
            endsAt: parents[index].order.endsAt,
            notional: parents[index].ledger.notional,
            arrivalHalfTicks: parents[index].ledger.arrivalHalfTicks,
            tick: markets[market].tick,
            lot: markets[market].lot
        )
        progress.linkPatience = configuration.linkPatience
        progress.roomUsedPerMille = orders.usedPerMille
        progress.room = orders.capacity
        for i in 0..<parents[index].live.count {
            let child = orders[parents[index].live[i]]
            guard child.state == .working, child.leaves.lots > 0 else { continue }
            progress.restingPrice = child.price
            progress.restingLeaves = child.leaves
        }
        return progress
    }

    /// Until when nothing is placed or moved for a parent, for what the venue has answered; zero
    /// where nothing was. What the venue's budget holds back is apart.
    public func pausedUntil(_ parent: ParentID) -> Nanoseconds {
        precondition(Int(parent.index) < parentCount)
        return parents[Int(parent.index)].pausedUntil
    }

    /// Our position in `instrument` by our own fills since the start.
    public func position(_ instrument: InstrumentID) -> Position {
        markets[Int(instrument.index)].position
    }

    /// What we hold of `instrument`: what was found at the start and our fills.
    public mutating func held(_ instrument: InstrumentID) -> VenuePosition {
        markets[Int(instrument.index)].held
    }

    /// By how much our fills have moved the base coin of `instrument`, less the fees that were paid
    /// in it, and how many of these were rounded.
    public func baseMovement(_ instrument: Instrument) -> (moved: CoinAmount, fees: Int) {
        let market = markets + Int(instrument.id.index)
        let traded = instrument.baseAmount(market.pointee.position.net)
        return (traded - market.pointee.baseFees, market.pointee.baseFeeCount)
    }

    /// The position in `instrument` that was found before our first order.
    public func opening(_ instrument: InstrumentID) -> VenuePosition {
        markets[Int(instrument.index)].opening
    }

    /// Whether the book of `instrument` waits for a snapshot.
    public func isStale(_ instrument: InstrumentID) -> Bool {
        markets[Int(instrument.index)].book.isStale
    }

    /// How often the book of `instrument` was lost since it was there.
    @inline(__always)
    public mutating func bookEpoch(_ instrument: InstrumentID) -> UInt32 {
        markets[Int(instrument.index)].bookEpoch
    }

    /// The book of `instrument`.
    public func withBook<Result>(
        _ instrument: InstrumentID,
        _ body: (borrowing OrderBook) -> Result
    ) -> Result {
        body(markets[Int(instrument.index)].book)
    }
}

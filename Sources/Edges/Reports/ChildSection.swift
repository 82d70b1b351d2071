internal import Costs
public import Foundation
internal import Orders
internal import Units

/// One child order.
public struct ChildSection: Encodable, Sendable {
    /// Its number among all children.
    public var number: Int
    /// The venue's id for it; nil when none was told.
    public var orderId: String?
    /// Its terms: postOnly, immediateOrCancel.
    public var timeInForce: String
    /// Its price at the venue, the latest.
    public var price: Decimal
    /// Its quantity.
    public var quantity: Decimal
    /// What it filled.
    public var filled: Decimal
    /// The part of it that rested.
    public var makerFilled: Decimal
    /// Its average price, rounded six decimals past the tick's; nil without fills.
    public var averagePrice: Decimal?
    /// What it paid in fees of the quote coin.
    public var fees: Decimal
    /// What it paid in fees of the base coin.
    public var baseFees: Decimal
    /// ended, working, sent, or "unknown" when the venue's last word on it is missing.
    public var state: String
    /// Why it ended.
    public var reason: String
    /// The mid when it was decided.
    public var midAtDecision: Decimal
    /// When it was decided: the time of the event that called for it.
    public var decidedAt: String
    /// When it left; nil where that is not known, as for one of a process before this.
    public var sentAt: String?
    /// When we learned that it had ended; nil while it has not.
    public var endedAt: String?

    init(_ child: ChildOrder, _ instrument: Instrument, sentAt: Nanoseconds?) {
        number = Int(child.id.number)
        orderId = child.orderID.isEmpty ? nil : child.orderID.text
        timeInForce = "\(child.timeInForce)"
        price = exact(child.price.ticks, instrument.tick)
        quantity = exact(child.quantity.lots, instrument.lot)
        filled = exact(child.filled.lots, instrument.lot)
        makerFilled = exact(child.makerFilled.lots, instrument.lot)
        averagePrice = instrument.average(child.filledNotional, child.filled)
        fees = coins(child.fees)
        baseFees = coins(child.baseFees)
        state = child.isSettled || child.state != .ended ? "\(child.state)" : "unknown"
        reason = "\(child.endReason)"
        midAtDecision = instrument.mid(child.midAtSendHalfTicks)
        decidedAt = child.sentAt.utc(digits: 9)
        self.sentAt = sentAt?.utc(digits: 9)
        endedAt = child.endedAt == .zero ? nil : child.endedAt.utc(digits: 9)
    }
}

/// One fill.
public struct FillSection: Encodable, Sendable {
    /// The venue's id of it.
    public var execId: String
    /// The number of its child.
    public var child: Int
    /// At what price.
    public var price: Decimal
    /// How much.
    public var quantity: Decimal
    /// "maker" when it rested, "taker" when it crossed.
    public var role: String
    /// What it cost, in `feeCoin`; negative for a rebate, nil while it is untold.
    public var fee: Decimal?
    /// In which coin; nil while it is untold, and for a coin the venue did not name.
    public var feeCoin: String?
    /// The mid when we took it in.
    public var midAtFill: Decimal
    /// When the venue matched it, by its clock.
    public var venueAt: String
    /// When we took it in.
    public var takenAt: String

    init(_ fill: Fill, _ instrument: Instrument) {
        let execution = fill.execution
        execId = execution.id.text
        child = Int(fill.child.number)
        price = exact(execution.price.ticks, instrument.tick)
        quantity = exact(execution.quantity.lots, instrument.lot)
        role = execution.isMaker ? "maker" : "taker"
        fee = execution.feeCoin == .untold ? nil : coins(execution.fee)
        switch execution.feeCoin {
        case .quote: feeCoin = instrument.quoteCoin
        case .base: feeCoin = instrument.baseCoin
        case .other: feeCoin = execution.thirdCoin.isEmpty ? nil : execution.thirdCoin.text
        case .untold: feeCoin = nil
        }
        midAtFill = instrument.mid(fill.midHalfTicks)
        venueAt = execution.matchedAt.utc(digits: 3)
        takenAt = fill.takenAt.utc(digits: 9)
    }
}

/// What the children went through.
public struct CountSection: Encodable, Sendable {
    /// Children sent.
    public var children: Int
    /// Executions.
    public var fills: Int
    /// Amends sent.
    public var amends: Int
    /// Cancels sent.
    public var cancels: Int
    /// Children the venue refused outright.
    public var rejects: Int
    /// Children that never left this process: they waited too long for the journal's disk, or no
    /// connection took them.
    public var unsent: Int
    /// Post-only children that would have crossed.
    public var postOnlyRejects: Int
    /// Children sent in vain: these, and takes that found nothing.
    public var futile: Int
    /// Wishes that the risk gate held back: one each, however often they were looked at.
    public var riskRefusals: Int
    /// The same by reason; reasons that did not occur are left out.
    public var refusalsByReason: [String: Int]
    /// Wishes that waited for the request rate, likewise.
    public var rateWaits: Int
    /// Children whose end or fills are not known.
    public var unknown: Int
    /// Fills that `fills` of the report has no room for.
    public var unlistedFills: Int

    init(_ facts: ParentFacts, _ refusals: [String: Int]) {
        refusalsByReason = refusals
        children = facts.children.count
        fills = facts.fills
        amends = facts.amends
        cancels = facts.cancels
        rejects = facts.rejects
        unsent = facts.unsent
        postOnlyRejects = facts.postOnlyRejects
        futile = facts.futile
        riskRefusals = facts.riskRefusals
        rateWaits = facts.rateWaits
        unknown = facts.unsettled.count
        unlistedFills = facts.droppedFills
    }
}

extension Instrument {
    /// Half of so many ticks, exact.
    func mid(_ halfTicks: Int64) -> Decimal { Decimal(string: tick.halfText(halfTicks)) ?? 0 }

    /// The average price of `quantity` for `notional`, six decimals past the tick's; nil without a
    /// quantity.
    func average(_ notional: Notional, _ quantity: Quantity) -> Decimal? {
        tick.averageText(notional.tickLots, over: quantity.lots, more: 6)
            .flatMap { Decimal(string: $0) }
    }

    /// `tickLots` in the quote coin, exact.
    func value(_ tickLots: Int128) -> Decimal {
        (Decimal(string: String(tickLots)) ?? 0) * exact(1, tick) * exact(1, lot)
    }
}

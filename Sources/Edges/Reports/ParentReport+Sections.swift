internal import Costs
public import Foundation
internal import Orders
internal import Telemetry
public import Units

/// What was asked for and how far it went.
public struct ParentSection: Codable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// "buy" or "sell".
    public var side: String
    /// "twap", "vwap" or "pov".
    public var algorithm: String
    /// Where it ended: completed, cancelled, expired or halted.
    public var state: String
    /// Why it stopped short; "none" when it did not.
    public var stopReason: String
    /// What was asked for.
    public var quantity: Decimal
    /// What was done.
    public var filled: Decimal
    /// The limit, if one was set.
    public var limit: Decimal?
    /// Milliseconds since the epoch.
    public var startedAt: Int64
    /// Milliseconds since the epoch.
    public var dueAt: Int64
    /// Milliseconds since the epoch; 0 while it works.
    public var finishedAt: Int64
    /// What the schedule wanted done at the end.
    public var scheduled: Decimal
    /// The half-width of the band around the schedule, at its widest.
    public var band: Decimal
    /// The share of looks at the schedule that found the fills inside the band.
    public var insideBand: Double?
    /// The most the fills were ahead of the schedule.
    public var maxAhead: Decimal
    /// The most the fills were behind the schedule.
    public var maxBehind: Decimal

    init(_ facts: ParentFacts, _ instrument: Instrument) {
        symbol = instrument.symbol
        side = "\(facts.order.side)"
        algorithm = facts.algorithm
        state = "\(facts.state)"
        stopReason = facts.stopReason
        quantity = exact(facts.order.quantity.lots, instrument.lot)
        filled = exact(facts.ledger.filled.lots, instrument.lot)
        limit = facts.order.limit.map { exact($0.ticks, instrument.tick) }
        startedAt = facts.order.startsAt.millisecondCount
        dueAt = facts.order.endsAt.millisecondCount
        finishedAt = facts.finishedAt.millisecondCount
        scheduled = exact(facts.target.lots, instrument.lot)
        band = exact(facts.band.lots, instrument.lot)
        insideBand = facts.insideBand
        maxAhead = exact(facts.maxAhead.lots, instrument.lot)
        maxBehind = exact(facts.maxBehind.lots, instrument.lot)
    }
}

/// One child order.
public struct ChildSection: Codable, Sendable {
    /// Its number among all children.
    public var number: Int
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
    /// Its average price; nil without fills.
    public var averagePrice: Double?
    /// What it paid in fees of the quote coin.
    public var fees: Decimal
    /// What it paid in fees of the base coin.
    public var baseFees: Decimal
    /// ended, working, sent, or "unknown" when the venue's last word on it is missing.
    public var state: String
    /// Why it ended.
    public var reason: String

    init(_ child: ChildOrder, _ instrument: Instrument) {
        number = Int(child.id.number)
        timeInForce = "\(child.timeInForce)"
        price = exact(child.price.ticks, instrument.tick)
        quantity = exact(child.quantity.lots, instrument.lot)
        filled = exact(child.filled.lots, instrument.lot)
        makerFilled = exact(child.makerFilled.lots, instrument.lot)
        averagePrice =
            child.filled.lots > 0
            ? Double(child.filledNotional.tickLots) / Double(child.filled.lots)
                * instrument.tick.step : nil
        fees = coins(child.fees)
        baseFees = coins(child.baseFees)
        state = child.isSettled || child.state != .ended ? "\(child.state)" : "unknown"
        reason = "\(child.endReason)"
    }
}

/// Average price against benchmarks, in basis points, fees apart.
public struct SlippageSection: Codable, Sendable {
    /// Against the mid at arrival.
    public var arrivalBps: Double?
    /// Against the volume-weighted average price of the others while the parent worked.
    public var intervalVWAPBps: Double?
    /// That average price.
    public var intervalVWAP: Double?
    /// What the others traded.
    public var othersVolume: Decimal
}

/// The shortfall's parts in basis points of the parent's quantity at its arrival mid.
public struct CostSection: Codable, Sendable {
    /// The market's move while children waited to be sent.
    public var timingBps: Double?
    /// The market's move while children were under way or resting.
    public var latencyBps: Double?
    /// Paid across the spread; negative when earned.
    public var spreadBps: Double?
    /// The move missed on what was not filled.
    public var opportunityBps: Double?
    /// Fees.
    public var feesBps: Double?
    /// The sum of the parts.
    public var totalBps: Double?
    /// All fees in the quote coin; those in the base coin at the price of their fill.
    public var fees: Decimal
    /// What of them was paid in the base coin, exact.
    public var baseFees: Decimal
    /// Fees in third coins, which are not in `fees`.
    public var otherFees: Decimal
    /// Fills whose fee the venue never told.
    public var untoldFees: Int

    init(_ cost: CostBreakdown, _ facts: ParentFacts, _ instrument: Instrument) {
        fees = coins(cost.fees)
        baseFees = coins(facts.baseFees)
        otherFees = coins(facts.otherFees)
        untoldFees = facts.untoldFees
        guard let arrival = facts.ledger.arrivalHalfTicks, arrival > 0 else { return }
        let quantity = facts.order.quantity
        func bps(_ part: Int128) -> Double? {
            Slippage.basisPoints(halfTickLots: part, of: quantity, at: arrival)
        }
        timingBps = bps(cost.timing)
        latencyBps = bps(cost.latency)
        spreadBps = bps(cost.spread)
        opportunityBps = bps(cost.opportunity)
        let paper =
            Double(arrival) / 2 * instrument.tick.step * Double(quantity.lots) * instrument.lot.step
        feesBps = cost.fees.inCoins / paper * 1e4
        totalBps = bps(cost.tradingCost).map { $0 + cost.fees.inCoins / paper * 1e4 }
    }
}

/// What the children went through.
public struct CountSection: Codable, Sendable {
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
    /// Post-only children that would have crossed.
    public var postOnlyRejects: Int
    /// Commands the risk gate held back.
    public var riskRefusals: Int
    /// The same by reason; reasons that did not occur are left out.
    public var refusalsByReason: [String: Int]
    /// Children whose end or fills are not known.
    public var unknown: Int

    init(_ facts: ParentFacts, _ refusals: [String: Int]) {
        refusalsByReason = refusals
        children = facts.children.count
        fills = facts.fills
        amends = facts.amends
        cancels = facts.cancels
        rejects = facts.rejects
        postOnlyRejects = facts.postOnlyRejects
        riskRefusals = facts.riskRefusals
        unknown = facts.unsettled.count
    }
}

/// One stage's latency in nanoseconds.
public struct LatencySection: Codable, Sendable {
    /// Passages.
    public var count: UInt64
    /// Median.
    public var p50: UInt64
    /// 99th percentile.
    public var p99: UInt64
    /// 99.9th percentile.
    public var p999: UInt64
    /// The longest.
    public var max: UInt64

    init(_ summary: StageSummary) {
        count = summary.count
        p50 = summary.p50
        p99 = summary.p99
        p999 = summary.p999
        max = summary.maximum
    }
}

/// What the venue says at the end.
public struct VenueSection: Codable, Sendable {
    /// Which venue.
    public var name: String
    /// Our position there, signed; nil when it could not be asked.
    public var position: Decimal?
    /// Our position there before the parent began.
    public var positionBefore: Decimal?
    /// Our orders still open there; nil when it could not be asked.
    public var openOrders: Int?
    /// In spot, by how much the wallet's base coin moved; nil elsewhere, and when it could not be
    /// asked.
    public var baseMoved: Decimal?
    /// By how much it should have: our fills less their fees in it.
    public var baseExpected: Decimal?
    /// Whether the venue cancels everything when we are gone; nil when nobody asked for it.
    public var disconnectProtection: String?

    /// What the venue said of `instrument`.
    public init(
        name: String,
        positionLots: Int64?,
        positionBeforeLots: Int64?,
        openOrders: Int?,
        baseMoved: Amount? = nil,
        baseExpected: Amount? = nil,
        disconnectProtection: String? = nil,
        instrument: Instrument
    ) {
        self.name = name
        position = positionLots.map { exact($0, instrument.lot) }
        positionBefore = positionBeforeLots.map { exact($0, instrument.lot) }
        self.openOrders = openOrders
        self.baseMoved = baseMoved.map(coins)
        self.baseExpected = baseExpected.map(coins)
        self.disconnectProtection = disconnectProtection
    }

    /// What could not be asked is `null`, not left out: silence of the venue is a finding.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(position, forKey: .position)
        try container.encode(positionBefore, forKey: .positionBefore)
        try container.encode(openOrders, forKey: .openOrders)
        try container.encodeIfPresent(baseMoved, forKey: .baseMoved)
        try container.encodeIfPresent(baseExpected, forKey: .baseExpected)
        try container.encodeIfPresent(disconnectProtection, forKey: .disconnectProtection)
    }
}

/// An amount as an exact decimal number of coins.
func coins(_ amount: Amount) -> Decimal {
    exact(amount.billionths, DecimalScale(multiplier: 1, decimals: 9))
}

internal import Costs
public import Foundation
internal import Orders
internal import Units

/// What was asked for and how far it went.
public struct ParentSection: Encodable, Sendable {
    /// "buy" or "sell".
    public var side: String
    /// "twap", "vwap" or "pov".
    public var algorithm: String
    /// Where it ended: completed, cancelled, expired or halted.
    public var state: String
    /// Why it stopped short: a `StopReason`; "none" when it did not.
    public var stopReason: String
    /// Why it ended, in words and with its numbers; nil when it was filled, or asked to stop.
    public var endReason: String?
    /// What was asked for.
    public var asked: Decimal
    /// What was worked: less than was asked for, where a parent that only reduces found less.
    public var quantity: Decimal
    /// What was done.
    public var filled: Decimal
    /// The limit, if one was set.
    public var limit: Decimal?
    /// Whether it could only bring the position nearer to flat.
    public var reduceOnly: Bool
    /// POV: its share of all volume, 0.1 for 10 %.
    public var povRate: Double?
    /// The largest share of the displayed depth that one child may be.
    public var displayShare: Double
    /// How long it was to take, in nanoseconds.
    public var durationNs: Int64
    /// When it was to begin, as UTC.
    public var startedAt: String
    /// When its arrival price was stamped; nil when no trustworthy book was seen.
    public var arrivedAt: String?
    /// When it was to be done.
    public var dueAt: String
    /// When it became final; nil while it works.
    public var finishedAt: String?
    /// How long after `dueAt` it might still work off what was missing; nil where it stops there.
    public var graceNs: Int64?
    /// How much of that it worked; nil likewise.
    public var graceUsedNs: Int64?
    /// What the schedule wanted done at the end.
    public var scheduled: Decimal
    /// The half-width of the band around the schedule, at its widest.
    public var band: Decimal
    /// The share of its working time in which the fills lay inside the band.
    public var insideBand: Double?
    /// The most the fills were ahead of the schedule.
    public var maxAhead: Decimal
    /// The most the fills were behind the schedule.
    public var maxBehind: Decimal

    /// The same instants for the text.
    let starts: Nanoseconds
    let ends: Nanoseconds
    let finished: Nanoseconds

    private enum CodingKeys: String, CodingKey {
        case side, algorithm, state, stopReason, endReason, asked, quantity, filled, limit
        case reduceOnly, povRate, displayShare, durationNs, startedAt, arrivedAt, dueAt, finishedAt
        case graceNs, graceUsedNs, scheduled, band, insideBand, maxAhead, maxBehind
    }

    init(_ facts: ParentFacts, _ instrument: Instrument) {
        let order = facts.order
        side = "\(order.side)"
        algorithm = facts.algorithm
        state = "\(facts.state)"
        stopReason = facts.stopReason
        asked = exact(facts.asked.lots, instrument.lot)
        quantity = exact(order.quantity.lots, instrument.lot)
        filled = exact(facts.ledger.filled.lots, instrument.lot)
        limit = order.limit.map { exact($0.ticks, instrument.tick) }
        reduceOnly = order.reduceOnly
        povRate = facts.povRateBps.map { Double($0) / 1e4 }
        displayShare = Double(facts.displayedShareBps) / 1e4
        durationNs = (order.endsAt - order.startsAt).count
        starts = order.startsAt
        ends = order.endsAt
        finished = facts.finishedAt
        startedAt = order.startsAt.utc(digits: 9)
        arrivedAt = facts.arrivedAt?.utc(digits: 9)
        dueAt = order.endsAt.utc(digits: 9)
        finishedAt = finished == .zero ? nil : finished.utc(digits: 9)
        graceNs = facts.grace?.count
        let late = ((facts.stoppedAt ?? facts.finishedAt) - order.endsAt).count
        graceUsedNs = facts.grace.map { max(0, min($0.count, late)) }
        scheduled = exact(facts.target.lots, instrument.lot)
        band = exact(facts.band.lots, instrument.lot)
        insideBand = facts.insideBand
        maxAhead = exact(facts.maxAhead.lots, instrument.lot)
        maxBehind = exact(facts.maxBehind.lots, instrument.lot)
    }
}

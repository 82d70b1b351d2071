public import Orders
public import Units

/// What is known of one parent at the end (or on the way): the input of every report.
public struct ParentFacts: Sendable {
    /// What was worked.
    public var order: ParentOrder
    /// What was asked for: more than was worked, where a parent that only reduces found less.
    public var asked: Quantity
    /// Where it stands.
    public var state: ParentState
    /// Why it stopped short, if it did.
    public var stopReason: String
    /// The algorithm's name.
    public var algorithm: String
    /// The sums of its fills.
    public var ledger: ShortfallLedger
    /// What was due at the last look.
    public var target: Quantity
    /// The half-width of the band around the target, at its widest.
    public var band: Quantity
    /// The share of its working time in which the fills lay inside the band; nil before it worked.
    public var insideBand: Double?
    /// The most it was ahead of its target.
    public var maxAhead: Quantity
    /// The most it was behind its target.
    public var maxBehind: Quantity
    /// When it became final.
    public var finishedAt: Nanoseconds
    /// What others traded while it worked.
    public var othersVolume: Quantity
    /// At what total.
    public var othersNotional: Notional
    /// Twice the mid at its end.
    public var endMidHalfTicks: Int64
    /// Amends sent.
    public var amends: Int
    /// Cancels sent.
    public var cancels: Int
    /// Children the venue refused.
    public var rejects: Int
    /// Children that never left this process.
    public var unsent = 0
    /// Post-only children that would have crossed.
    public var postOnlyRejects: Int
    /// Children sent in vain: these, and takes that found nothing.
    public var futile = 0
    /// Executions.
    public var fills: Int
    /// Wishes that risk held back, however often they were looked at.
    public var riskRefusals: Int
    /// Wishes that waited for the request rate, likewise.
    public var rateWaits = 0
    /// Its children, in the order sent.
    public var children: [ChildOrder]
    /// Its fills, in the order taken in.
    public var fillLog: [Fill] = []
    /// Fills of the whole engine that `fillLog` had no room for.
    public var droppedFills = 0
    /// Fills of ours whose public print had not been seen at its end.
    public var unseenPrints = 0
    /// When its arrival price was stamped; nil before.
    public var arrivedAt: Nanoseconds?
    /// The spread then.
    public var arrivalSpreadTicks: Int64?
    /// When it began to stop, after which nothing is worked; nil where it ended filled.
    public var stoppedAt: Nanoseconds?
    /// How long after its end it may still work off what is missing; nil where it stops at its end.
    public var grace: Nanoseconds?
    /// The share of all volume it keeps to, in basis points; nil for other schedules.
    public var povRateBps: Int64?
    /// The largest share of the displayed depth that one child may be, in basis points.
    public var displayedShareBps: Int64 = 0

    /// Facts with every value stated.
    public init(
        order: ParentOrder,
        state: ParentState,
        stopReason: String,
        algorithm: String,
        ledger: ShortfallLedger,
        target: Quantity,
        band: Quantity,
        insideBand: Double?,
        maxAhead: Quantity,
        maxBehind: Quantity,
        finishedAt: Nanoseconds,
        othersVolume: Quantity,
        othersNotional: Notional,
        endMidHalfTicks: Int64,
        amends: Int,
        cancels: Int,
        rejects: Int,
        postOnlyRejects: Int,
        fills: Int,
        riskRefusals: Int,
        children: [ChildOrder]
    ) {
        self.order = order
        asked = order.quantity
        self.state = state
        self.stopReason = stopReason
        self.algorithm = algorithm
        self.ledger = ledger
        self.target = target
        self.band = band
        self.insideBand = insideBand
        self.maxAhead = maxAhead
        self.maxBehind = maxBehind
        self.finishedAt = finishedAt
        self.othersVolume = othersVolume
        self.othersNotional = othersNotional
        self.endMidHalfTicks = endMidHalfTicks
        self.amends = amends
        self.cancels = cancels
        self.rejects = rejects
        self.postOnlyRejects = postOnlyRejects
        self.fills = fills
        self.riskRefusals = riskRefusals
        self.children = children
    }

    /// Children that have not ended, or whose fills are not all told: what cannot be known.
    public var unsettled: [ChildOrder] { children.filter { !$0.isSettled } }

    /// Σ fees of all children in the base coin.
    public var baseFees: CoinAmount { children.reduce(into: .zero) { $0 += $1.baseFees } }

    /// Fees in third coins, which nothing here converts, by coin in the order first paid.
    public var thirdCoinFees: [(coin: CoinName, amount: CoinAmount)] {
        var sums: [(coin: CoinName, amount: CoinAmount)] = []
        for fill in fillLog where fill.execution.feeCoin == .other {
            let coin = fill.execution.thirdCoin
            if let i = sums.firstIndex(where: { $0.coin == coin }) {
                sums[i].amount += fill.execution.fee
            } else {
                sums.append((coin, fill.execution.fee))
            }
        }
        return sums
    }

    /// Fills whose fee was never told.
    public var untoldFees: Int { children.reduce(0) { $0 + Int($1.untoldFees) } }

    /// Our share of all that traded while it worked; nil when nothing did.
    public var participation: Double? {
        let total = ledger.filled.lots + othersVolume.lots
        return total > 0 ? Double(ledger.filled.lots) / Double(total) : nil
    }
}

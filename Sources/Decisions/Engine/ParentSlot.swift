internal import Algos
internal import Costs
internal import Orders
internal import Units

/// One parent at work.
struct ParentSlot {
    let order: ParentOrder
    let plan: ExecutionPlan
    let slicer: Slicer
    /// The band that its rules allow, as a share of its quantity.
    let bandShare: Quantity
    var state = ParentState.accepted
    var stopReason = StopReason.none
    var ledger: ShortfallLedger
    var live = LiveChildren()
    /// Fills of children that are settled.
    var settled = Quantity.zero
    /// When it began to stop.
    var stoppingSince = Nanoseconds.zero
    /// When it became final.
    var finishedAt = Nanoseconds.zero
    var counts = ParentCounts()
    /// Children refused in a row, and until when nothing is placed for it.
    var refusedInARow = 0
    var pausedUntil = Nanoseconds.zero
    /// When the venue last refused a post-only order that would have traded at once.
    var wouldTakeAt = Nanoseconds.zero
    /// Until when no cancel leaves, for the venue has refused one.
    var cancelsPausedUntil = Nanoseconds.zero
    /// A price that the venue did not take, and how long to stay on the inner side of it.
    var refusedPrice: Price?
    var refusedPriceUntil = Nanoseconds.zero
    /// Sizes between which the venue has refused no child.
    var smallestTaken = Quantity.zero
    var largestTaken = Quantity(lots: .max)
    var startOthers = Quantity.zero
    var startOthersNotional = Notional.zero
    var endOthers = Quantity.zero
    var endOthersNotional = Notional.zero
    var endMidHalfTicks: Int64 = 0
    /// Largest lots ahead of and behind the target while working.
    var maxAhead = Quantity.zero
    var maxBehind = Quantity.zero
    var dueSpan = DueSpan()
    var target = Quantity.zero
    var band = Quantity.zero
    /// The widest the band was.
    var widestBand = Quantity.zero

    init(_ order: ParentOrder, _ plan: ExecutionPlan) {
        self.order = order
        self.plan = plan
        slicer = Slicer(plan.rules)
        bandShare = Quantity(lots: BasisPoints.part(plan.rules.bandBps, of: order.quantity.lots))
        ledger = ShortfallLedger(side: order.side)
    }

    var filled: Quantity { ledger.filled }
    var remaining: Quantity { order.quantity - ledger.filled }
}

/// What a parent's children went through.
public struct ParentCounts: Hashable, Sendable, BitwiseCopyable {
    /// Children sent.
    public var children: Int = 0
    /// Amends sent.
    public var amends: Int = 0
    /// Cancels sent.
    public var cancels: Int = 0
    /// Children the venue refused outright.
    public var rejects: Int = 0
    /// Post-only children that would have crossed when they arrived.
    public var postOnlyRejects: Int = 0
    /// Executions.
    public var fills: Int = 0
    /// Commands the risk gate refused.
    public var riskRefusals: Int = 0
}

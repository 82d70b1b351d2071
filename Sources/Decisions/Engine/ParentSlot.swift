internal import Algos
internal import Book
internal import Costs
internal import Orders
internal import Risk
internal import Units

/// One parent at work.
struct ParentSlot {
    let order: ParentOrder
    let plan: ExecutionPlan
    let slicer: Slicer
    /// The order as its schedule sees it: with all of it due a little before its end, where it is
    /// to be done by then and may not work on after it.
    let scheduled: ParentOrder
    /// The band that its rules allow, as a share of its quantity.
    let bandShare: Quantity
    var state = ParentState.accepted
    var stopReason = StopReason.none
    var ledger: ShortfallLedger
    var live = LiveChildren()
    /// Fills of children that are settled.
    var settled = Quantity.zero
    /// Since when what is open is waited for: when it began to stop, or a restart since.
    var stoppingSince = Nanoseconds.zero
    /// When it began to stop; nil while it works, and where it ended filled.
    var stoppedAt: Nanoseconds?
    /// When it became final.
    var finishedAt = Nanoseconds.zero
    var counts = ParentCounts()
    /// Children refused in a row, and until when nothing is placed for it.
    var refusedInARow = 0
    /// Answers in a row for which it waits as it is, each longer than the last.
    var waitsInARow = 0
    var pausedUntil = Nanoseconds.zero
    /// When the venue last refused a post-only order that would have traded at once.
    var wouldTakeAt = Nanoseconds.zero
    /// Until when nothing is moved, for the venue has refused that.
    var movesPausedUntil = Nanoseconds.zero
    /// Until when no cancel leaves, for the venue has refused one.
    var cancelsPausedUntil = Nanoseconds.zero
    /// A price that the venue did not take, and how long to stay on the inner side of it.
    var refusedPrice: Price?
    var refusedPriceUntil = Nanoseconds.zero
    /// How many prints there were when it arrived, what others had printed then and when it ended,
    /// and how many fills of ours lacked their print.
    var startPrint = 0
    var startPrinted = Quantity.zero
    var startPrintedNotional = Notional.zero
    var endPrinted = Quantity.zero
    var endPrintedNotional = Notional.zero
    var unseenPrints = 0
    /// When its arrival price was stamped, and the quote of that moment.
    var arrivedAt: Nanoseconds?
    var arrivalQuote = BBO.empty
    /// Why risk refused its latest wish, while nothing else was wished.
    var refusedFor: RefusalReason?
    var endMidHalfTicks: Int64 = 0
    /// On which state of the book it last asked for something to rest.
    var restedOn: Int64 = 0
    var restedAt = Nanoseconds.zero
    /// Sizes between which the venue has refused no child lately.
    var learned = LearnedSizes()
    /// The smallest order that the venue took at its latest look: no band is narrower.
    var smallestChild = Quantity.zero
    /// How long its fills lay inside its band.
    var bandTime = BandTime()
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
        var scheduled = order
        if plan.schedule.completesByEnd {
            let lead = plan.rules.lead(of: order.endsAt - order.startsAt)
            scheduled.endsAt = order.endsAt - lead
        }
        self.scheduled = scheduled
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
    /// Children that never left this process.
    public var unsent: Int = 0
    /// Children sent in vain: takes that found nothing, and post-only ones that would have taken.
    public var futile: Int = 0
    /// Post-only children that would have crossed when they arrived.
    public var postOnlyRejects: Int = 0
    /// Executions.
    public var fills: Int = 0
    /// Wishes that risk held back, however often they were looked at.
    public var riskRefusals: Int = 0
    /// Wishes that waited for the request rate, likewise.
    public var rateWaits: Int = 0
}

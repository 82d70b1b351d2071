public import Units

/// A request about our orders that left without the engine, which every other one passes: a cancel
/// by REST, sent by those who look after orders that the engine cannot reach.
///
/// The venue counts it with the engine's own. What it spent, and what its answer said of what is
/// left, is told to the engine so that the budget it keeps is the venue's.
public struct OutsideRequest: Hashable, Sendable, BitwiseCopyable {
    /// The largest count that is told on, of requests: more than any account is given.
    public static let largestCount: Int32 = (1 << 20) - 1
    /// The longest time until a budget comes back that is told on.
    public static let longestReset = Nanoseconds.milliseconds((1 << 16) - 1)

    /// What it was about.
    public let instrument: InstrumentID
    /// What it asked for.
    public let operation: OrderOperation
    /// When it left, by our clock.
    public let sentAt: Nanoseconds
    /// What the answer calls for: `.pauseOperation`, `.pauseRequests`, or `.none` for anything that
    /// is not about the rate.
    public let remedy: OrderRemedy
    /// What the answer said of the budget, of a single request, in whole milliseconds; nothing when
    /// there was no answer.
    public let budget: BudgetReading

    /// A request that left at `sentAt`, and what its answer, if any, said of the rate. Counts and
    /// times beyond all bounds are told as the bounds, so that what is on record is what was told.
    public init(
        _ operation: OrderOperation,
        _ instrument: InstrumentID,
        sentAt: Nanoseconds,
        remedy: OrderRemedy = .none,
        budget: BudgetReading = BudgetReading()
    ) {
        self.operation = operation
        self.instrument = instrument
        self.sentAt = sentAt
        self.remedy = remedy.isForRate ? remedy : .none
        let reset = min(max(.zero, budget.resetsIn), OutsideRequest.longestReset)
        self.budget = BudgetReading(
            limit: min(max(0, budget.limit), OutsideRequest.largestCount),
            left: min(max(0, budget.left), OutsideRequest.largestCount),
            resetsIn: .milliseconds(reset.millisecondCount)
        )
    }
}

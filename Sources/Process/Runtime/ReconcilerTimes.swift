public import Units

/// How soon and how often the venue is asked about what is believed.
public struct ReconcilerTimes: Sendable, BitwiseCopyable {
    /// The age from which an order's absence is believed: a request may have waited 2 s for the
    /// journal, the venue takes it within its receive window of 5 s, and clocks differ.
    public var settling = Nanoseconds.seconds(8)
    /// How long a doubt may last before the first question: the answer may be under way.
    public var patience = Nanoseconds.milliseconds(250)
    /// Between two questions about the same order.
    public var repeating = Nanoseconds.seconds(1)
    /// An answer that takes longer is not awaited any more.
    public var giveUp = Nanoseconds.seconds(15)
    /// Between two reconciliations of everything.
    public var interval = Nanoseconds.seconds(10)
    /// Between two looks at a position that differs.
    public var secondLook = Nanoseconds.seconds(2)
    /// Between two looks at what changes seldom: the instrument, fees, the rest of the account.
    public var surroundings = Nanoseconds.seconds(60)
    /// How long the hot thread may stand still before its orders are taken off for it.
    public var stall = Nanoseconds.seconds(3)

    /// The usual times.
    public init() {}
}

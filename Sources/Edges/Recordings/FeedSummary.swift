public import Book
public import Units

/// What a recording holds.
public struct FeedSummary: Sendable {
    /// The symbol of its book.
    public var symbol = ""
    /// Levels a side of its book.
    public var depth = 0
    /// Book messages.
    public var messages = 0
    /// Level changes in them.
    public var levels = 0
    /// Messages that did not follow.
    public var gaps = 0
    /// Messages that repeat a number, or go behind it: they are dropped.
    public var repeats = 0
    /// Restarts of the stream (`u` = 1).
    public var resets = 0
    /// Messages after which bids met asks.
    public var crossed = 0
    /// Messages that deleted a level that was not there.
    public var unknownDeletes = 0
    /// Messages whose levels did not fit the book.
    public var overflows = 0
    /// Messages while the book was stale, those that made it so included.
    public var staleMessages = 0
    /// Prints.
    public var trades = 0
    /// Other valid lines.
    public var otherMessages = 0
    /// When the first book message was published.
    public var first: Nanoseconds?
    /// When the last book message was published.
    public var last: Nanoseconds?
    /// The spread in ticks over the sound, two-sided states.
    public var spread = SpreadStatistics()
    /// The best five bids at the end, best first.
    public var bids: [LevelChange] = []
    /// The best five asks at the end, best first.
    public var asks: [LevelChange] = []

    /// Nothing read yet.
    public init() {}
}

/// The spread's distribution, in ticks.
public struct SpreadStatistics: Hashable, Sendable {
    /// States counted.
    public private(set) var count = 0
    /// Smallest spread.
    public private(set) var minimum: Int64 = 0
    /// Largest spread.
    public private(set) var maximum: Int64 = 0
    private var sum = 0.0

    /// No states.
    public init() {}

    /// The mean spread; zero when there are no states.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }

    mutating func add(_ ticks: Int64) {
        minimum = count == 0 ? ticks : min(minimum, ticks)
        maximum = count == 0 ? ticks : max(maximum, ticks)
        sum += Double(ticks)
        count += 1
    }
}

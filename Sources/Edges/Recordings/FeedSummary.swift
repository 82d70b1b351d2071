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
    /// Since when the book at the end could not be trusted; nil where it can.
    public var staleSince: Stale?
    /// Prints.
    public var trades = 0
    /// What was traded in them, in lots.
    public var volume: Int128 = 0
    /// Messages of prints that cannot be read.
    public var unreadablePrints = 0
    /// Where the first of them are, and what is wrong.
    public var unreadablePlaces: [Unreadable] = []
    /// Prints that were made before the one that they follow.
    public var earlierPrints = 0
    /// Where the first of them are.
    public var earlierPlaces: [Earlier] = []
    /// Where the first gaps are.
    public var gapPlaces: [Gap] = []
    /// Other valid lines.
    public var otherMessages = 0
    /// When the first book message was published; without a book, the first print.
    public var first: Nanoseconds?
    /// When the last one was published.
    public var last: Nanoseconds?
    /// The spread in ticks over the sound, two-sided states.
    public var spread = SpreadStatistics()
    /// The best five bids at the end, best first.
    public var bids: [LevelChange] = []
    /// The best five asks at the end, best first.
    public var asks: [LevelChange] = []

    /// Places of one kind that are kept: they are enough to look at.
    static let mostPlaces = 100

    /// Nothing read yet.
    public init() {}

    /// A place in a recording.
    public struct Place: Hashable, Sendable {
        /// The file, as it was named.
        public var file: String
        /// The line, from 1.
        public var line: Int
    }

    /// A hole in the book's numbering.
    public struct Gap: Hashable, Sendable {
        /// The message behind it.
        public var place: Place
        /// When that message was published.
        public var at: Nanoseconds
        /// The last number before it.
        public var after: Int64
        /// The number behind it.
        public var before: Int64
    }

    /// A message that cannot be read.
    public struct Unreadable: Hashable, Sendable {
        /// The message.
        public var place: Place
        /// Why, in words.
        public var reason: String
    }

    /// A print that goes back in time.
    public struct Earlier: Hashable, Sendable {
        /// The message that holds it.
        public var place: Place
        /// When it was made.
        public var at: Nanoseconds
        /// When the one before it was made.
        public var before: Nanoseconds
    }

    /// Where a book could no longer be trusted.
    public struct Stale: Hashable, Sendable {
        /// The message after which it could not.
        public var place: Place
        /// When that was published.
        public var at: Nanoseconds
        /// What was wrong.
        public var integrity: BookIntegrity
    }

    /// Time from the first message to the last; zero where there are fewer than two.
    public var span: Nanoseconds {
        guard let first, let last else { return .zero }
        return max(.zero, last - first)
    }
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
    /// How many states had each spread.
    private var states: [Int64: Int] = [:]

    /// No states.
    public init() {}

    /// The mean spread; zero when there are no states.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }

    mutating func add(_ ticks: Int64) {
        minimum = count == 0 ? ticks : min(minimum, ticks)
        maximum = count == 0 ? ticks : max(maximum, ticks)
        sum += Double(ticks)
        count += 1
        states[ticks, default: 0] += 1
    }

    /// The smallest spread that a `share` of the states did not exceed; zero when there are none.
    public func percentile(_ share: Double) -> Int64 {
        let wanted = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for ticks in states.keys.sorted() {
            seen += states[ticks] ?? 0
            if seen >= wanted { return ticks }
        }
        return 0
    }
}

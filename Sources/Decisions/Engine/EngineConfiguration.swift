public import Risk
public import Units

/// Care that an engine can be made to neglect: a check of the checks.
package struct Neglect: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8

    /// So much neglect.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Prints that may be ours count as others'.
    package static let ownPrints = Neglect(rawValue: 1)
    /// Takes do not count against the book they were decided on.
    package static let spending = Neglect(rawValue: 2)
}

/// The engine's fixed sizes and limits, chosen once at start-up.
public struct EngineConfiguration: Sendable {
    /// Parents over the life of the process.
    public var parents: Int
    /// Children over the life of the process.
    public var children: Int
    /// Fills over the life of the process.
    public var executions: Int
    /// Price slots a side of each book; a power of two.
    public var bookWindow: Int
    /// Risk limits.
    public var limits: RiskLimits
    /// How long an answer may take before its request counts as uncertain.
    public var answerTimeout: Nanoseconds
    /// How long a stopping parent waits for its last answers before it says what it cannot know.
    public var stopTimeout: Nanoseconds
    /// How long the account or order connection may be away before its parents stop.
    public var linkPatience: Nanoseconds

    /// How long a parent sends nothing new after the venue refused it something.
    public var refusalPause: Nanoseconds
    /// How long a parent sends nothing new after the venue said that we send too much.
    public var slowDownPause: Nanoseconds
    /// How long nothing new is sent for an instrument that the venue has paused.
    public var instrumentPause: Nanoseconds
    /// Children in a row after which a parent gives up that were refused for what does not pass.
    public var refusalsInARow: Int

    /// Whether a parent whose turn is known to come to nothing is passed over. Without it every
    /// parent takes its turn at every event: the same commands, which tests compare.
    public var passesOverQuietParents = true
    /// What is neglected on purpose, to see that campaigns find it; nothing where money is.
    package var neglects: Neglect = []

    /// A configuration for `limits` with sizes for a day's work.
    public init(
        parents: Int = 64,
        children: Int = 65_536,
        executions: Int = 65_536,
        bookWindow: Int = 4_096,
        limits: RiskLimits,
        answerTimeout: Nanoseconds = .seconds(2),
        stopTimeout: Nanoseconds = .seconds(5),
        linkPatience: Nanoseconds = .seconds(60),
        refusalPause: Nanoseconds = .milliseconds(500),
        slowDownPause: Nanoseconds = .seconds(2),
        instrumentPause: Nanoseconds = .seconds(5),
        refusalsInARow: Int = 10
    ) {
        self.parents = parents
        self.children = children
        self.executions = executions
        self.bookWindow = bookWindow
        self.limits = limits
        self.answerTimeout = answerTimeout
        self.stopTimeout = stopTimeout
        self.linkPatience = linkPatience
        self.refusalPause = refusalPause
        self.slowDownPause = slowDownPause
        self.instrumentPause = instrumentPause
        self.refusalsInARow = refusalsInARow
    }
}

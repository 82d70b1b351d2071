/// What one market line did since the start.
public struct LineCounts: Hashable, Sendable, BitwiseCopyable {
    /// Book messages that came first and went to the engine.
    public var wins = 0
    /// Book messages that another line had brought before.
    public var duplicates = 0
    /// Prints that came first.
    public var prints = 0
    /// Times an open connection was lost or given up.
    public var losses = 0
    /// Times it was lost and gave a book again.
    public var reconnects = 0
    /// Times it was given up because nothing came, not even an answer.
    public var silences = 0
    /// Times it was given up because the snapshot asked for did not come.
    public var deaf = 0
    /// Snapshots asked for on an open connection.
    public var resubscriptions = 0
    /// Holes in its update ids.
    public var gaps = 0
    /// Messages that cannot be decoded.
    public var malformed = 0
    /// Messages published, and snapshots made, too long ago to be followed.
    public var late = 0
    /// Times it told another story than the others.
    public var contradictions = 0

    /// Nothing happened yet.
    public init() {}
}

/// What the market lines together did since the start.
public struct FeedCounts: Hashable, Sendable, BitwiseCopyable {
    /// Snapshots taken as the book.
    public var snapshots = 0
    /// Times the book was given up.
    public var losses = 0
    /// Of them, because nothing confirmed it for too long.
    public var aged = 0
    /// Of them, because it was behind what the venue had matched.
    public var frozen = 0
    /// Gaps of one line that another filled.
    public var filledGaps = 0
    /// Restarts of the venue's numbering.
    public var restarts = 0
    /// Prints that had been told before, or came too late to be told apart.
    public var duplicatePrints = 0
    /// Nanoseconds during which the book could not be traded on, after it first could.
    public var staleNanoseconds: Int64 = 0

    /// Nothing happened yet.
    public init() {}
}

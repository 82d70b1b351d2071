public import Book
public import Units

/// One thing that others did: what a recording or a generator feeds an exchange with.
public struct FeedAction: Sendable {
    /// What was done.
    public enum Kind: Sendable {
        /// The book changed.
        case depth(DepthUpdate.Kind, bids: [LevelChange], asks: [LevelChange])
        /// Trades printed, oldest first.
        case trades([Trade])
    }

    /// When, from the start of the feed.
    public var at: Nanoseconds
    /// What.
    public var kind: Kind

    /// `kind` at `at`.
    public init(at: Nanoseconds, kind: Kind) {
        self.at = at
        self.kind = kind
    }
}

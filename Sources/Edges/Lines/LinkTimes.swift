public import Units

/// How patient a connection's keeper is.
public struct LinkTimes: Hashable, Sendable, BitwiseCopyable {
    /// How often the peer is asked whether it is there.
    public var ping = Nanoseconds.seconds(2)
    /// A peer that says nothing for so long, though it was asked, is gone. Two pings fit in.
    public var silence = Nanoseconds.seconds(5)
    /// How long connect, handshake and upgrade may take.
    public var opening = Nanoseconds.seconds(5)
    /// The second retry's wait before jitter; the first retry comes at once.
    public var retryBase = Nanoseconds.milliseconds(100)
    /// The longest wait between two retries.
    public var retryCap = Nanoseconds.seconds(5)
    /// The longest that a client which the venue turned away (403, 429) stays away.
    public var turnedAway = Nanoseconds.seconds(30)
    /// A connection that stayed up so long starts over with a first retry when it is lost.
    public var stable = Nanoseconds.seconds(10)

    /// The defaults.
    public init() {}
}

/// How patient the market lines' keeper is.
public struct LineTimes: Hashable, Sendable, BitwiseCopyable {
    /// Each line as a connection.
    public var link = LinkTimes()
    /// A book that nothing confirmed for so long is not traded on. After half of it a silent line
    /// is asked for a snapshot, so that a quiet market is told from a dead feed in time.
    public var bookAge = Nanoseconds.seconds(2)
    /// How long a book may be behind what the venue has matched, once that is seen.
    public var proof = Nanoseconds.seconds(1)
    /// How long a snapshot that was asked for may take before the connection is replaced.
    public var snapshot = Nanoseconds.seconds(2)
    /// A line without prints for so long subscribes to them again.
    public var tradeAge = Nanoseconds.seconds(20)
    /// How long another line may take to fill a gap before the book is given up.
    public var gapPatience = Nanoseconds.milliseconds(100)
    /// Messages published longer ago than this are not followed, by the venue's clock.
    public var lateness = Nanoseconds.seconds(2)

    /// The defaults.
    public init() {}
}

internal import Book
internal import Units

/// What is known of one market line.
struct FeedLine: BitwiseCopyable {
    var keeper: LinkKeeper
    var work: LineWork = []
    /// A snapshot has begun its story on this connection, and nothing of it was unreadable since.
    var isIntroduced = false
    /// It told the same as another line: only then may it carry on what another began.
    var agrees = false
    /// Its last snapshot was from before what the venue has matched since.
    var isFrozen = false
    /// Closed for good, unless it is the last one.
    var isRetired = false
    /// The update id (`u`) of its last book message, on whatever connection, and when that state
    /// was made.
    var last: Int64 = 0
    var lastAt = Nanoseconds.zero
    /// Since when a snapshot is waited for.
    var askedAt: Nanoseconds?
    /// When it last told something new of the book, and of prints.
    var bookAt = Nanoseconds.zero
    var printsAt = Nanoseconds.zero
    /// Since when it has had all prints, nil while it is not subscribed to them; and when its last
    /// one was matched, by the venue's clock, nil before the first.
    var printsFrom: Nanoseconds?
    var printsTo: Nanoseconds?
    /// Since when it gives no book, once it gave one.
    var lostAt: Nanoseconds?
    var counts = LineCounts()

    init(_ times: LinkTimes, seed: UInt64) { keeper = LinkKeeper(times, seed: seed) }

    var isUp: Bool { keeper.phase == .up }

    /// Forgets the connection's story.
    mutating func forget() {
        isIntroduced = false
        isFrozen = false
        agrees = false
        askedAt = nil
    }

    /// Notes its last book message.
    @inline(__always)
    mutating func note(_ update: DepthUpdate) {
        last = update.sequence
        lastAt = update.time
    }
}

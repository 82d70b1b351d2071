/// How the market data came: what was lost and how soon it was back.
public struct FeedSection: Codable, Sendable {
    /// Each connection.
    public var lines: [LineSection]
    /// Times the book could no longer be trusted.
    public var bookLosses: Int
    /// Of them, because nothing confirmed it for too long.
    public var bookAged: Int
    /// Of them, because it was behind what the venue had matched.
    public var bookFrozen: Int
    /// For how long it could not be traded on, after it first could, in nanoseconds.
    public var staleNs: Int64
    /// From the loss of the book to the snapshot that made it sound, in nanoseconds.
    public var bookRecovery: LatencySection
    /// From the loss of a line to its next snapshot, in nanoseconds.
    public var lineRecovery: LatencySection
    /// Snapshots taken as the book.
    public var snapshots: Int
    /// Gaps on one line that another filled.
    public var filledGaps: Int
    /// Restarts of the venue's numbering.
    public var restarts: Int
    /// Prints told more than once, which counted once.
    public var duplicatePrints: Int
    /// Times the venue was asked for prints that no line may have brought.
    public var printQuestions: Int
    /// Prints that it told and no line had.
    public var repairedPrints: Int
    /// Prints that nobody told; nil where none are known to be missing.
    public var missingPrints: MissingPrintsSection?
    /// Prints, or messages of them, that could not be read: the volume of others may be short.
    public var unreadablePrints: Int
    /// Levels off the price step, which were passed over, and quantities off theirs, which were
    /// rounded down.
    public var offStepLevels: Int
    /// Prints off a step, which were rounded down.
    public var offStepPrints: Int
    /// Tickers that could not be read.
    public var unreadableTickers: Int
    /// Valid messages that nobody asked for, on any connection.
    public var unaskedMessages: Int
    /// From the matching engine's stamp (`cts`) to us, in nanoseconds by the venue's clock.
    public var matchedToUs: LatencySection
    /// From the publication's stamp (`ts`) to us, likewise.
    public var publishedToUs: LatencySection
    /// From the kernel's stamp of a message to the book that holds it, in nanoseconds; nil where
    /// the kernel was not asked.
    public var socketToBook: LatencySection?
    /// The mark price and what comes with it; nil for spot, which has none.
    public var ticker: TickerSection?
    /// What `matchedToUs` and `publishedToUs` rest on.
    public var venueClock: VenueClockSection

    /// A section with every value stated.
    public init(
        lines: [LineSection],
        bookLosses: Int,
        bookAged: Int,
        bookFrozen: Int,
        staleNs: Int64,
        bookRecovery: LatencySection,
        lineRecovery: LatencySection,
        snapshots: Int,
        filledGaps: Int,
        restarts: Int,
        duplicatePrints: Int,
        printQuestions: Int,
        repairedPrints: Int,
        missingPrints: MissingPrintsSection?,
        unreadablePrints: Int,
        offStepLevels: Int,
        offStepPrints: Int,
        unreadableTickers: Int,
        unaskedMessages: Int,
        matchedToUs: LatencySection,
        publishedToUs: LatencySection,
        socketToBook: LatencySection?,
        ticker: TickerSection?,
        venueClock: VenueClockSection
    ) {
        self.lines = lines
        self.bookLosses = bookLosses
        self.bookAged = bookAged
        self.bookFrozen = bookFrozen
        self.staleNs = staleNs
        self.bookRecovery = bookRecovery
        self.lineRecovery = lineRecovery
        self.snapshots = snapshots
        self.filledGaps = filledGaps
        self.restarts = restarts
        self.duplicatePrints = duplicatePrints
        self.printQuestions = printQuestions
        self.repairedPrints = repairedPrints
        self.missingPrints = missingPrints
        self.unreadablePrints = unreadablePrints
        self.offStepLevels = offStepLevels
        self.offStepPrints = offStepPrints
        self.unreadableTickers = unreadableTickers
        self.unaskedMessages = unaskedMessages
        self.matchedToUs = matchedToUs
        self.publishedToUs = publishedToUs
        self.socketToBook = socketToBook
        self.ticker = ticker
        self.venueClock = venueClock
    }
}

/// One market data connection.
public struct LineSection: Codable, Sendable {
    /// Where it was connected to.
    public var address: String
    /// The share of the book messages that came by it first; nil when none came.
    public var winShare: Double?
    /// Book messages that came by it first.
    public var wins: Int
    /// Book messages that another line had brought before.
    public var duplicates: Int
    /// How much later than the first it brought the same message, in nanoseconds.
    public var lag: LatencySection
    /// Times it was lost or given up.
    public var losses: Int
    /// Times it came back with a book.
    public var reconnects: Int
    /// Times it was given up because the venue said nothing on it.
    public var silences: Int
    /// Times it was given up because a snapshot that was asked for did not come.
    public var deaf: Int
    /// Snapshots asked for on it.
    public var resyncs: Int
    /// Holes in its update ids.
    public var gaps: Int
    /// Messages that cannot be decoded.
    public var malformed: Int
    /// Messages too old to be followed.
    public var late: Int
    /// Times it told another story than the others.
    public var contradictions: Int
    /// Whether it was closed for good for that.
    public var isRetired: Bool

    /// A line with every value stated.
    public init(
        address: String,
        winShare: Double?,
        wins: Int,
        duplicates: Int,
        lag: LatencySection,
        losses: Int,
        reconnects: Int,
        silences: Int,
        deaf: Int,
        resyncs: Int,
        gaps: Int,
        malformed: Int,
        late: Int,
        contradictions: Int,
        isRetired: Bool
    ) {
        self.address = address
        self.winShare = winShare
        self.wins = wins
        self.duplicates = duplicates
        self.lag = lag
        self.losses = losses
        self.reconnects = reconnects
        self.silences = silences
        self.deaf = deaf
        self.resyncs = resyncs
        self.gaps = gaps
        self.malformed = malformed
        self.late = late
        self.contradictions = contradictions
        self.isRetired = isRetired
    }
}

/// How far the venue's clock is ahead of ours.
public struct VenueClockSection: Codable, Sendable {
    /// The venue's clock minus ours, in nanoseconds.
    public var offsetNs: Int64
    /// By how much that may be wrong, in nanoseconds: half the quickest round trip, and its age.
    public var uncertaintyNs: Int64
    /// Answers it rests on.
    public var samples: Int

    /// An estimate with every value stated.
    public init(offset: Int64, uncertainty: Int64, samples: Int) {
        offsetNs = offset
        uncertaintyNs = uncertainty
        self.samples = samples
    }
}

internal import Book
public import Telemetry
public import Units

/// One instrument's market data over several connections: the first message wins, what is lost on
/// one comes by another, and silence is never taken for calm.
///
/// Sans-IO: what happens goes in with its time, ``nextAction()`` tells what to do. The same code
/// runs over sockets and in virtual time.
///
/// **When a line may move the book.** Update ids alone do not tell that two connections speak of
/// the same state: a restart starts them over, and nobody promises that two addresses number
/// alike. So a delta is taken when it follows the book by one and its line either brought the
/// book to where it is, or has told the very same as another line before (levels and engine time
/// of one update id) and is not older. A snapshot is taken when the book waits for one, when its
/// line feeds the book, or when it is newer by engine time; one that is newer by time and lower
/// by number is a restart. A line that contradicts another is given up.
///
/// - Complexity: O(1) a message for one line; with more, O(levels) once the message was acted on,
///   to compare what the lines tell. Never allocates after `init`.
public struct MarketLines: ~Copyable {
    /// How many lines.
    public let count: Int
    /// How patient.
    public let times: LineTimes
    let lines: UnsafeMutablePointer<FeedLine>
    let lags: UnsafeMutablePointer<LatencyHistogram>
    var budget: ConnectBudget
    var stories = StoryLog()
    var prints: PrintFilter
    var evidence = MatchEvidence()
    var tape = TapeKeeper()
    /// Since when prints are to be asked for, by the venue's clock.
    var tapeQuestion: Nanoseconds?

    /// Whether the engine's book may be followed: it had its snapshot and every message since.
    public internal(set) var isSound = false
    /// The book's update id, by whom it was brought, and the engine time of its state.
    var top: Int64 = 0
    var topLine = 0
    var topTime = Nanoseconds.zero
    /// When a message last confirmed the book.
    var confirmedAt = Nanoseconds.zero
    /// What was published before this is not followed.
    var lateBefore = Nanoseconds.zero
    /// The venue's clock minus ours, at the last look.
    var venueOffset = Nanoseconds.zero
    /// Since when another line is waited for to fill a gap, and up to which update id.
    var gapSince: Nanoseconds?
    var gapEnd = Int64.max
    var staleSince: Nanoseconds?
    var isBookLost = false
    /// Whether ``nextAction()`` has something to tell.
    public internal(set) var hasWork = true

    /// What all lines together did.
    public internal(set) var counts = FeedCounts()
    /// Nanoseconds from the loss of the book to the snapshot that made it sound.
    public internal(set) var bookRecovery = LatencyHistogram()
    /// Nanoseconds from the loss of a line to its next snapshot.
    public internal(set) var lineRecovery = LatencyHistogram()

    /// Lines that are all down and want to be opened at once.
    ///
    /// - Parameters:
    ///   - count: 1…8.
    ///   - seed: of the jitter between retries.
    ///   - budget: connections that may be opened.
    public init(
        count: Int,
        times: LineTimes = LineTimes(),
        seed: UInt64,
        budget: consuming ConnectBudget = ConnectBudget()
    ) {
        precondition((1...8).contains(count), "MarketLines: one to eight lines")
        self.count = count
        self.times = times
        self.budget = budget
        lines = .allocate(capacity: count)
        lags = .allocate(capacity: count)
        prints = PrintFilter(batch: 1_024)
        var seeds = SplitMix64(seed: seed)
        for i in 0..<count {
            (lines + i).initialize(to: FeedLine(times.link, seed: seeds.next()))
            (lags + i).initialize(to: LatencyHistogram())
        }
    }

    deinit {
        lines.deallocate()
        lags.deinitialize(count: count)
        lags.deallocate()
    }

    // MARK: What it tells

    /// The next thing to do; nil when there is nothing. Take all before the next message.
    public mutating func nextAction() -> LineAction? {
        guard hasWork else { return nil }
        if isBookLost {
            isBookLost = false
            return .bookLost
        }
        if let since = tapeQuestion {
            tapeQuestion = nil
            return .repairTape(since: since)
        }
        for i in 0..<count {
            if let action = lines[i].work.takeFirst(i) { return action }
        }
        hasWork = false
        return nil
    }

    /// How long the book could not be traded on until `now`, after it first could.
    public func staleTime(until now: Nanoseconds) -> Nanoseconds {
        Nanoseconds(counts.staleNanoseconds) + (staleSince.map { now - $0 } ?? .zero)
    }

    /// What line `i` did.
    public func counts(of i: Int) -> LineCounts { lines[i].counts }

    /// Whether line `i` was closed for good because it contradicted the others.
    public func isRetired(_ i: Int) -> Bool { lines[i].isRetired }

    /// Nanoseconds by which line `i` came later than the line that won, a message.
    public func withLag<Result>(
        of i: Int,
        _ body: (borrowing LatencyHistogram) -> Result
    ) -> Result { body(lags[i]) }

    // MARK: The lines among themselves

    /// Whether some line other than `i` tells a story.
    func isIntroduced(besides i: Int) -> Bool {
        for j in 0..<count where j != i && lines[j].isIntroduced { return true }
        return false
    }

    /// Whether some line other than `i` can still bring what follows the book.
    func canFill(besides i: Int) -> Bool {
        for j in 0..<count where j != i {
            let line = lines[j]
            if line.isIntroduced && line.last <= top && (line.agrees || j == topLine) {
                return true
            }
        }
        return false
    }

    /// Asks line `i` for a snapshot, unless it was asked already.
    mutating func ask(_ i: Int, _ now: Nanoseconds) {
        guard lines[i].isUp, lines[i].askedAt == nil else { return }
        lines[i].askedAt = now
        lines[i].counts.resubscriptions &+= 1
        lines[i].work.insert(.askBook)
        hasWork = true
    }

    /// Gives the book up until the next snapshot, which every line is asked for.
    mutating func loseBook(_ now: Nanoseconds) {
        if isSound {
            isSound = false
            counts.losses &+= 1
            if staleSince == nil { staleSince = now }
            isBookLost = true
            hasWork = true
        }
        endWait()
        for i in 0..<count { ask(i, now) }
    }

    /// Line `i` is at `sequence`, past what the book can take from it: another line is to bring
    /// what lies between. The book is given up if none can, or none does in time.
    mutating func waitForOthers(_ i: Int, _ sequence: Int64, _ now: Nanoseconds) {
        guard canFill(besides: i) else { return loseBook(now) }
        // Numbers of a line that was not seen to agree are no reason to doubt the book.
        guard gapSince == nil, lines[i].agrees || topLine == i else { return }
        gapSince = now
        gapEnd = sequence
    }

    mutating func endWait() {
        gapSince = nil
        gapEnd = .max
    }

    /// Line `i` told another story than the others: it is given up, and with it the book, if it
    /// had a part in it.
    mutating func contradict(_ i: Int, _ now: Nanoseconds) {
        lines[i].counts.contradictions &+= 1
        let hadPart = lines[i].agrees || topLine == i
        giveUp(i, now)
        if hadPart { loseBook(now) }
        if lines[i].counts.contradictions % 3 == 0 && isIntroduced(besides: i) {
            lines[i].isRetired = true
        }
    }
}

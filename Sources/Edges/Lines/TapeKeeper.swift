internal import Units

/// Which prints no line may have brought, until the venue has been asked for them.
///
/// Prints bear no number that would show a hole. So whenever no line certainly had them, the
/// venue's list of recent ones is asked for once a line has them again: not at once, for it lags.
struct TapeKeeper: BitwiseCopyable {
    /// How long the list may be behind the stream, and between two questions.
    private static let settling = Nanoseconds.milliseconds(500)
    private static let repeating = Nanoseconds.seconds(1)
    /// What was asked for so long without an answer is given up.
    private static let patience = Nanoseconds.seconds(30)

    /// Since when prints may be missing, by the venue's clock; nil while none are.
    private(set) var from: Nanoseconds?
    /// Whether a line was lost, or prints could not be read: silence alone may be a quiet market's.
    private var isCertain = false
    /// Since when a line has them again, by ours.
    private var backAt: Nanoseconds?
    private var venueOffset = Nanoseconds.zero
    private var askAt = Nanoseconds.zero
    /// A question is under way, and what was lost meanwhile.
    private var isAsked = false
    private var lostMeanwhile: Nanoseconds?
    private(set) var counts = TapeCounts()

    /// Prints since `since` may be missing.
    mutating func lost(since: Nanoseconds, isCertain: Bool) {
        if isAsked {
            lostMeanwhile = min(lostMeanwhile ?? since, since)
        } else {
            from = min(from ?? since, since)
        }
        self.isCertain = self.isCertain || isCertain
        backAt = nil
    }

    /// A line has the prints from `now` on.
    mutating func back(_ now: Nanoseconds) {
        guard backAt == nil else { return }
        backAt = now
        askAt = max(askAt, now + TapeKeeper.settling)
    }

    /// Since when prints are to be asked for; nil while there is nothing to ask.
    mutating func question(_ now: Nanoseconds, _ venueOffset: Nanoseconds) -> Nanoseconds? {
        self.venueOffset = venueOffset
        guard let from, let backAt, !isAsked, now >= askAt else { return nil }
        if now - backAt > TapeKeeper.patience {
            if isCertain { counts.miss(from, backAt + venueOffset) }
            settle()
            return nil
        }
        isAsked = true
        counts.questions &+= 1
        return from
    }

    /// The answer came to an end: the venue's list went back to `oldest`, nil for as far as it was
    /// asked for.
    mutating func answered(_ isAnswered: Bool, oldest: Nanoseconds?, _ now: Nanoseconds) {
        guard isAsked, let start = from else { return }
        isAsked = false
        askAt = now + TapeKeeper.repeating
        guard isAnswered else {
            from = min(start, lostMeanwhile ?? start)
            lostMeanwhile = nil
            return
        }
        if let oldest, oldest > start { counts.miss(start, oldest) }
        settle()
    }

    /// Prints of an answer were new.
    mutating func repaired(_ prints: Int) { counts.repaired &+= prints }

    /// What was missing at `end` of the venue's clock, where nothing was told since.
    func counts(at end: Nanoseconds) -> TapeCounts {
        var counts = counts
        if let from = from ?? lostMeanwhile, isCertain, from < end {
            counts.miss(from, min(end, backAt.map { $0 + venueOffset } ?? end))
        }
        return counts
    }

    private mutating func settle() {
        from = lostMeanwhile
        lostMeanwhile = nil
        if from == nil {
            isCertain = false
            backAt = nil
        }
    }
}

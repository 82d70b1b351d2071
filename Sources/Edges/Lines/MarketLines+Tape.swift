public import Book
public import Units

/// Prints: each once, and those of a gap from the venue's own list.
extension MarketLines {
    /// The prints of `batch` that no line brought before; nil when there are none.
    ///
    /// The view is good until the next call.
    public mutating func fresh(
        _ batch: TradeBatch,
        from i: Int,
        now: Nanoseconds
    ) -> TradeBatch? {
        lines[i].printsAt = now
        let trades = batch.trades
        if trades.count > 0 { lines[i].printsTo = trades[trades.count &- 1].matchedAt }
        // The last one that was matched on the book that is shown. One more than once is no harm.
        var last = trades.count &- 1
        while last >= 0 && (trades[last].isBlock || trades[last].isRPI) { last &-= 1 }
        if last >= 0 { matched(at: trades[last].matchedAt, now: now) }
        let fresh = prints.fresh(batch)
        let count = fresh?.trades.count ?? 0
        lines[i].counts.prints &+= count
        counts.duplicatePrints &+= batch.trades.count &- count
        return fresh
    }

    /// The venue took line `i`'s subscription to the prints.
    public mutating func printsBegan(_ i: Int, now: Nanoseconds) {
        guard lines[i].isUp else { return }
        if lines[i].printsFrom == nil { lines[i].printsFrom = now }
        tape.back(now)
    }

    /// Line `i` sent prints that cannot be read: the venue's list may tell them readably.
    public mutating func unreadablePrints(_ i: Int, now: Nanoseconds) {
        tape.lost(since: printsTo(i), isCertain: true)
        lines[i].printsAt = now
        tape.back(now)
    }

    /// The prints of the venue's list that no line brought; nil when there are none. Then
    /// ``repairEnded(_:oldest:now:)``.
    public mutating func repaired(_ batch: TradeBatch) -> TradeBatch? {
        let fresh = prints.fresh(batch)
        tape.repaired(fresh?.trades.count ?? 0)
        return fresh
    }

    /// The question ``LineAction/repairTape(since:)`` came to an end.
    ///
    /// - Parameter oldest: where the venue's list began, by its clock, if that is past what was
    ///   asked for.
    public mutating func repairEnded(_ isAnswered: Bool, oldest: Nanoseconds?, now: Nanoseconds) {
        tape.answered(isAnswered, oldest: oldest, now)
    }

    /// What became of prints that no line brought, as things are at `end`.
    public func tapeCounts(at end: Nanoseconds) -> TapeCounts { tape.counts(at: end + venueOffset) }

    /// Up to when line `i` certainly had the prints, by the venue's clock. A line may have stood
    /// still before it was found out.
    private func printsTo(_ i: Int) -> Nanoseconds {
        lines[i].printsTo ?? (lines[i].printsAt + venueOffset)
    }

    /// Line `i` has the prints no more.
    mutating func losePrints(_ i: Int, _ now: Nanoseconds, isCertain: Bool) {
        guard lines[i].printsFrom != nil else { return }
        lines[i].printsFrom = nil
        let last = printsTo(i)
        for j in 0..<count {
            if let from = lines[j].printsFrom, from + venueOffset <= last { return }
        }
        tape.lost(since: last, isCertain: isCertain)
        for j in 0..<count where lines[j].printsFrom != nil { tape.back(now) }
    }
}

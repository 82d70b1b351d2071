public import Book
public import Units

extension MarketLines {
    /// What is to be done with a book message.
    public enum Verdict: Sendable, BitwiseCopyable {
        /// The engine is to have it; ``acted(on:from:now:)`` follows once it has.
        case pass
        /// Nobody needs it.
        case drop
        /// A snapshot of the very state the book should have: ``compared(_:from:isEqual:now:)``.
        case compare
    }

    /// Judges a book message of line `i`, which came at `now`.
    @inline(__always)
    public mutating func judge(
        _ update: DepthUpdate,
        from i: Int,
        now: Nanoseconds
    ) -> Verdict {
        // Nearly every message: the line's next and the book's next.
        if update.sequence == top &+ 1, lines[i].last == top, lines[i].isIntroduced, isSound,
            update.kind == .delta, update.publishedAt >= lateBefore,
            topLine == i || (lines[i].agrees && update.time >= topTime)
        {
            lines[i].note(update)
            take(update, i, now)
            return .pass
        }
        return weigh(update, i, now)
    }

    /// Compares what the engine has acted on with what other lines tell. After the order has left:
    /// it is no part of the way to it.
    public mutating func acted(on update: DepthUpdate, from i: Int, now: Nanoseconds) {
        if count > 1 { compareStories(update, i, now) }
    }

    /// Tells whether a snapshot that was to be compared has the same levels as the book.
    public mutating func compared(
        _ update: DepthUpdate,
        from i: Int,
        isEqual: Bool,
        now: Nanoseconds
    ) -> Verdict {
        guard isEqual else {
            contradict(i, now)
            return .drop
        }
        lines[i].agrees = true
        lines[topLine].agrees = true
        take(dated(update, i), i, now)
        return .pass
    }

    @inline(__always)
    private mutating func take(_ update: DepthUpdate, _ i: Int, _ now: Nanoseconds) {
        evidence.moved(to: update.time)
        top = update.sequence
        topLine = i
        topTime = update.time
        lines[i].bookAt = now
        lines[i].counts.wins &+= 1
        confirmedAt = now
        if update.sequence >= gapEnd {
            counts.filledGaps &+= 1
            endWait()
        }
    }

    @inline(never)
    private mutating func weigh(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Verdict {
        guard update.publishedAt >= lateBefore else {
            // Its story goes on with a snapshot that is not late, or its connection is replaced.
            lines[i].counts.late &+= 1
            lines[i].isIntroduced = false
            if !isIntroduced(besides: i) { loseBook(now) }
            ask(i, now)
            return .drop
        }
        return update.kind == .snapshot
            ? weighSnapshot(update, i, now) : weighDelta(update, i, now)
    }

    // MARK: Snapshots

    private mutating func weighSnapshot(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Verdict {
        let update = dated(update, i)
        if update.time < evidence.proven { return refuseFrozen(i, now) }
        introduce(update, i, now)
        let isFeeding = topLine == i || !isIntroduced(besides: i)
        if !isSound || isFeeding {
            adopt(update, i, now)
            return .pass
        }
        if update.time < topTime {
            lines[i].counts.duplicates &+= 1
            return .drop
        }
        if update.sequence == top { return .compare }
        if update.sequence < top && update.time == topTime {
            lines[i].counts.duplicates &+= 1
            return .drop
        }
        adopt(update, i, now)
        return .pass
    }

    private mutating func introduce(_ update: DepthUpdate, _ i: Int, _ now: Nanoseconds) {
        lines[i].isIntroduced = true
        lines[i].isFrozen = false
        lines[i].note(update)
        lines[i].askedAt = nil
        lines[i].bookAt = now
        if let lostAt = lines[i].lostAt {
            lineRecovery.record(UInt64(max(0, (now - lostAt).count)))
            lines[i].counts.reconnects &+= 1
            lines[i].lostAt = nil
        }
    }

    /// A snapshot as of the time when its state was first told, by its line or as the book: one
    /// told again is no newer for a newer stamp. Restarts alone use an update id twice.
    private func dated(_ update: DepthUpdate, _ i: Int) -> DepthUpdate {
        var dated = update
        guard update.sequence != 1 else { return update }
        if update.sequence == lines[i].last { dated.matchedAt = min(dated.time, lines[i].lastAt) }
        if update.sequence == top { dated.matchedAt = min(dated.time, topTime) }
        return dated
    }

    /// A snapshot from before what the venue has matched since: its publisher stands still. Unless
    /// another comes, the connection is replaced.
    private mutating func refuseFrozen(_ i: Int, _ now: Nanoseconds) -> Verdict {
        lines[i].counts.late &+= 1
        lines[i].isIntroduced = false
        lines[i].isFrozen = true
        ask(i, now)
        return .drop
    }

    /// Takes a snapshot as the book.
    private mutating func adopt(_ update: DepthUpdate, _ i: Int, _ now: Nanoseconds) {
        if top > 0 && (update.sequence < top || update.sequence == 1) {
            // The numbering started over: what the others counted up to says nothing any more.
            counts.restarts &+= 1
            stories.clear()
            for j in 0..<count where j != i {
                lines[j].agrees = false
                if lines[j].isIntroduced && lines[j].last > update.sequence {
                    lines[j].isIntroduced = false
                    ask(j, now)
                }
            }
            lines[i].agrees = false
        }
        counts.snapshots &+= 1
        if !isSound {
            isSound = true
            if let staleSince {
                let stale = max(0, (now - staleSince).count)
                counts.staleNanoseconds &+= stale
                bookRecovery.record(UInt64(stale))
            }
            staleSince = nil
            // It can only be about the book before.
            endWait()
        }
        take(update, i, now)
    }

    // MARK: Deltas

    private mutating func weighDelta(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Verdict {
        guard lines[i].isIntroduced else {
            if lines[i].isFrozen && update.time >= evidence.proven {
                // Its publisher goes on: a snapshot of it is worth something again.
                lines[i].isFrozen = false
                lines[i].askedAt = nil
                ask(i, now)
            }
            return .drop
        }
        let u = update.sequence
        let last = lines[i].last
        if u == 1 { return restart(update, i, now) }
        if u <= last {
            lines[i].counts.duplicates &+= 1
            return .drop
        }
        if u > last &+ 1 {
            lines[i].counts.gaps &+= 1
            ask(i, now)
        }
        lines[i].note(update)
        lines[i].bookAt = now
        guard isSound else { return .drop }
        if u <= top { return duplicate(update, i, now) }
        if u == top &+ 1 && (topLine == i || (lines[i].agrees && update.time >= topTime)) {
            take(update, i, now)
            return .pass
        }
        // Another line brought a newer state: what this one says is its past.
        if topLine != i && update.time < topTime { return .drop }
        if count > 1 { compareStories(update, i, now) }
        if isSound && lines[i].isIntroduced { waitForOthers(i, u, now) }
        return .drop
    }

    /// A delta that claims to start the numbering over, without the levels to begin with.
    private mutating func restart(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Verdict {
        lines[i].isIntroduced = false
        ask(i, now)
        if topLine == i || update.time > topTime { loseBook(now) }
        return .drop
    }

    private mutating func duplicate(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Verdict {
        lines[i].counts.duplicates &+= 1
        // Lower by number and newer by time, and not what another told: they do not number alike.
        if !compareStories(update, i, now), update.time > topTime, lines[i].isIntroduced {
            contradict(i, now)
        }
        return .drop
    }

    /// Whether another line told the same; one that told something else is given up.
    @discardableResult
    private mutating func compareStories(
        _ update: DepthUpdate,
        _ i: Int,
        _ now: Nanoseconds
    ) -> Bool {
        switch stories.tell(update, i, now) {
        case .first, .unknown:
            return false
        case .agrees(let other, let lag):
            lines[i].agrees = true
            lines[other].agrees = true
            // A line that came first and could not be followed yet was no loser's winner.
            if topLine != i || update.sequence != top {
                lags[i].record(UInt64(max(0, lag.count)))
            }
            return true
        case .contradicts(let other):
            contradict(topLine == i ? other : i, now)
            return false
        }
    }
}

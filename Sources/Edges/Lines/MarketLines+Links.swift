internal import Book
public import Units

extension MarketLines {
    // MARK: What happens to the connections

    /// Line `i`'s connection is open.
    ///
    /// - Parameter isSubscribed: its subscriptions were sent already, as at start-up.
    public mutating func opened(_ i: Int, now: Nanoseconds, isSubscribed: Bool = false) {
        lines[i].keeper.opened(now)
        lines[i].forget()
        lines[i].work = isSubscribed ? [] : .subscribe
        lines[i].askedAt = now
        lines[i].bookAt = now
        lines[i].printsAt = now
        lines[i].printsFrom = isSubscribed ? now : nil
        lines[i].printsTo = nil
        hasWork = true
    }

    /// Line `i`'s connection ended, or could not be opened.
    ///
    /// - Parameter isTurnedAway: the venue answered that this client is to stay away.
    public mutating func closed(_ i: Int, now: Nanoseconds, isTurnedAway: Bool = false) {
        guard lines[i].keeper.phase != .down else { return }
        let wasUp = lines[i].isUp
        lines[i].keeper.lost(now)
        if isTurnedAway { lines[i].keeper.turnedAway(now) }
        noteLoss(i, wasUp: wasUp, now)
        lines[i].work = []
    }

    /// The peer of line `i` said something, whatever it was.
    @inline(__always)
    public mutating func heard(_ i: Int, now: Nanoseconds) { lines[i].keeper.heard(now) }

    /// Line `i` sent what cannot be decoded: it may have been of the book.
    public mutating func unreadable(_ i: Int, now: Nanoseconds) {
        lines[i].counts.malformed &+= 1
        lines[i].isIntroduced = false
        lines[i].agrees = false
        ask(i, now)
        if isSound && !isIntroduced(besides: i) { loseBook(now) }
    }

    /// The venue refused line `i` its book: the connection is replaced.
    public mutating func refused(_ i: Int, now: Nanoseconds) { giveUp(i, now) }

    /// The engine found the book wanting: it waits for a snapshot.
    public mutating func bookFailed(now: Nanoseconds) {
        loseBook(now)
        // The engine knows already.
        isBookLost = false
    }

    /// A print or a fill of ours tells that the book changed at `time`, by the venue's clock: one
    /// that does not pass that within ``LineTimes/proof`` is lost. An RPI order's and a block's do
    /// not; our fills are never with the former.
    @inline(__always)
    public mutating func matched(at time: Nanoseconds, now: Nanoseconds) {
        // What the venue's clock has not reached proves nothing.
        guard time <= now + venueOffset + times.lateness else { return }
        evidence.matched(at: time, now: now)
    }

    // MARK: Time

    /// Looks after everything that a lack of messages means. Call it every few milliseconds.
    ///
    /// - Parameter venueOffset: the venue's clock minus ours.
    public mutating func tick(now: Nanoseconds, venueOffset: Nanoseconds) {
        lateBefore = now + venueOffset - times.lateness
        self.venueOffset = venueOffset
        if evidence.isBehind(now, patience: times.proof) && isSound {
            counts.frozen &+= 1
            loseBook(now)
        }
        if isSound && now - confirmedAt > times.bookAge {
            counts.aged &+= 1
            loseBook(now)
        }
        if let since = gapSince, now - since > times.gapPatience { loseBook(now) }
        for i in 0..<count { tick(i, now) }
        if let since = tape.question(now, venueOffset) {
            tapeQuestion = since
            hasWork = true
        }
    }

    private mutating func tick(_ i: Int, _ now: Nanoseconds) {
        if lines[i].isRetired {
            guard !isIntroduced(besides: i) else { return }
            lines[i].isRetired = false
        }
        let line = lines + i
        switch line.pointee.keeper.tick(now, &budget) {
        case .rest:
            break
        case .open:
            lines[i].work.insert(.open)
            hasWork = true
        case .ping:
            lines[i].work.insert(.ping)
            hasWork = true
        case .openedTooSlowly:
            lines[i].work = .close
            hasWork = true
        case .silent:
            lines[i].counts.silences &+= 1
            lines[i].work = .close
            noteLoss(i, wasUp: true, now)
            hasWork = true
        }
        guard lines[i].isUp else { return }
        if let asked = lines[i].askedAt {
            if now - asked > times.snapshot {
                lines[i].counts.deaf &+= 1
                giveUp(i, now)
            }
        } else if now - lines[i].bookAt > Nanoseconds(times.bookAge.count / 2) {
            ask(i, now)
        }
        if lines[i].isUp && now - lines[i].printsAt > times.tradeAge {
            losePrints(i, now, isCertain: false)
            lines[i].printsAt = now
            lines[i].work.insert(.askTrades)
            hasWork = true
        }
    }

    /// Ends line `i`'s connection from our side.
    mutating func giveUp(_ i: Int, _ now: Nanoseconds) {
        guard lines[i].keeper.phase != .down else { return }
        let wasUp = lines[i].isUp
        lines[i].keeper.lost(now)
        lines[i].work = .close
        noteLoss(i, wasUp: wasUp, now)
        hasWork = true
    }

    private mutating func noteLoss(_ i: Int, wasUp: Bool, _ now: Nanoseconds) {
        guard wasUp else { return }
        lines[i].counts.losses &+= 1
        if lines[i].lostAt == nil { lines[i].lostAt = now }
        losePrints(i, now, isCertain: true)
        lines[i].forget()
        if isSound && !isIntroduced(besides: i) { loseBook(now) }
    }
}

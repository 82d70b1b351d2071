internal import Units

/// How long the venue is waited for once nothing new leaves any more.
extension TradingLoop {
    /// An end that takes no longer says nothing.
    private static let quietEnd = Nanoseconds.seconds(3)
    /// A turn that is late by less is a busy machine.
    private static let standstill = Nanoseconds.seconds(2)

    /// Whether the parent's end takes so long that its cancels seem to lead nowhere.
    func isEndLate(_ now: Nanoseconds) -> Bool {
        endingSince.map { now - $0 > TradingLoop.quietEnd } ?? false
    }

    /// Tells the operator, once, what a parent that is to end still waits for.
    mutating func keepEnding(_ now: Nanoseconds) {
        guard isEnding else { return }
        let since = endingSince ?? now
        endingSince = since
        guard !isWaitTold, now - since > TradingLoop.quietEnd else { return }
        var unknown = 0
        for i in 0..<engine.liveCount(of: parent) where !engine.live(i, of: parent).isSettled {
            unknown &+= 1
        }
        if unknown == 0 { return }
        isWaitTold = true
        notice?(
            "the venue has not said the last word on \(unknown) of our orders: it is asked for "
                + "\(Int(lastWordPatience.inSeconds.rounded(.up))) s at most"
        )
    }

    /// Tells the operator when it was this process that stood still, or what comes of it would be
    /// laid on the venue.
    func noteStandstill(_ span: Nanoseconds) {
        guard span > TradingLoop.standstill else { return }
        notice?(
            "this process stood still for \(span.wholeSeconds) s (suspended, or its machine "
                + "was): connections may have been lost through that"
        )
    }

    /// What is left of that time for the look at the end.
    var lastWordRest: Nanoseconds {
        guard let endingSince else { return lastWordPatience }
        return max(.zero, lastWordPatience - (clock.now - endingSince))
    }

    /// Whether a person or the kill switch wants an end, where no engine takes commands any more.
    mutating func takeWish() -> Bool {
        var isWanted = false
        while let command = controls.pop() {
            switch command {
            case .cancel, .halt: isWanted = true
            case .reduce, .resume: break
            }
        }
        return isWanted
    }

    /// Connections of the loop that are open and nobody's: there is none unless one was lost sight
    /// of.
    var strayConnections: Int {
        mutating get {
            let ids = [account.id, trade?.id]
            let owned = ids.count { $0.flatMap { loop.stage(of: $0) } != nil }
            return loop.openConnections - owned - feed.openConnections(loop)
        }
    }
}

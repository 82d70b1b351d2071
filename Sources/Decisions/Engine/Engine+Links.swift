internal import Book
internal import Orders
internal import Risk
internal import Units

/// Connections that come and go. Without the account's stream nothing new leaves and what rests is
/// withdrawn; without order entry nothing leaves at all. The parents go on meanwhile: their time
/// runs, and only a connection that stays away for too long ends them.
extension Engine {
    mutating func observe(_ link: LinkEvent, _ now: Nanoseconds) {
        touched = nil
        switch link {
        case .privateUp:
            gate.isPrivateStreamUp = true
            gate.privateHeardAt = now
        case .privateDown:
            losePrivate(now)
        case .privateLost:
            losePrivate(now)
            stopAll(.privateStreamLost, now)
        case .tradeUp:
            if !canSend { canSendSince = now }
            canSend = true
        case .tradeDown:
            loseTrade(now)
        case .tradeLost:
            loseTrade(now)
            stopAll(.orderConnectionLost, now)
        case .restarted:
            restart(now)
        case .journalDown:
            gate.halt()
            stopAll(.journalLost, now)
        case .journalStalled:
            if canRecord { journalStalledSince = now }
            canRecord = false
        case .journalUp:
            canRecord = true
        case .feedGap(let instrument):
            if Int(instrument.index) < marketCount {
                markets[Int(instrument.index)].invalidate()
            }
        case .feedDown(let instrument):
            let market = Int(instrument.index)
            guard market < marketCount else { return }
            markets[market].invalidate()
            for i in 0..<markets[market].parentCount {
                stop(Int(markets[market].parents[i]), .marketDataLost, now)
            }
        }
    }

    /// What has been away for longer than a parent waits: a connection, or the journal's disk; nil
    /// for neither.
    @inline(__always)
    mutating func linkAwayTooLong(_ now: Nanoseconds) -> StopReason? {
        let patience = configuration.linkPatience
        if !canSend && now - tradeDownSince > patience { return .orderConnectionLost }
        if !gate.isPrivateStreamUp && now - privateDownSince > patience {
            return .privateStreamLost
        }
        if !canRecord && now - journalStalledSince > patience { return .journalLost }
        return nil
    }

    private mutating func losePrivate(_ now: Nanoseconds) {
        if gate.isPrivateStreamUp { privateDownSince = now }
        gate.isPrivateStreamUp = false
    }

    private mutating func loseTrade(_ now: Nanoseconds) {
        if canSend { tradeDownSince = now }
        canSend = false
        doubtUnanswered()
    }

    /// Every connection of the process that went before is gone, and its books with it.
    private mutating func restart(_ now: Nanoseconds) {
        gate.isPrivateStreamUp = false
        canSend = false
        canRecord = true
        privateDownSince = now
        tradeDownSince = now
        doubtUnanswered()
        for market in 0..<marketCount { markets[market].invalidate() }
        // The wait for the last words starts over: nobody listened meanwhile.
        for slot in 0..<parentCount where parents[slot].state == .stopping {
            parents[slot].stoppingSince = now
        }
    }

    /// An answer cannot come any more on a connection that is gone: only the venue can tell what
    /// became of each request that has none.
    private mutating func doubtUnanswered() {
        for slot in 0..<parentCount {
            quiet[slot].wake()
            for i in 0..<parents[slot].live.count {
                let number = parents[slot].live[i]
                if orders[number].awaitsAnswer { orders[number].answerOverdue() }
            }
        }
    }
}

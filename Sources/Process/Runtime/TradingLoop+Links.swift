internal import Engine
internal import Transport
internal import Units
internal import Venues

extension TradingLoop {
    /// Looks after the account and order connections.
    mutating func keepLinks(_ now: Nanoseconds) {
        accountNews(account.tick(&loop, &linkBudget, now), now)
        if let news = trade?.tick(&loop, &linkBudget, now) { tradeNews(news, now) }
    }

    /// Whether orders can be sent: the courier's connection is its own affair, and each order's.
    var canSend: Bool {
        mutating get { isByCourier || trade?.isUp == true }
    }

    mutating func linkOpened(_ id: ConnectionID) {
        let now = clock.now
        let venueNow = now + venueClock.offset
        if id == account.id {
            accountNews(account.opened(&loop, venueNow: venueNow, now), now)
        } else if id == trade?.id {
            tradeNews(trade?.opened(&loop, venueNow: venueNow, now) ?? .none, now)
        }
    }

    mutating func linkClosed(_ id: ConnectionID, _ reason: CloseReason) {
        let now = clock.now
        if id == account.id {
            if !account.isUp { names.ask() }
            accountNews(account.closed(reason, now), now)
        } else if id == trade?.id {
            if trade?.isUp == false { names.ask() }
            tradeNews(trade?.closed(reason, now) ?? .none, now)
        }
    }

    /// A control message on one of them.
    mutating func linkControl(_ control: BybitControl, _ id: ConnectionID, _ now: Nanoseconds) {
        // Its stamp may be at fault, and no answer to it tells the venue's time.
        if control.isRefusedLogin { timeWatch.ask() }
        if id == account.id {
            accountNews(account.answered(control, &loop, now), now)
        } else if id == trade?.id {
            tradeNews(trade?.answered(control, &loop, now) ?? .none, now)
        }
    }

    /// A message about our orders that cannot be read may have been a fill or an answer, and a
    /// connection that drains takes no more orders: it is replaced, and what it may have told is
    /// asked for.
    mutating func giveUp(_ id: ConnectionID, for event: LinkFault.Event, _ now: Nanoseconds) {
        if id == account.id {
            accountNews(account.giveUp(event, &loop, now), now)
        } else if id == trade?.id {
            tradeNews(trade?.giveUp(event, &loop, now) ?? .none, now)
        }
    }

    /// All that the account's stream missed is known.
    mutating func caughtUp(_ now: Nanoseconds) {
        account.caughtUp(now)
        if account.isUp { step(.link(.privateUp), now) }
    }

    /// The venue refuses the key itself: no connection would be let in again, and what is open is
    /// taken off while those that are can still be used.
    mutating func keyDenied(_ code: Int32, _ now: Nanoseconds) {
        if isEnding { return }
        account.note(.refused(code: code))
        step(.link(.privateLost), now)
    }

    private mutating func accountNews(_ news: LinkWatch.News, _ now: Nanoseconds) {
        switch news {
        case .none, .up:
            break
        case .lost:
            statements.forget()
            withdrawHeld()
            step(.link(.privateDown), now)
        case .subscribed:
            reconciliation.catchUp.begin(now)
        case .barred:
            step(.link(.privateLost), now)
        }
    }

    private mutating func tradeNews(_ news: LinkWatch.News, _ now: Nanoseconds) {
        switch news {
        case .none, .subscribed:
            break
        case .lost:
            withdrawHeld()
            step(.link(.tradeDown), now)
        case .up:
            step(.link(.tradeUp), now)
        case .barred:
            step(.link(.tradeLost), now)
        }
    }
}

internal import Book
internal import Engine
internal import Glibc
internal import Lines
internal import Orders
internal import Transport
internal import Units
internal import Venues

extension TradingLoop {
    /// What of a market event the engine has not been told yet; nil when it knows all of it.
    @inline(__always)
    mutating func firstTold(
        _ event: MarketEvent,
        _ line: Int,
        _ now: Nanoseconds
    ) -> MarketEvent? {
        switch event {
        case .depth(let update):
            switch feed.lines.judge(update, from: line, now: now) {
            case .pass: return event
            case .drop: return nil
            case .compare: return compare(update, line, now) ? event : nil
            }
        case .trades(let batch):
            if decoder.unreadablePrintCount != unreadablePrints { noteUnreadablePrints(line, now) }
            return feed.lines.fresh(batch, from: line, now: now).map { .trades($0) }
        case .ticker(let update):
            return feed.isFirst(update, now) ? event : nil
        }
    }

    /// Holds a snapshot against the book it should be the same as.
    private mutating func compare(
        _ update: DepthUpdate,
        _ line: Int,
        _ now: Nanoseconds
    ) -> Bool {
        let isEqual = engine.withBook(instrument.id) { MarketLines.isSame(update, $0) }
        return feed.lines.compared(update, from: line, isEqual: isEqual, now: now) == .pass
    }

    /// What is to be done with a market event once the order it called for has left.
    @inline(__always)
    mutating func noteActed(
        _ event: MarketEvent,
        _ message: Message,
        _ line: Int,
        _ now: Nanoseconds,
        bookedTicks: UInt64
    ) {
        if case .depth(let update) = event {
            feed.lines.acted(on: update, from: line, now: now)
            feed.noteAge(of: update, now + venueClock.offset)
            if let kernel = message.receivedByKernel {
                let booked = clock.time(bookedTicks) + systemOffset
                feed.socketToBook.record(UInt64(max(0, (booked - kernel).count)))
            }
        }
        attendFeed(now)
    }

    /// A control message on a market line, or one that cannot be read.
    mutating func marketControl(_ message: BybitMessage, _ line: Int, _ now: Nanoseconds) {
        switch message {
        case .malformed:
            feed.lines.unreadable(line, now: now)
        case .bounds(let bounds):
            take(bounds, now)
        case .control(.subscribe(succeeded: true, let request)):
            if request == ExternalID(FeedPlan.tradeRequest) {
                feed.lines.printsBegan(line, now: now)
            }
            feed.accepted(request, now)
        case .unreadable(.prints, _):
            noteUnreadablePrints(line, now)
        case .control(.subscribe(succeeded: false, let request)):
            if feed.takesRefusal(of: request) { break }
            if feed.lines.counts.snapshots == 0 {
                // The venue does not offer the book that was asked for: there will never be one.
                fault = fault ?? LinkFault(link: .market, event: .topicRefused)
                step(.link(.feedDown(instrument.id)), now)
            } else {
                feed.lines.refused(line, now: now)
            }
        case .orders, .account, .foreign:
            decoder.noteUnasked()
        case .market, .unreadable, .control, .ignored:
            break
        }
        attendFeed(now)
    }

    /// A fill of ours tells when the book changed: one that has not is not followed any more.
    @inline(__always)
    mutating func noteMatch(_ event: OrderEvent, _ now: Nanoseconds) {
        if case .execution(let fill) = event { feed.lines.matched(at: fill.matchedAt, now: now) }
    }

    private mutating func noteUnreadablePrints(_ line: Int, _ now: Nanoseconds) {
        unreadablePrints = decoder.unreadablePrintCount
        feed.lines.unreadablePrints(line, now: now)
    }

    /// What is off the steps speaks for an instrument that has changed. While some is, it is looked
    /// at again and again.
    private mutating func keepSteps(_ now: Nanoseconds) {
        let count = decoder.offStepLevelCount &+ decoder.offStepPrintCount
        guard count != offSteps, reconciliation.askInstrument(now) else { return }
        offSteps = count
    }

    /// Takes the prices of the moment.
    mutating func take(_ bounds: PriceBounds, _ now: Nanoseconds) {
        if let event = feed.bounds.news(bounds) { step(.account(event), now) }
    }

    private mutating func askPrints(_ since: Nanoseconds, _ now: Nanoseconds) {
        guard !reconciliation.ask(.prints(since: since)) else { return }
        feed.lines.repairEnded(false, oldest: nil, now: now)
    }

    /// Takes the prints that the venue listed. They are an event like those of a line, and none is
    /// taken twice.
    mutating func takePrints(_ count: Int, oldest: Nanoseconds?, _ now: Nanoseconds) {
        let batch = TradeBatch(
            instrument: instrument.id,
            publishedAt: now + venueClock.offset,
            trades: reconciliation.prints(count)
        )
        if let fresh = feed.lines.repaired(batch) { step(.market(.trades(fresh)), now) }
        feed.lines.repairEnded(true, oldest: oldest, now: now)
    }

    mutating func lineOpened(_ line: Int) {
        let now = clock.now
        feed.opened(line, now)
        attendFeed(now)
    }

    mutating func lineClosed(_ line: Int, _ reason: CloseReason) {
        let now = clock.now
        feed.ended(line, reason, now)
        attendFeed(now)
    }

    /// Looks after silence, age and retries.
    mutating func keepFeed(_ now: Nanoseconds) {
        // The kernel stamps by the system's clock, which is corrected while ours runs on.
        systemOffset = TradingLoop.systemTime() - clock.now
        takeNames()
        feed.lines.tick(now: now, venueOffset: venueClock.offset)
        attendFeed(now)
        feed.keepTicker(&loop, now)
        keepSteps(now)
        if feed.lacksBook(now) && fault == nil {
            fault = LinkFault(link: .market, event: .noBook)
            step(.link(.feedDown(instrument.id)), now)
        }
        if feed.lines.isSound && engine.isStale(instrument.id) {
            feed.lines.bookFailed(now: now)
            attendFeed(now)
        }
    }

    /// Learns where the venue's hosts are by now, and wants to when lines fail to open.
    private mutating func takeNames() {
        while let (name, addresses) = addressChanges.next() {
            switch name {
            case 0: feed.moved(to: addresses)
            case 1: account.moved(to: addresses)
            default: trade?.moved(to: addresses)
            }
        }
        if feed.takeDoubt() { names.ask() }
    }

    private static func systemTime() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Does what the lines call for.
    @inline(__always)
    mutating func attendFeed(_ now: Nanoseconds) {
        if feed.lines.hasWork { workFeed(now) }
    }

    @inline(never)
    private mutating func workFeed(_ now: Nanoseconds) {
        while let action = feed.lines.nextAction() {
            switch action {
            case .bookLost: step(.link(.feedGap(instrument.id)), now)
            case .close(let line): feed.close(line, &loop)
            case .open(let line): feed.open(line, &loop, now)
            case .subscribe(let line): feed.subscribe(line, &loop)
            case .askBook(let line): feed.askBook(line, &loop)
            case .askTrades(let line): feed.askTrades(line, &loop)
            case .ping(let line): feed.ping(line, &loop)
            case .repairTape(let since): askPrints(since, now)
            }
        }
    }
}

import Book
import Lines
import Synchronization
import TestSupport
import Transport
import Units
import Venues

/// Our side of one life: market lines over sockets into a book, and the truth with it.
final class LifeClient {
    /// How it ended.
    enum End {
        /// The book is the venue's.
        case right
        /// The book is not to be traded on, and says so.
        case stale
    }

    let life: SocketLife
    private(set) var end: End?
    /// What was wrong, with the time since the life's beginning.
    private(set) var failure: String?
    private(set) var passed = 0
    /// Looks at the book, and those at which it could be traded on.
    private(set) var looks = 0
    private(set) var soundLooks = 0
    private(set) var lines: MarketLines
    private var book: OrderBook
    private let isCareless: Bool
    private var ids: [ConnectionID?]
    private var random: SplitMix64
    private var toldPrints: Set<Int64> = []
    /// The state the book is to show.
    private var index = 0
    private var lastTick: Nanoseconds
    private var longestTick = Nanoseconds.zero

    init(_ life: SocketLife, isCareless: Bool) {
        self.life = life
        self.isCareless = isCareless
        random = SplitMix64(seed: life.seed ^ 0x6f75_7273)
        lines = MarketLines(
            count: life.terms.lines,
            times: LifeClient.times,
            seed: random.next()
        )
        book = OrderBook(instrument: InstrumentID(0), window: 256, overflowCapacity: 64)
        ids = Array(repeating: nil, count: life.terms.lines)
        lastTick = life.began
    }

    /// A fifth of a session's patience, so that a short life sees every kind of loss.
    private static let times: LineTimes = {
        var times = LineTimes()
        times.link.ping = .milliseconds(400)
        times.link.silence = .milliseconds(1_000)
        times.link.opening = .milliseconds(1_000)
        times.link.retryBase = .milliseconds(20)
        times.link.retryCap = .milliseconds(400)
        times.link.turnedAway = .milliseconds(400)
        times.link.stable = .milliseconds(1_000)
        times.bookAge = .milliseconds(400)
        times.snapshot = .milliseconds(400)
        times.tradeAge = .milliseconds(1_000)
        times.gapPatience = .milliseconds(20)
        times.lateness = .milliseconds(400)
        return times
    }()

    private func fail(_ text: String, _ now: Nanoseconds) {
        guard failure == nil else { return }
        failure = "at \((now - life.began).millisecondCount) ms: \(text) (u \(book.sequence))"
    }

    // MARK: What happens

    func line(of id: ConnectionID) -> Int? { ids.firstIndex { $0 == id } }

    func opened(_ line: Int, _ now: Nanoseconds) { lines.opened(line, now: now) }

    func closed(_ line: Int, _ reason: CloseReason, _ now: Nanoseconds) {
        ids[line] = nil
        var isTurnedAway = false
        if case .turnedAway = reason { isTurnedAway = true }
        lines.closed(line, now: now, isTurnedAway: isTurnedAway)
    }

    func take(_ message: BybitMessage, _ line: Int, _ now: Nanoseconds) {
        lines.heard(line, now: now)
        switch message {
        case .malformed: lines.unreadable(line, now: now)
        case .control(.subscribe(succeeded: false, _)): lines.refused(line, now: now)
        case .market(.depth(let update)): takeDepth(update, line, now)
        case .market(.trades(let batch)):
            guard let fresh = lines.fresh(batch, from: line, now: now) else { return }
            for trade in fresh.trades where !toldPrints.insert(trade.crossSequence).inserted {
                fail("print \(trade.crossSequence) is told twice", now)
            }
        default: break
        }
    }

    private func takeDepth(_ told: DepthUpdate, _ line: Int, _ now: Nanoseconds) {
        let update = isCareless ? carelessly(told) : told
        var verdict = lines.judge(update, from: line, now: now)
        if verdict == .compare {
            let isEqual = MarketLines.isSame(update, book)
            verdict = lines.compared(update, from: line, isEqual: isEqual, now: now)
        }
        if isCareless && lines.isSound && update.kind == .delta { verdict = .pass }
        guard verdict == .pass else { return }
        _ = book.apply(update)
        index = Int(update.crossSequence)
        passed += 1
        if !book.isStale {
            let isRight = life.story.withLock { $0.matches(book, index) }
            if !isRight { fail("the book is wrong", now) }
        }
        lines.acted(on: update, from: line, now: now)
    }

    /// What a client makes of a change that does not look at update ids.
    private func carelessly(_ told: DepthUpdate) -> DepthUpdate {
        guard told.kind == .delta else { return told }
        return DepthUpdate(
            instrument: told.instrument,
            kind: told.kind,
            depth: told.depth,
            sequence: book.sequence + 1,
            crossSequence: told.crossSequence,
            publishedAt: told.publishedAt,
            matchedAt: told.matchedAt,
            bids: told.bids,
            asks: told.asks
        )
    }

    // MARK: Time

    /// Looks after the lines, then at the book as an engine would.
    func tick(_ now: Nanoseconds) {
        longestTick = max(longestTick, now - lastTick)
        lastTick = now
        lines.tick(now: now, venueOffset: life.terms.venueOffset)
        if book.isStale && lines.isSound { lines.bookFailed(now: now) }
    }

    func look(_ now: Nanoseconds) {
        looks += 1
        guard lines.isSound, !book.isStale else { return conclude(isSound: false, now) }
        soundLooks += 1
        if life.terms.isHopeless { fail("a book came from nowhere", now) }
        let next = life.story.withLock { story in
            index + 1 < story.states.count ? story.states[index + 1].time : nil
        }
        guard let next else { return conclude(isSound: true, now) }
        // The lines learn of lateness and age by ticks, which a busy machine delays.
        let bound = lines.times.bookAge + lines.times.lateness + longestTick + longestTick
        let superseded = next - life.terms.venueOffset
        if now - superseded > bound + .milliseconds(2) {
            fail("a book of the past is taken for the present", now)
        }
    }

    /// Ends the life once the venue's last word is in the book, or patience is over.
    private func conclude(isSound: Bool, _ now: Nanoseconds) {
        let quiet = life.began + LifeTerms.quiet + .milliseconds(50)
        guard now > quiet else { return }
        let patience = life.terms.isHopeless ? Nanoseconds.zero : LifeTerms.patience
        if isSound {
            end = .right
        } else if now > quiet + patience {
            end = .stale
        }
    }

    // MARK: What it does

    /// Does what the lines call for.
    ///
    /// - Parameter own: told of each connection that is begun.
    func act(
        _ loop: inout EventLoop,
        _ venue: VenueAddresses,
        _ now: Nanoseconds,
        own: (ConnectionID) -> Void
    ) {
        while let action = lines.nextAction() {
            switch action {
            case .bookLost: book.invalidate()
            case .close(let line): close(line, &loop)
            case .open(let line): if let id = open(line, &loop, venue, now) { own(id) }
            case .subscribe(let line):
                say(line, &loop, BybitSession.subscribe([LifeClient.prints], request: "trades"))
                say(line, &loop, BybitSession.subscribe([LifeClient.depth], request: "book"))
            case .askBook(let line):
                say(line, &loop, BybitSession.unsubscribe([LifeClient.depth], request: "again"))
                say(line, &loop, BybitSession.subscribe([LifeClient.depth], request: "book"))
            case .askTrades(let line):
                say(line, &loop, BybitSession.subscribe([LifeClient.prints], request: "trades"))
            case .ping(let line):
                if let id = ids[line] { loop.ping(id) }
                say(line, &loop, BybitSession.ping)
            case .repairTape:
                // This venue has no list of them.
                lines.repairEnded(false, oldest: nil, now: now)
            }
        }
    }

    private static let depth = "orderbook.50.\(StoryText.symbol)"
    private static let prints = "publicTrade.\(StoryText.symbol)"

    private func open(
        _ line: Int,
        _ loop: inout EventLoop,
        _ venue: VenueAddresses,
        _ now: Nanoseconds
    ) -> ConnectionID? {
        let meetsImpostor =
            life.terms.isHopeless
            || life.isTroubled(now) && random.next() % 100 < life.terms.impostors
        var endpoint = Endpoint(
            host: "localhost",
            port: meetsImpostor
                ? venue.impostors[random.below(venue.impostors.count)] : venue.port,
            path: "\(life.path)\(line)",
            trust: venue.authority,
            address: "127.0.0.1"
        )
        endpoint.addressIndex = line
        do {
            ids[line] = try loop.openWebSocket(endpoint)
        } catch {
            fail("a connection cannot be begun: \(error)", now)
            lines.closed(line, now: now)
        }
        return ids[line]
    }

    private func close(_ line: Int, _ loop: inout EventLoop) {
        guard let id = ids[line] else { return }
        ids[line] = nil
        loop.close(id)
    }

    /// Ends what is open.
    func leave(_ loop: inout EventLoop) {
        for line in ids.indices { close(line, &loop) }
    }

    private func say(_ line: Int, _ loop: inout EventLoop, _ text: String) {
        guard let id = ids[line], let room = loop.beginMessage(id) else { return }
        room.copyBytes(from: text.utf8)
        loop.endMessage(id, length: text.utf8.count)
    }
}

/// Where the lives' venue is, and where its impostors are.
struct VenueAddresses: Sendable {
    let port: UInt16
    let impostors: [UInt16]
    let authority: TrustAnchors
}

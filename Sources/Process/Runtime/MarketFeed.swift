internal import Book
internal import Lines
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

/// The market lines on their sockets: which connection is which line, and how each is opened and
/// subscribed.
struct MarketFeed: ~Copyable {
    /// Who decides.
    var lines: MarketLines
    /// Nanoseconds from the engine time of a book message to its arrival, by the venue's clock.
    var matchedToUs = LatencyHistogram()
    /// The same from its publication.
    var publishedToUs = LatencyHistogram()
    /// Nanoseconds from the kernel's stamp of a book message to the book that holds it.
    var socketToBook = LatencyHistogram()
    /// The newest ticker taken, by the venue's clock, and when it came.
    var tickerPublishedAt = Nanoseconds.zero
    var tickerHeardAt: Nanoseconds
    /// Tickers taken, and times they were asked for again.
    var tickers = 0
    var tickerResyncs = 0
    /// The venue does not offer it.
    var isTickerRefused = false
    /// The newest bounds of prices.
    var bounds = PriceBoundsWatch()
    /// When the venue first took the subscription to the book; nil while it has not.
    var bookAcceptedAt: Nanoseconds?
    private let ids: UnsafeMutablePointer<ConnectionID?>
    private(set) var plan: FeedPlan
    /// How often each line was opened: it takes the host's addresses in turn.
    private let tries: UnsafeMutablePointer<Int>
    /// The address each line tried first when it was last opened.
    private let places: UnsafeMutablePointer<NetworkAddress?>
    /// How often each line was opened since it last was open.
    private let attempts: UnsafeMutablePointer<Int>
    /// Lines fail to open: the host may be elsewhere.
    private(set) var doubtsAddresses = false

    /// Lines that follow `plan`; none is open yet.
    init(lines: consuming MarketLines, _ plan: FeedPlan, _ now: Nanoseconds) {
        tickerHeardAt = now
        ids = .allocate(capacity: lines.count)
        ids.initialize(repeating: nil, count: lines.count)
        tries = .allocate(capacity: lines.count)
        tries.initialize(repeating: 0, count: lines.count)
        places = .allocate(capacity: lines.count)
        places.initialize(repeating: nil, count: lines.count)
        attempts = .allocate(capacity: lines.count)
        attempts.initialize(repeating: 0, count: lines.count)
        self.lines = lines
        self.plan = plan
    }

    deinit {
        ids.deallocate()
        tries.deallocate()
        places.deallocate()
        attempts.deallocate()
    }

    /// Where the first line was opened before the loop was hot.
    mutating func adopt(_ id: ConnectionID, as line: Int, _ now: Nanoseconds) {
        ids[line] = id
        tries[line] = 1
        places[line] = plan.endpoint(0).firstAddress
        lines.opened(line, now: now, isSubscribed: true)
    }

    /// The line of a connection; nil when it is none of ours.
    @inline(__always)
    func line(of id: ConnectionID) -> Int? {
        for i in 0..<lines.count where ids[i] == id { return i }
        return nil
    }

    /// Lines whose connection is being opened or is open.
    func openConnections(_ loop: borrowing EventLoop) -> Int {
        var count = 0
        for i in 0..<lines.count {
            if let id = ids[i], loop.stage(of: id) != nil { count &+= 1 }
        }
        return count
    }

    /// The address that line `i` tried first when it was last opened.
    func address(of i: Int) -> String { places[i]?.description ?? plan.endpoint.host }

    /// The line's connection is open.
    mutating func opened(_ i: Int, _ now: Nanoseconds) {
        attempts[i] = 0
        lines.opened(i, now: now)
    }

    /// Where the host is now: what is opened from here on goes there.
    mutating func moved(to addresses: [NetworkAddress]) { plan.endpoint.addresses = addresses }

    /// Whether the names are to be looked up again; once for each failure.
    mutating func takeDoubt() -> Bool {
        defer { doubtsAddresses = false }
        return doubtsAddresses
    }

    /// The line's connection is over.
    mutating func ended(_ i: Int, _ reason: CloseReason, _ now: Nanoseconds) {
        ids[i] = nil
        // One failure is a cut or a restart; the second in a row, after a retry at once, is not.
        if attempts[i] >= 2 { doubtsAddresses = true }
        lines.closed(i, now: now, isTurnedAway: reason.isTurnedAway)
    }

    /// Counts how old a book message is at `venueNow`, its arrival by the venue's clock.
    @inline(__always)
    mutating func noteAge(of update: DepthUpdate, _ venueNow: Nanoseconds) {
        // The venue's stamps are whole milliseconds, and its clock is known within bounds only: a
        // message may seem to come from the future, which counts as at once.
        if update.matchedAt.count > 0 {
            matchedToUs.record(UInt64(max(0, (venueNow - update.matchedAt).count)))
        }
        publishedToUs.record(UInt64(max(0, (venueNow - update.publishedAt).count)))
    }

    // MARK: Rare work: it allocates

    mutating func open(_ i: Int, _ loop: inout EventLoop, _ now: Nanoseconds) {
        let endpoint = plan.endpoint(i + tries[i])
        places[i] = endpoint.firstAddress
        tries[i] += 1
        attempts[i] += 1
        do {
            ids[i] = try loop.openWebSocket(endpoint)
        } catch {
            lines.closed(i, now: now)
        }
    }

    mutating func close(_ i: Int, _ loop: inout EventLoop) {
        guard let id = ids[i] else { return }
        // What still comes from it, its end included, is nobody's any more.
        ids[i] = nil
        loop.close(id, code: 1000)
    }

    func subscribe(_ i: Int, _ loop: inout EventLoop) {
        // Apart: one topic that the venue refuses must not take the other with it.
        say(i, &loop, BybitSession.subscribe([plan.tradeTopic], request: FeedPlan.tradeRequest))
        subscribeTicker(i, &loop)
        say(i, &loop, BybitSession.subscribe([plan.boundsTopic], request: FeedPlan.boundsRequest))
        say(i, &loop, BybitSession.subscribe([plan.bookTopic], request: FeedPlan.bookRequest))
    }

    func askBook(_ i: Int, _ loop: inout EventLoop) {
        say(i, &loop, BybitSession.unsubscribe([plan.bookTopic], request: "again"))
        say(i, &loop, BybitSession.subscribe([plan.bookTopic], request: FeedPlan.bookRequest))
    }

    func askTrades(_ i: Int, _ loop: inout EventLoop) {
        say(i, &loop, BybitSession.unsubscribe([plan.tradeTopic], request: "again"))
        say(i, &loop, BybitSession.subscribe([plan.tradeTopic], request: FeedPlan.tradeRequest))
    }

    func ping(_ i: Int, _ loop: inout EventLoop) {
        guard let id = ids[i] else { return }
        loop.ping(id)
        _ = Links.send(&loop, id, BybitSession.ping)
    }

    func say(_ i: Int, _ loop: inout EventLoop, _ text: String) {
        guard let id = ids[i] else { return }
        _ = Links.send(&loop, id, text)
    }
}

extension Endpoint {
    /// The address that is tried first; nil while none is known.
    fileprivate var firstAddress: NetworkAddress? {
        addresses.isEmpty ? nil : addresses[addressIndex % addresses.count]
    }
}

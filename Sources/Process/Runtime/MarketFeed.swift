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
    private let ids: UnsafeMutablePointer<ConnectionID?>
    private let endpoints: [Endpoint]
    private let bookTopic: String
    private let tradeTopic: String
    /// How often each line was opened: it takes the host's addresses in turn.
    private let tries: UnsafeMutablePointer<Int>

    /// - Parameters:
    ///   - lines: how many, how patient.
    ///   - endpoints: where the market data is; a line takes them in turn, each line from another
    ///     one on. Not empty.
    init(lines: consuming MarketLines, _ plan: FeedPlan) {
        precondition(!plan.endpoints.isEmpty, "MarketFeed: somewhere to connect to")
        ids = .allocate(capacity: lines.count)
        ids.initialize(repeating: nil, count: lines.count)
        tries = .allocate(capacity: lines.count)
        tries.initialize(repeating: 0, count: lines.count)
        self.lines = lines
        endpoints = plan.endpoints
        bookTopic = plan.bookTopic
        tradeTopic = plan.tradeTopic
    }

    deinit {
        ids.deallocate()
        tries.deallocate()
    }

    /// Where the first line was opened before the loop was hot.
    mutating func adopt(_ id: ConnectionID, as line: Int, _ now: Nanoseconds) {
        ids[line] = id
        tries[line] = 1
        lines.opened(line, now: now, isSubscribed: true)
    }

    /// The line of a connection; nil when it is none of ours.
    @inline(__always)
    func line(of id: ConnectionID) -> Int? {
        for i in 0..<lines.count where ids[i] == id { return i }
        return nil
    }

    /// Where line `i` is connected to, for the report.
    func address(of i: Int) -> String {
        let endpoint = endpoints[(i + max(0, tries[i] - 1)) % endpoints.count]
        return endpoint.address ?? endpoint.host
    }

    /// The line's connection is over.
    mutating func ended(_ i: Int, _ now: Nanoseconds) {
        ids[i] = nil
        lines.closed(i, now: now)
    }

    // MARK: Rare work: it allocates

    mutating func open(_ i: Int, _ loop: inout EventLoop, _ now: Nanoseconds) {
        let endpoint = endpoints[(i + tries[i]) % endpoints.count]
        tries[i] += 1
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
        say(i, &loop, BybitSession.subscribe([tradeTopic], request: "trades"))
        say(i, &loop, BybitSession.subscribe([bookTopic], request: "book"))
    }

    func askBook(_ i: Int, _ loop: inout EventLoop) {
        say(i, &loop, BybitSession.unsubscribe([bookTopic], request: "again"))
        say(i, &loop, BybitSession.subscribe([bookTopic], request: "book"))
    }

    func askTrades(_ i: Int, _ loop: inout EventLoop) {
        say(i, &loop, BybitSession.unsubscribe([tradeTopic], request: "again"))
        say(i, &loop, BybitSession.subscribe([tradeTopic], request: "trades"))
    }

    func ping(_ i: Int, _ loop: inout EventLoop) {
        guard let id = ids[i] else { return }
        loop.ping(id)
        _ = Links.send(&loop, id, BybitSession.ping)
    }

    private func say(_ i: Int, _ loop: inout EventLoop, _ text: String) {
        guard let id = ids[i] else { return }
        _ = Links.send(&loop, id, text)
    }
}

/// Where the market data is and what is wanted of it.
struct FeedPlan {
    var endpoints: [Endpoint]
    var bookTopic: String
    var tradeTopic: String

    /// The plan of a session: its market endpoint, once for each address of the host.
    init(_ configuration: SessionConfiguration, _ instrument: Instrument) {
        var endpoint = configuration.venue.market
        endpoint.path += instrument.category.name
        let addresses = HostAddresses.all(of: endpoint.address ?? endpoint.host)
        endpoints = addresses.map { address in
            var at = endpoint
            at.address = address
            return at
        }
        // An unknown name is told by the connection, in its words.
        if endpoints.isEmpty { endpoints = [endpoint] }
        bookTopic = BybitSession.bookTopic(instrument, depth: configuration.depth)
        tradeTopic = BybitSession.tradeTopic(instrument)
    }
}

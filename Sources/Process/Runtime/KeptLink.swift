internal import Lines
internal import Transport
internal import Units

/// A cold thread's one connection to the venue's REST service, and the loop it lives on: opened
/// when it is needed, kept while it answers, given up when it does not.
///
///     none ──connect──► open ──answer──► open
///      ▲ │ not to be had: wait 0, 0.1, 0.2 … 5 s
///      └─┴─ no answer, or closed by the venue
///
/// The wait starts over with an answer, not with a connection: a venue that takes connections and
/// answers on none of them is not asked without end. Nothing but the clock it is given decides when
/// it may be opened again, and nothing keeps it from being opened for a cancel.
struct KeptLink: ~Copyable {
    /// Connections that one may open in five minutes: three of them together stay well below the
    /// 500 at which Bybit cuts an address off from one of its hosts.
    static let connectLimit = 100

    /// Wakes its thread out of `wait`.
    let waker: Waker
    private var loop: EventLoop
    private let endpoint: Endpoint
    private let patience: Nanoseconds
    private let clock: @Sendable () -> Nanoseconds
    private var link: RESTLink?
    private var backoff: Backoff
    private var retryAt: Nanoseconds?
    private var budget: ConnectBudget
    private let leaks: Bool

    /// A connection to `endpoint` that is not open yet; opening it and each answer may take
    /// `patience`.
    ///
    /// - Parameters:
    ///   - retry: the longest wait between two tries.
    ///   - connects: how many connections it may open in any five minutes.
    ///   - seed: of the jitter between tries.
    ///   - leaks: for the campaign that must find it: what is given up is left open.
    /// - Throws: when the system gives no event loop.
    init(
        _ endpoint: Endpoint,
        patience: Nanoseconds,
        retry: Nanoseconds = VenuePatience().retry,
        connects: Int = KeptLink.connectLimit,
        seed: UInt64 = .random(in: .min ... .max),
        leaks: Bool = false,
        clock: @escaping @Sendable () -> Nanoseconds
    ) throws(SessionError) {
        var sizes = LoopConfiguration()
        sizes.connections = 4
        sizes.receiveBuffers = 16
        sizes.completionEntries = 64
        do { loop = try EventLoop(sizes) } catch { throw .venue("\(error)") }
        waker = loop.waker
        self.endpoint = endpoint
        self.patience = patience
        self.clock = clock
        self.leaks = leaks
        backoff = Backoff(base: .milliseconds(100), cap: retry, seed: seed)
        budget = ConnectBudget(limit: connects)
    }

    /// Whether it is open, as far as the venue has let us know.
    var isOpen: Bool { link != nil }

    /// Connections tried since the start.
    var connects: Int { budget.taken }

    /// Connections of its loop that are open and not the one that serves: there is none unless one
    /// was lost sight of.
    var strays: Int { loop.openConnections - (link?.isOpen(loop) == true ? 1 : 0) }

    /// Places of its connection table in use.
    var occupied: Int { loop.occupiedSlots }

    /// Lets time pass, until the waker rings at the latest. What was closed meanwhile is not sent
    /// on any more: it would be lost without a word.
    mutating func wait(_ timeout: Nanoseconds) {
        loop.poll(timeout: timeout)
        while let event = loop.next() {
            if link?.isOver(by: event) == true { link = nil }
        }
    }

    /// Opens the connection if it is not open.
    ///
    /// - Parameter isUrgent: whether an order is to be taken off the book: then neither the wait
    ///   nor the budget holds it back.
    /// - Throws: when it is not to be had now: nothing has left then.
    mutating func connect(isUrgent: Bool = false) throws(SessionError) {
        wait(.zero)
        if link != nil { return }
        let now = clock()
        if !isUrgent, let retryAt, now < retryAt { throw .venue("not connected") }
        guard budget.take(now) || isUrgent else {
            let rest = budget.freeAt - now
            throw .venue(
                "too many connections to \(endpoint.host): the next in \(rest.inSeconds) s"
            )
        }
        do throws(SessionError) {
            link = try RESTLink(&loop, endpoint, patience: patience)
        } catch {
            fail()
            throw error
        }
    }

    /// Sends a request over the open connection, and returns the answer whatever its status.
    ///
    /// - Throws: when there was no answer, and whether the request arrived is not known; the
    ///   connection is given up.
    mutating func answer(
        _ what: String,
        _ request: [UInt8]
    ) throws(SessionError) -> RESTAnswer {
        guard let link else { throw .venue("\(what): not connected") }
        do throws(SessionError) {
            let answer = try link.answer(&loop, what, request)
            backoff.succeed()
            retryAt = nil
            return answer
        } catch {
            if !leaks { link.abandon(&loop) }
            self.link = nil
            fail()
            throw error
        }
    }

    private mutating func fail() { retryAt = clock() + backoff.next() }
}

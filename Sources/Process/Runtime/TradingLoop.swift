internal import CLinux
internal import Containers
internal import Engine
internal import Orders
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

/// The hot thread's work: bytes to events, events through the engine, commands to bytes.
///
/// One thread, one event loop, no queue between the stages. Nothing here allocates, locks or
/// blocks once the connections are open, but for `poll` in block mode.
struct TradingLoop: ~Copyable {
    /// How often the engine looks at the clock when nothing else happens.
    static let tick = Nanoseconds.milliseconds(5)
    /// How often a connection is pinged: the venue cuts silent ones.
    static let pingInterval = Nanoseconds.seconds(20)

    /// Commands one step may give.
    static let commandCapacity = 64

    /// How long a snapshot that was asked for may take before it is asked for again.
    static let resyncInterval = Nanoseconds.seconds(2)

    /// Parts in 10⁹ by which the clock may be off before the outcome says so: a calibration of
    /// 20 ms is good to some 2,000, a crystal to 50,000.
    static let toleratedDrift: UInt64 = 200_000

    var loop: EventLoop
    var engine: Engine
    var decoder: BybitDecoder
    var encoder: BybitEncoder
    var journal: SessionJournal
    var commands = CommandBuffer(capacity: TradingLoop.commandCapacity)
    var latencies = StageLatencies()
    var clock: TickClock
    let control: SessionControl
    var controls: SPSCRing<ControlCommand>.Consumer
    let parent: ParentID
    let instrument: Instrument
    let depth: Int
    let links: Links
    /// The venue's clock minus ours.
    let clockOffset: Nanoseconds
    /// When each recent request left, by child number modulo the size, for `orderToAnswer`.
    let sentTicks: UnsafeMutablePointer<UInt64>
    static let sentCapacity = 4_096
    var nextTick = Nanoseconds.zero
    var nextPing = Nanoseconds.zero
    /// Before this no further snapshot is asked for.
    var nextResync = Nanoseconds.zero
    /// Snapshots asked for because the book could not be trusted.
    var resyncs = 0
    /// Messages that could not be decoded.
    var malformed = 0
    /// By how many parts in 10⁹ the clock's rate was off, at the worst look.
    var worstDrift: UInt64 = 0
    /// What ended the session early, if anything did.
    var fault: LinkFault?

    init(
        loop: consuming EventLoop,
        engine: consuming Engine,
        decoder: consuming BybitDecoder,
        encoder: consuming BybitEncoder,
        journal: consuming SessionJournal,
        clock: TickClock,
        control: SessionControl,
        parent: ParentID,
        instrument: Instrument,
        depth: Int,
        links: Links,
        clockOffset: Nanoseconds
    ) {
        self.loop = loop
        self.engine = engine
        self.decoder = decoder
        self.encoder = encoder
        self.journal = journal
        self.clock = clock
        self.control = control
        controls = control.commands()
        self.parent = parent
        self.instrument = instrument
        self.depth = depth
        self.links = links
        self.clockOffset = clockOffset
        sentTicks = .allocate(capacity: TradingLoop.sentCapacity)
        sentTicks.initialize(repeating: 0, count: TradingLoop.sentCapacity)
    }

    deinit { sentTicks.deallocate() }

    /// Works until the parent is final.
    mutating func run() {
        let start = clock.now
        nextPing = start + TradingLoop.pingInterval
        nextResync = start + TradingLoop.resyncInterval
        // The links came up before the parent was accepted.
        step(.link(.privateUp), start)
        while !engine.state(of: parent).isFinal { turn() }
        publish()
    }

    /// One turn of the loop.
    private mutating func turn() {
        let before = clock.now
        let wait = max(Nanoseconds.zero, nextTick - before)
        loop.poll(timeout: wait)
        while let event = loop.next() { handle(event) }
        let now = clock.now
        while let command = controls.pop() { step(.control(command), now) }
        keepJournal(now)
        if now >= nextTick {
            nextTick = now + TradingLoop.tick
            keepTime(now)
        }
    }

    private mutating func keepTime(_ now: Nanoseconds) {
        step(.timer, now)
        if engine.isStale(instrument.id) { resynchronise(now) }
        if now >= nextPing {
            nextPing = now + TradingLoop.pingInterval
            links.ping(&loop)
            worstDrift = max(worstDrift, clock.recalibrate().magnitude)
        }
        publish()
    }

    private mutating func handle(_ event: TransportEvent) {
        switch event {
        case .message(let id, let message):
            if id == links.market {
                marketMessage(message)
            } else {
                orderMessage(message)
            }
        case .closed(let id, let reason):
            linkLost(id, reason)
        case .opened, .accepted, .request, .response, .woken:
            break
        }
    }

    /// A connection is gone. The parent cannot be worked blind: it stops, and says so.
    private mutating func linkLost(_ id: ConnectionID, _ reason: CloseReason) {
        let now = clock.now
        if id == links.market {
            fault = fault ?? LinkFault(link: .market, event: .closed(reason))
            step(.link(.feedDown(instrument.id)), now)
        } else if id == links.account {
            fault = fault ?? LinkFault(link: .account, event: .closed(reason))
            step(.link(.privateDown), now)
        } else if id == links.trade {
            fault = fault ?? LinkFault(link: .trade, event: .closed(reason))
            step(.link(.tradeDown), now)
        }
    }

    /// Asks for a fresh snapshot of a book that cannot be trusted: never patch over a gap.
    private mutating func resynchronise(_ now: Nanoseconds) {
        guard now >= nextResync else { return }
        nextResync = now + TradingLoop.resyncInterval
        resyncs &+= 1
        links.resubscribe(&loop, to: BybitSession.bookTopic(instrument, depth: depth))
    }

    private func publish() {
        control.publish(engine.progress(of: parent))
    }
}

internal import CLinux
internal import Containers
internal import Engine
internal import Lines
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
    /// How often the processor's counter is held against the system's clock.
    static let calibrationInterval = Nanoseconds.seconds(20)

    /// How long a final parent's children are asked for beyond the time in which an order settles.
    static let lastWords = Nanoseconds.seconds(12)

    /// Commands one step may give: as many as a word has bits.
    static let commandCapacity = 64

    /// Parts in 10⁹ by which the clock may be off before the outcome says so: a calibration of
    /// 20 ms is good to some 2,000, a crystal to 50,000.
    static let toleratedDrift: UInt64 = 200_000

    var loop: EventLoop
    var engine: Engine
    var decoder: BybitDecoder
    var encoder: BybitEncoder
    var journal: SessionJournal
    var commands = CommandBuffer(capacity: TradingLoop.commandCapacity)
    /// Commands that leave as one message.
    var batch: GatheredBatch
    var latencies = StageLatencies()
    var clock: TickClock
    let control: SessionControl
    let pulse: HotPulse
    var controls: SPSCRing<ControlCommand>.Consumer
    let parent: ParentID
    let instrument: Instrument
    /// Market data, on one line or more.
    var feed: MarketFeed
    var account: LinkWatch
    /// Order entry; nil where orders go by REST.
    var trade: LinkWatch?
    /// Takes orders to a venue without order entry of its own.
    var courier: CourierEnd
    /// Whether it does: orders go by REST.
    let isByCourier: Bool
    /// Connections that these two may open.
    var linkBudget = ConnectBudget(limit: ConnectBudget.reserve)
    /// How far the venue's clock is ahead of ours, and the answers that keep it so.
    var venueClock: VenueClock
    /// The same, for the other threads.
    let venueOffset: VenueOffset
    let timeWatch: VenueTimeWatch
    var timeSamples: SPSCRing<VenueTick>.Consumer
    /// Who looks the venue's names up, and what was found.
    let names: NameWatch
    var addressChanges: AddressChanges
    /// When each recent request left, by child number modulo the size, for `orderToAnswer`.
    let sentTicks: UnsafeMutablePointer<UInt64>
    static let sentCapacity = 4_096
    /// When each child left, by its number; 0 for those that did not leave this process.
    let placedTicks: UnsafeMutablePointer<UInt64>
    var nextTick = Nanoseconds.zero
    /// The system's clock minus ours.
    var systemOffset = Nanoseconds.zero
    var nextCalibration = Nanoseconds.zero
    /// By how many parts in 10⁹ the clock's rate was off, at the worst look.
    var worstDrift: UInt64 = 0
    /// What the venue is asked, and what it answers.
    var reconciliation: Reconciliation
    /// What the account pays for a fill, once the venue has been asked again.
    var fees: FeeSchedule?
    /// What the account's stream states of positions and coins.
    var statements: StatementWatch
    /// What the venue answered that was no success.
    var answerCodes = AnswerCodes()
    /// What was open at a halt, until the venue says it is gone.
    var sweep = SweepCheck()
    /// The venue's position is not ours, also at a second look.
    var isPositionWrong = false
    /// The parent is final, and what the venue knows of a process before this one is waited for.
    private var isLearning = false
    /// What the decoder had counted of prints that cannot be read, and of what is off the steps,
    /// when it was last seen to.
    var unreadablePrints: Int64 = 0
    var offSteps: Int64 = 0
    /// What ended the market data for good, if anything did.
    var fault: LinkFault?
    /// How long last words are waited for once the parent is to end, since when that is, and
    /// whether the operator was told.
    var lastWordPatience = VenuePatience().lastWord
    var endingSince: Nanoseconds?
    var isWaitTold = false
    /// Told what the operator should know; only where nothing new leaves any more.
    var notice: (@Sendable (String) -> Void)?

    init(
        loop: consuming EventLoop,
        engine: consuming Engine,
        decoder: consuming BybitDecoder,
        encoder: consuming BybitEncoder,
        journal: consuming SessionJournal,
        clock: TickClock,
        control: SessionControl,
        pulse: HotPulse,
        parent: ParentID,
        instrument: Instrument,
        feed: consuming MarketFeed,
        account: consuming LinkWatch,
        trade: consuming LinkWatch?,
        courier: consuming CourierEnd,
        venueClock: VenueClock,
        venueOffset: VenueOffset,
        timeWatch: VenueTimeWatch,
        names: NameWatch,
        reconciliation: consuming Reconciliation,
        statements: StatementWatch
    ) {
        self.loop = loop
        let room = engine.gate.budget.batchSize(instrument.category)
        batch = GatheredBatch(capacity: max(1, room))
        self.engine = engine
        self.decoder = decoder
        self.encoder = encoder
        self.journal = journal
        self.clock = clock
        self.control = control
        self.pulse = pulse
        controls = control.commands()
        self.parent = parent
        self.instrument = instrument
        self.feed = feed
        self.account = account
        isByCourier = trade == nil
        self.trade = trade
        self.courier = courier
        self.venueClock = venueClock
        self.venueOffset = venueOffset
        self.timeWatch = timeWatch
        timeSamples = timeWatch.samples()
        self.names = names
        addressChanges = names.changes()
        self.reconciliation = reconciliation
        self.statements = statements
        sentTicks = .allocate(capacity: TradingLoop.sentCapacity)
        sentTicks.initialize(repeating: 0, count: TradingLoop.sentCapacity)
        placedTicks = .allocate(capacity: self.engine.childCapacity)
        placedTicks.initialize(repeating: 0, count: self.engine.childCapacity)
    }

    deinit {
        sentTicks.deallocate()
        placedTicks.deallocate()
    }

    /// Tells the engine how things stand, and works until the parent is final.
    ///
    /// - Parameters:
    ///   - stated: what the venue has said of the account before.
    ///   - isRestart: the parent may be final already, and orders of it open all the same: then it
    ///     is also waited for what the venue knows of them.
    mutating func run(
        _ beginning: [EngineEvent],
        _ stated: [AccountStatement],
        isRestart: Bool
    ) {
        let start = clock.now
        nextCalibration = start + TradingLoop.calibrationInterval
        for event in beginning { step(event, start) }
        for statement in stated { take(statement, isStreamed: false, start) }
        while !engine.state(of: parent).isFinal || sweep.isWaiting(clock.now) { beat() }
        if isRestart { learnLastWords() }
        pulse.end()
        publish()
    }

    private mutating func beat() {
        turn()
        pulse.beat()
    }

    /// Waits until the venue was asked for everything since the start and no child is without its
    /// last word, or for what is left of the time that may take: a parent that was to be stopped
    /// has waited for the same already.
    private mutating func learnLastWords() {
        let patience = reconciliation.times.settling + TradingLoop.lastWords
        let deadline = clock.now + max(patience, lastWordRest)
        isLearning = true
        defer { isLearning = false }
        while !(account.isUp && isSettled) && clock.now < deadline { beat() }
    }

    /// Whether every child's last word is known.
    var isSettled: Bool {
        mutating get {
            for i in 0..<engine.liveCount(of: parent) where !engine.live(i, of: parent).isSettled {
                return false
            }
            return true
        }
    }

    /// One turn of the loop.
    private mutating func turn() {
        let before = clock.now
        let wait = max(Nanoseconds.zero, nextTick - before)
        loop.poll(timeout: wait)
        // First: what was asked before the venue spoke must find no order on its way.
        obey()
        if isByCourier && isEnding { courier.takeCancelsAlone() }
        while let event = loop.next() { handle(event) }
        let now = clock.now
        takeReplies(now)
        takeAnswers(now)
        keepJournal(now)
        if now >= nextTick {
            if nextTick > .zero { noteStandstill(now - nextTick) }
            nextTick = now + TradingLoop.tick
            keepTime(now)
        }
    }

    /// Does what a person or the kill switch asks for.
    private mutating func obey() {
        while let command = controls.pop() {
            let now = clock.now
            step(.control(command), now)
            // Before the cancels are answered: what was open is asked for by name.
            keepHalted(now)
        }
    }

    /// Whether the parent sends nothing new any more.
    var isEnding: Bool {
        let state = engine.state(of: parent)
        return state != .accepted && state != .working
    }

    private mutating func keepTime(_ now: Nanoseconds) {
        takeVenueTime(now)
        keepFeed(now)
        step(.timer, now)
        keepReconciled(now)
        keepHalted(now)
        keepEnding(now)
        // What is lost once nothing is left to do is no loss.
        if isLearning || !engine.state(of: parent).isFinal { keepLinks(now) }
        if now >= nextCalibration {
            nextCalibration = now + TradingLoop.calibrationInterval
            worstDrift = max(worstDrift, clock.recalibrate().magnitude)
        }
        publish()
    }

    private mutating func handle(_ event: TransportEvent) {
        switch event {
        case .message(let id, let message):
            if let line = feed.line(of: id) {
                marketMessage(message, line)
            } else {
                orderMessage(message, id)
            }
        case .opened(let id):
            if let line = feed.line(of: id) { lineOpened(line) } else { linkOpened(id) }
        case .closed(let id, let reason):
            if let line = feed.line(of: id) {
                lineClosed(line, reason)
            } else {
                linkClosed(id, reason)
            }
        case .accepted, .request, .response, .woken:
            break
        }
    }

    private mutating func publish() {
        var progress = engine.progress(of: parent)
        progress.at = clock.now
        progress.pause = answerCodes.pause
        if !feed.lines.isSound { progress.away.insert(.marketData) }
        if !account.isUp { progress.away.insert(.account) }
        if !canSend { progress.away.insert(.orderEntry) }
        if journal.isDiskStalled { progress.away.insert(.journal) }
        control.publish(progress)
    }
}

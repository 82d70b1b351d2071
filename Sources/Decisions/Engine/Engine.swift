internal import Algos
public import Book
internal import Orders
public import Risk
public import Units

/// The order of work for one event: a pure function of (state, event, now) to commands.
///
///     observe   market, fills, links and control go into the state; nothing is decided
///     decide    parents on the instruments that moved choose; risk checks; commands go out
///
/// Inside, methods are mutating even where they only read: a borrowed struct of this width is
/// copied whole for each call (`perf/experiments/borrowed-structs.md`).
///
/// It reads no clock, draws no random number and does no I/O, so the live runtime, the simulator
/// and the replay of a journal get the same commands from the same events.
///
/// - Complexity: O(changed levels) to observe; to decide, O(working parents on the touched
///   instrument), of which a quiet one costs a few comparisons (`QuietParent`) and another a whole
///   turn. Parents elsewhere cost nothing. Never allocates after `init` but in `accept`.
public struct Engine: ~Copyable {
    /// The version of what it decides: raised with every change after which the same events may
    /// give other commands, so that a replay of an older journal knows what it may see.
    public static let behaviour: UInt32 = 8

    let configuration: EngineConfiguration
    let markets: UnsafeMutablePointer<Market>
    let marketCount: Int
    let parents: UnsafeMutablePointer<ParentSlot>
    /// By slot, like `parents`, and apart from them: this is all that most turns touch.
    let quiet: UnsafeMutablePointer<QuietParent>
    var parentCount = 0
    var orders: OrderTable
    /// Every fill, for the report.
    var fills: FillLog
    /// The last look at every command.
    public internal(set) var gate: RiskGate
    /// Commands refused so far, by `RefusalReason`.
    let refusals: UnsafeMutablePointer<Int>
    /// The instrument the last event touched; nil means all of them.
    var touched: Int?
    var hasWork = false
    /// Turns of all parents so far, and the latest of their times: the stamps of several
    /// connections may be a little apart.
    var turn: UInt64 = 0
    var latest = Nanoseconds.zero
    /// Whether the order connection is there, and since when it is there again.
    var canSend = true
    var canSendSince = Nanoseconds.zero
    /// Whether the journal's disk takes what is recorded.
    var canRecord = true
    /// Since when each of them is away, while it is.
    var tradeDownSince = Nanoseconds.zero
    var journalStalledSince = Nanoseconds.zero
    var privateDownSince: Nanoseconds
    /// Order events about orders that are none of ours.
    public internal(set) var foreignEvents = 0
    /// Executions told more than once.
    public internal(set) var duplicateFills = 0
    /// Turns of parents that were passed over because they would have come to nothing.
    public internal(set) var turnsPassedOver = 0
    /// Book messages that found a gap, a crossed book or an overflow.
    public internal(set) var bookFaults = 0

    /// An engine for `instruments`, whose ids are their positions.
    ///
    /// - Precondition: `instruments[i].id.index == i`.
    public init(
        _ configuration: EngineConfiguration,
        instruments: [Instrument],
        now: Nanoseconds
    ) {
        self.configuration = configuration
        privateDownSince = now
        marketCount = instruments.count
        markets = .allocate(capacity: max(1, instruments.count))
        for (i, instrument) in instruments.enumerated() {
            precondition(Int(instrument.id.index) == i)
            (markets + i).initialize(to: Market(instrument, configuration))
        }
        parents = .allocate(capacity: configuration.parents)
        quiet = .allocate(capacity: configuration.parents)
        orders = OrderTable(
            children: configuration.children,
            executions: configuration.executions
        )
        fills = FillLog(capacity: configuration.executions)
        gate = RiskGate(configuration.limits, instruments: marketCount, now: now)
        refusals = .allocate(capacity: RefusalReason.allCases.count)
        refusals.initialize(repeating: 0, count: RefusalReason.allCases.count)
    }

    deinit {
        markets.deinitialize(count: marketCount)
        markets.deallocate()
        parents.deallocate()
        quiet.deallocate()
        refusals.deallocate()
    }

    /// Takes in one event and appends what it calls for.
    public mutating func step(
        _ event: EngineEvent,
        now: Nanoseconds,
        commands: inout CommandBuffer
    ) {
        observe(event, now: now)
        decide(now: now, commands: &commands)
    }

    /// Takes in one event. The caller may stamp its clock before it lets the engine `decide`.
    public mutating func observe(_ event: EngineEvent, now: Nanoseconds) {
        hasWork = true
        switch event {
        case .market(let market): observe(market, now)
        case .order(let order): observe(order, now)
        case .account(let account): observe(account, now)
        case .link(let link): observe(link, now)
        case .control(let control): observe(control, now)
        case .timer:
            touched = nil
            keepAccount(now)
        }
    }

    /// Takes in one market event, as nearly every event is. An `EngineEvent` has the room of its
    /// largest case and is copied on its way: 18 ns that this spares.
    public mutating func observe(_ event: MarketEvent, now: Nanoseconds) {
        hasWork = true
        observe(event, now)
    }

    /// Lets every working parent on the instruments the last event touched choose its next command.
    public mutating func decide(now: Nanoseconds, commands: inout CommandBuffer) {
        guard hasWork else { return }
        hasWork = false
        turn &+= 1
        latest = max(latest, now)
        let first = commands.count
        if let touched {
            decide(market: touched, now, &commands)
        } else {
            for market in 0..<marketCount { decide(market: market, now, &commands) }
        }
        if commands.count > first { batch(&commands, from: first, now) }
    }

    private mutating func decide(
        market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        let quote = markets[market].quote
        let mayPass = mayPassOver(market, now)
        var passedOver = 0
        var i = 0
        while i < markets[market].parentCount {
            let slot = Int(markets[market].parents[i])
            if mayPass, !commands.isFull, quiet[slot].passes(now, quote) {
                passedOver &+= 1
                i &+= 1
                continue
            }
            work(slot, market, now, &commands)
            if parents[slot].state.isFinal {
                markets[market].remove(parentAt: i)
            } else {
                i &+= 1
            }
        }
        turnsPassedOver &+= passedOver
    }

    /// Whether nothing has happened that concerns every parent of the market, quiet or not.
    private mutating func mayPassOver(_ market: Int, _ now: Nanoseconds) -> Bool {
        configuration.passesOverQuietParents && canSend && canRecord && gate.isPrivateStreamUp
            && isUsable(market, now)
    }

    /// Whether orders may be based on the book of this moment.
    mutating func isUsable(_ market: Int, _ now: Nanoseconds) -> Bool {
        markets[market].isTrusted
            && now.count - markets[market].bookAt.count <= configuration.limits.maxBookAge.count
    }
}

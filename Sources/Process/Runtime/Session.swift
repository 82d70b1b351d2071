internal import Algos
internal import CLinux
internal import Costs
internal import Engine
public import Orders
internal import Replay
public import Reports
internal import Risk
internal import Units
internal import Venues

/// How a session ended.
public struct SessionOutcome: Sendable {
    /// The parent's final state.
    public let state: ParentState
    /// The proof.
    public private(set) var report: ParentReport
    /// What ended it early, in words; nil when nothing did.
    public var fault: String? { report.fault }
    /// Whether every order's last word is known. If not, the journal stays open for a recovery.
    public let isSettled: Bool
    /// Whether the venue has said so: nothing of it is open, and the account moved by our fills.
    public let isConfirmed: Bool
    /// Whether its parent was refused at its first book, so that nothing was sent: worth more than
    /// one may be, or no order of it possible.
    public let isRefused: Bool
    /// Why the parent ended before it was filled, with its numbers, where nothing is at fault; nil
    /// when it was filled.
    public let reason: String?
    /// Connections that were open at the end and belonged to nobody: 0, or the program has a fault.
    public internal(set) var strayConnections = 0

    /// Adds where the faults come from that the venue made for a rehearsal.
    mutating func note(plannedFaults: String?) { report.venue.faults = plannedFaults }

    /// Adds what is to be said about its end.
    mutating func add(_ text: String) {
        report.fault = report.fault.map { $0 + "\n" + text } ?? text
    }
}

/// One parent order from the first question to the venue to the proof of what was done.
public enum Session {
    /// The version of this build, as journals and `--version` state it.
    public static let version = "0.1.0"

    /// Works the configured parent on the calling thread, which becomes the hot thread.
    ///
    /// - Returns: the outcome, once every child's last word is known or can no longer be had.
    /// - Throws: `SessionError` when it could not begin.
    public static func run(
        _ configuration: SessionConfiguration,
        _ control: SessionControl
    ) throws(SessionError) -> SessionOutcome {
        var bench = try Workbench(configuration, control)
        // Before the venue is asked: a directory that cannot be written to is known at once.
        var journal = SessionJournal()
        if let settings = configuration.journal {
            try Recovery.refuseUnfinished(settings.directory)
            journal = try SessionJournal(
                settings,
                session: configuration.session.text,
                now: bench.clock.now,
                waker: bench.loop.waker
            )
        }
        try bench.pin()
        let patience = configuration.patience.startUp
        let deadline = Deadline(patience)
        let ground = try bench.persist(until: deadline, patience) { (bench) throws(SessionError) in
            try bench.asking { (inquiry, loop) throws(SessionError) in
                try SessionGround(configuration, &inquiry, &loop)
            }
        }
        let (inquiry, facts, order) = (ground.inquiry, ground.facts, ground.order)
        if let text = facts.strayText { configuration.notice?(text) }
        if let faults = facts.plannedFaults {
            configuration.notice?("this venue makes faults, \(faults): what goes wrong is meant to")
        }
        if let text = order.clipping(facts.instrument) { configuration.notice?(text) }
        let claim = try configuration.claim(
            facts.instrument,
            isRecorded: configuration.journal != nil
        )
        defer { withExtendedLifetime(claim) {} }
        let (opening, links) = try bench.persist(until: deadline, patience) {
            (bench) throws(SessionError) in
            let opening = try bench.opening(facts.instrument, ground.protection)
            var decoder = bench.decoder(facts.instrument)
            return (opening, try opening.open(&bench.loop, &decoder))
        }
        for option in bench.loop.refusedOptions { configuration.notice?("\(option)") }
        let start = bench.clock.now
        let room = OrderRoom(
            for: order.duration + order.rules.grace,
            perSecond: order.limits.requestsPerSecond,
            most: configuration.mostOrders
        )
        if let text = room.notice { configuration.notice?(text) }
        var sizes = EngineConfiguration(
            parents: 1,
            children: room.orders,
            executions: room.orders,
            limits: order.limits,
            // Long enough to learn that an order never arrived, and for a venue that froze to come
            // back: what is open there must not be left.
            stopTimeout: max(
                configuration.reconcilerTimes.settling + .seconds(2),
                configuration.patience.lastWord
            ),
            linkPatience: configuration.linkPatience
        )
        sizes.neglects = configuration.neglects
        var engine = Engine(sizes, instruments: [facts.instrument], now: start)
        let parent = engine.nextParent
        precondition(parent == SessionControl.parent, "Session: its parent is the engine's first")
        let plan = try order.plan(from: start, history: ground.history)
        let parentOrder = order.parent(parent, from: start)
        do {
            try engine.accept(parentOrder, plan, now: start)
        } catch {
            throw .refused("the parent was refused: \(error)")
        }
        let aides = try bench.aides(facts, inquiry, fillsSince: start)
        // Last, so that a session that could not begin leaves nothing to recover.
        try journal.begin(
            session: configuration.session.text,
            account: configuration.account,
            origin: EngineOrigin(sizes, madeAt: start),
            instruments: [facts.instrument],
            commandCapacity: TradingLoop.commandCapacity
        )
        try journal.accepted(parentOrder, plan, now: start)
        if configuration.journal != nil { control.keep(configuration.stopMark) }
        // The links came up before the parent was accepted.
        var beginning: [EngineEvent] = [
            .link(.privateUp),
            .account(.clockError(facts.clock.uncertainty)),
            .account(facts.opening),
        ]
        if let today = facts.today?.event(facts.instrument, at: start) { beginning.append(today) }
        let work = SessionWork(
            engine: engine,
            journal: journal,
            links: links,
            beginning: beginning,
            isRestart: false,
            startedAt: start
        )
        return try bench.work(work, facts, inquiry, opening, aides)
    }
}

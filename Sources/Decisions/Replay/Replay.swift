internal import Algos
public import Engine
public import Journal
public import Orders
public import Units

/// A journal through an engine of its own: the same events in the same order, and each command the
/// engine gives held against the one on record, byte for byte.
///
/// At the end the engine is in the state in which the recorded one was at the last whole record:
/// what a recovery starts from.
public struct Replay: ~Copyable {
    /// What the recorded engine was made with.
    public let session: JournalSession
    /// The engine, as far as the records have been taken in.
    public private(set) var engine: Engine
    /// The engine's `now` at the last record.
    public private(set) var now: Nanoseconds
    /// What was taken in.
    public private(set) var counts = ReplayCounts()
    /// The first command that is not the recorded one; nothing is taken in after it.
    public private(set) var difference: ReplayDifference?
    /// Records that are missing, and the number of the first record that says so. Nothing is taken
    /// in after it, for what follows is no longer the recorded engine's, unless `open` was told to
    /// go past: then the engine observes, and its commands are the record's. A restart begins with
    /// an engine of just that state, so from there on it decides again.
    public private(set) var gap: (number: UInt64, lost: JournalGap)?
    private let goesPastGaps: Bool
    private var decides = true

    private var reader: JournalReader
    private var commands: CommandBuffer
    /// Commands of the last event that a record has confirmed.
    private var confirmed = 0
    private var profiles = ProfileMemory()
    /// Whether the position found before the first order is on record.
    public private(set) var knowsOpening = false

    /// Opens the journal at `path` and makes the engine it begins with.
    public static func open(
        _ path: String,
        pastGaps goesPastGaps: Bool = false
    ) throws(ReplayError) -> Replay {
        do throws(JournalError) {
            var reader = try JournalReader(path)
            guard let first = try reader.next() else {
                throw .notAJournal(
                    path: path,
                    reason: "it holds no whole record; it is \(reader.end?.text ?? "empty")"
                )
            }
            guard case .session(let session) = first.record else {
                throw .notAJournal(
                    path: path,
                    reason: "it does not begin with its session: name its first segment"
                )
            }
            guard let origin = EngineOrigin(bytes: session.configuration) else {
                throw .notAJournal(path: path, reason: "its engine cannot be made by this build")
            }
            return Replay(session, origin, reader, goesPastGaps)
        } catch {
            throw .journal(error)
        }
    }

    private init(
        _ session: JournalSession,
        _ origin: EngineOrigin,
        _ reader: consuming JournalReader,
        _ goesPastGaps: Bool
    ) {
        self.goesPastGaps = goesPastGaps
        self.session = session
        self.reader = reader
        engine = Engine(
            origin.configuration,
            instruments: session.instruments,
            now: origin.madeAt
        )
        commands = CommandBuffer(capacity: session.commandCapacity)
        now = origin.madeAt
        counts.records = 1
    }

    /// The engine, to go on with. Its plans' profiles live as long as the process.
    public consuming func handOver() -> Engine {
        profiles.keep()
        return engine
    }

    /// Where the journal can be gone on with; nil where it cannot.
    public var tail: JournalTail? { reader.tail }

    /// How the journal ends; nil before its end was reached.
    public var end: JournalEnd? { reader.end }

    /// The segments that are read.
    public var segments: SegmentList { reader.segments }

    /// Commands of the last event that have no record: the process ended before they were put on
    /// one, so in `durable` mode they never left.
    public var unrecorded: [OrderCommand] { (confirmed..<commands.count).map { commands[$0] } }

    /// Takes in every record.
    public mutating func run() throws(ReplayError) { while try step() {} }

    /// Takes in the next record; false at the end, at a difference or at a gap.
    public mutating func step() throws(ReplayError) -> Bool {
        if isOver { return false }
        let next: JournalEntry?
        do { next = try reader.next() } catch { throw .journal(error) }
        guard let entry = next else {
            if reader.end == .closed { expectNoCommand(before: counts.records + 1) }
            return false
        }
        counts.records = entry.number
        now = entry.now
        if case .command(let command) = entry.record {
            if decides { compare(command, entry) } else { retrace(command, entry.now) }
        } else if case .gap(let lost) = entry.record {
            pass(lost, entry.number)
        } else {
            expectNoCommand(before: entry.number)
            if difference == nil { try take(entry) }
        }
        return !isOver
    }

    private var isOver: Bool { difference != nil || (gap != nil && !goesPastGaps) }

    private mutating func pass(_ lost: JournalGap, _ number: UInt64) {
        let before = gap?.lost ?? JournalGap()
        let sum = JournalGap(
            market: before.market &+ lost.market,
            orders: before.orders &+ lost.orders
        )
        gap = (gap?.number ?? number, sum)
        // What the last event called for may be among what is missing.
        commands.removeAll()
        confirmed = 0
        decides = false
    }

    private mutating func retrace(_ command: OrderCommand, _ now: Nanoseconds) {
        counts.commands += 1
        engine.retrace(command, now: now)
    }

    private mutating func take(_ entry: JournalEntry) throws(ReplayError) {
        commands.removeAll()
        confirmed = 0
        switch entry.record {
        case .accept(let order, let plan): try accept(order, plan, entry)
        case .market(let event): step(.market(event), entry)
        case .timer: step(.timer, entry)
        case .order(let event):
            if case .execution = event { counts.fills += 1 }
            step(.order(event), entry)
        case .account(let coded):
            guard let account = AccountEvent(coded) else {
                throw .unknown("account event", entry.number)
            }
            switch account {
            case .opening, .openingHedged: knowsOpening = true
            default: break
            }
            step(.account(account), entry)
        case .link(let coded):
            guard let link = LinkEvent(coded) else { throw .unknown("link event", entry.number) }
            if link == .restarted { decides = true }
            step(.link(link), entry)
        case .control(let coded):
            guard let control = ControlCommand(coded) else {
                throw .unknown("control command", entry.number)
            }
            step(.control(control), entry)
        case .session: throw .unknown("second session", entry.number)
        case .command, .gap, .close: break
        }
    }

    private mutating func step(_ event: EngineEvent, _ entry: JournalEntry) {
        counts.events += 1
        engine.observe(event, now: entry.now)
        if decides && !entry.isObservedOnly { engine.decide(now: entry.now, commands: &commands) }
    }

    private mutating func accept(
        _ order: ParentOrder,
        _ bytes: UnsafeRawBufferPointer,
        _ entry: JournalEntry
    ) throws(ReplayError) {
        guard let plan = ExecutionPlan(journalBytes: bytes), order.id == engine.nextParent else {
            throw .unknown("parent or plan", entry.number)
        }
        if case .vwap(let profile) = plan.schedule { profiles.append(profile) }
        do {
            try engine.accept(order, plan, now: entry.now)
        } catch {
            throw .parentRefused(error, entry.number)
        }
        counts.parents += 1
    }

    private mutating func compare(_ command: OrderCommand, _ entry: JournalEntry) {
        counts.commands += 1
        guard confirmed < commands.count else {
            difference = ReplayDifference(number: entry.number, recorded: command, replayed: nil)
            return
        }
        let replayed = commands[confirmed]
        if CommandBytes.are(replayed, at: entry.now, equalTo: entry) {
            confirmed += 1
        } else {
            difference = ReplayDifference(
                number: entry.number,
                recorded: command,
                replayed: replayed
            )
        }
    }

    private mutating func expectNoCommand(before number: UInt64) {
        guard confirmed < commands.count else { return }
        difference = ReplayDifference(
            number: number,
            recorded: nil,
            replayed: commands[confirmed]
        )
    }
}

public import Algos
public import Containers
public import Engine
public import Journal
public import Orders
public import Units

/// Puts an engine on record: every event before the engine sees it, every command before it leaves.
///
/// Hot: it copies and never waits (bench `journal.append`, `journal.append.book`).
public struct EngineRecorder: ~Copyable {
    private var appender: JournalAppender

    /// Records into `ring`, which a `JournalWriter` empties, after the record `sequence` of the
    /// journal that is gone on with.
    public init(_ ring: ByteRing, after sequence: UInt64 = 0) {
        appender = JournalAppender(ring, after: sequence)
    }

    /// The number of the last record.
    public var sequence: UInt64 { appender.sequence }

    /// Records that found no room.
    public var lost: JournalGap { appender.lost }

    /// Records what the engine is made with. First of all, and once.
    ///
    /// - Returns: false when it does not fit.
    public mutating func begin(
        session: String,
        build: String,
        account: String,
        sync: JournalSync,
        origin: EngineOrigin,
        instruments: [Instrument],
        commandCapacity: Int
    ) -> Bool {
        let session = JournalSession(
            name: session,
            behaviour: Engine.behaviour,
            build: build,
            account: account,
            sync: sync,
            commandCapacity: commandCapacity,
            instruments: instruments,
            configuration: origin.bytes
        )
        return appender.append(session, origin.madeAt)
    }

    /// Records a parent that was accepted at `now`.
    ///
    /// - Returns: false when it does not fit.
    public mutating func accepted(
        _ order: ParentOrder,
        _ plan: ExecutionPlan,
        now: Nanoseconds
    ) -> Bool {
        appender.append(order, plan: plan.journalBytes, now)
    }

    /// Records an event that the engine is about to take in.
    ///
    /// - Returns: false when it does not fit; it is counted then.
    @discardableResult
    public mutating func record(
        _ event: EngineEvent,
        isObservedOnly: Bool = false,
        now: Nanoseconds
    ) -> Bool {
        switch event {
        case .market(let market): appender.append(market, now)
        case .order(let order): appender.append(order, isObservedOnly: isObservedOnly, now)
        case .account(let account): appender.append(account: account.coded, now)
        case .link(let link): appender.append(link: link.coded, now)
        case .control(let control): appender.append(control: control.coded, now)
        case .timer: appender.appendTimer(now)
        }
    }

    /// Records a command that is about to leave.
    ///
    /// - Returns: false when it does not fit; it must not leave then, unless it is a cancel.
    public mutating func record(_ command: OrderCommand, now: Nanoseconds) -> Bool {
        appender.append(command, now)
    }

    /// Records that nothing more comes.
    public mutating func close(now: Nanoseconds) { _ = appender.appendClose(now) }
}

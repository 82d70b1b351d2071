internal import Algos
internal import Book
internal import CLinux
internal import Containers
internal import Engine
internal import Glibc
internal import Journal
internal import Orders
internal import Replay
internal import Transport
internal import Units

/// The hot thread's side of a session's journal; it does nothing when none was asked for.
struct SessionJournal: ~Copyable {
    /// What is to become of a command that was put on record.
    enum Admission {
        /// It may leave.
        case leave
        /// It waits in `held` until its record is durable.
        case hold
        /// It must not leave: it is not on record.
        case refuse
    }

    /// The parts that exist only when there is a journal.
    private struct Recording: ~Copyable {
        var recorder: EngineRecorder
        let thread: JournalThread
        let isDurable: Bool
    }

    private var recording: Recording?
    private let progress: JournalProgress?
    /// Orders that wait for the disk.
    var held = HeldCommands()
    /// What went wrong, once something has.
    private(set) var fault: String?
    /// Whether it was ended in good order, and the disk has all of it.
    private(set) var isClosed = false
    private var disk: StallWatch
    /// How often the disk did not answer, and for how long.
    private(set) var stalls = StallCounts()

    /// No journal.
    init() {
        recording = nil
        progress = nil
        disk = StallWatch(patience: .zero)
    }

    /// Begins the journal of `session` and its thread, which wakes the loop by `waker`.
    init(
        _ settings: JournalSettings,
        session: String,
        now: Nanoseconds,
        waker: Waker
    ) throws(SessionError) {
        let store: JournalStore
        do throws(JournalError) {
            store = try JournalStore.create(
                directory: settings.directory,
                session: session,
                startedAt: now,
                segmentBytes: settings.segmentBytes ?? JournalFormat.defaultSegmentBytes,
                disk: settings.disk
            )
        } catch {
            throw .usage("the journal: \(error)")
        }
        try self.init(settings, store, after: 0, waker)
    }

    /// Goes on with a journal behind its last whole record.
    init(
        _ settings: JournalSettings,
        resuming tail: JournalTail,
        waker: Waker
    ) throws(SessionError) {
        let store: JournalStore
        do throws(JournalError) {
            store = try JournalStore.resume(
                tail,
                segmentBytes: settings.segmentBytes,
                disk: settings.disk
            )
        } catch {
            throw .usage("the journal: \(error)")
        }
        try self.init(settings, store, after: tail.number, waker)
    }

    private init(
        _ settings: JournalSettings,
        _ store: consuming JournalStore,
        after sequence: UInt64,
        _ waker: Waker
    ) throws(SessionError) {
        guard let ring = ByteRing(capacity: settings.ringBytes) else {
            throw .usage("no memory for the journal's ring: \(JournalError.words(errno))")
        }
        let progress = JournalProgress()
        let recorder = EngineRecorder(ring, after: sequence)
        let writer = JournalWriter(
            ring,
            store,
            progress,
            sync: settings.sync,
            onDurable: { waker.wake() }
        )
        guard let thread = JournalThread(writer, progress) else {
            throw .usage("the journal: no thread to be had")
        }
        self.progress = progress
        disk = StallWatch(patience: settings.diskPatience)
        recording = Recording(
            recorder: recorder,
            thread: thread,
            isDurable: settings.sync == .durable
        )
    }

    /// Records what the engine is made with, and its first parent.
    mutating func begin(
        session: String,
        account: String,
        origin: EngineOrigin,
        instruments: [Instrument],
        commandCapacity: Int
    ) throws(SessionError) {
        let sync: JournalSync = recording?.isDurable == true ? .durable : .async
        let fits = recording?.recorder.begin(
            session: session,
            build: "sluice \(Session.version)",
            account: account,
            sync: sync,
            origin: origin,
            instruments: instruments,
            commandCapacity: commandCapacity
        )
        if fits == false { throw .usage("the session does not fit a journal's record") }
    }

    /// Records an accepted parent, and waits until that survives a loss of power.
    mutating func accepted(
        _ order: ParentOrder,
        _ plan: ExecutionPlan,
        now: Nanoseconds
    ) throws(SessionError) {
        guard recording != nil else { return }
        guard recording?.recorder.accepted(order, plan, now: now) == true else {
            throw .usage("the parent's plan does not fit a journal's record")
        }
        // An order that outlives this process and its record must at least have a session.
        progress?.wakeWriter()
        let deadline = Deadline(.seconds(10))
        while durableSequence < recording?.recorder.sequence ?? 0 {
            if let fault = progress?.fault { throw .usage("the journal: \(fault.text)") }
            if deadline.isOver { throw .usage("the journal: the disk does not answer") }
            usleep(100)
        }
    }

    /// Records an event before the engine takes it in.
    mutating func record(
        _ event: EngineEvent,
        isObservedOnly: Bool = false,
        now: Nanoseconds
    ) {
        recording?.recorder.record(event, isObservedOnly: isObservedOnly, now: now)
    }

    /// Records a market event, which without a journal is nothing, and no copy of it.
    mutating func record(_ event: MarketEvent, now: Nanoseconds) {
        recording?.recorder.record(.market(event), isObservedOnly: false, now: now)
    }

    /// Records a command that has left, or never will.
    mutating func record(_ command: OrderCommand, now: Nanoseconds) {
        _ = recording?.recorder.record(command, now: now)
    }

    /// Records a command and says whether it may leave. A cancel always may: it frees the book of
    /// an order whatever becomes of the record.
    mutating func admit(
        _ command: OrderCommand,
        isBatched: Bool = false,
        receivedTicks: UInt64,
        bookEpoch: UInt32 = 0,
        now: Nanoseconds
    ) -> Admission {
        guard recording != nil else { return .leave }
        let isRecorded = recording?.recorder.record(command, now: now) == true
        if case .cancel = command { return .leave }
        guard isRecorded, fault == nil else { return .refuse }
        guard recording?.isDurable == true else { return .leave }
        if held.isFull { return .refuse }
        held.append(
            HeldCommands.Held(
                command: command,
                sequence: recording?.recorder.sequence ?? 0,
                receivedTicks: receivedTicks,
                isBatched: isBatched,
                heldTicks: sluice_ticks(),
                bookEpoch: bookEpoch
            )
        )
        return .hold
    }

    /// Lets the writer begin at once: an order waits for it.
    func hurry() { progress?.wakeWriter() }

    /// The last record that survives a loss of power.
    var durableSequence: UInt64 { progress?.durableSequence ?? 0 }

    /// Notices what went wrong since the last look; true once.
    mutating func hasFailed() -> Bool {
        guard recording != nil, fault == nil else { return false }
        if let fault = progress?.fault {
            self.fault = fault.text
            return true
        }
        if let lost = recording?.recorder.lost, lost.orders > 0 {
            fault =
                "the journal cannot keep up: \(lost.orders.counted("order record")) found no room, "
                + "for the disk did not take what came before"
            return true
        }
        return false
    }

    /// Looks whether the disk takes what is recorded, or hangs.
    mutating func lookAtDisk(_ now: Nanoseconds) -> StallWatch.Finding {
        guard recording != nil, fault == nil else { return .alive }
        let (recorded, durable) = (recording?.recorder.sequence ?? 0, durableSequence)
        let finding = disk.look(durable, awaited: durable < recorded, now)
        switch finding {
        case .alive, .standing: break
        case .stalled: stalls.stalls &+= 1
        case .back(let after): stalls.longest = max(stalls.longest, after)
        }
        return finding
    }

    /// Whether the disk does not answer.
    var isDiskStalled: Bool { disk.isStalled }

    /// What is to be said of a disk that did not always answer; nil for nothing.
    var stallText: String? {
        if stalls.stalls == 0 { return nil }
        let longest =
            disk.isStalled
            ? ", and does not answer at the end"
            : ", for \(stalls.longest.wholeSeconds) s at the longest"
        return "the journal's disk stopped answering \(stalls.stalls.counted("time"))" + longest
            + ": nothing new left meanwhile"
    }

    /// Whether there is a journal.
    var isRecording: Bool { recording != nil }

    /// Ends the journal as it is, for a recovery to go on with, and waits for the disk.
    ///
    /// - Returns: what is to be said about it; nil when it is whole.
    mutating func leave(_ control: SessionControl, _ notice: ((String) -> Void)?) -> String? {
        guard recording != nil else { return nil }
        let hanging = waitForDisk(control, notice)
        _ = hasFailed()
        return fault ?? hanging
    }

    /// Ends the journal in good order and waits for the disk.
    ///
    /// - Returns: what is to be said about it; nil when it is whole.
    mutating func close(
        now: Nanoseconds,
        _ control: SessionControl,
        _ notice: ((String) -> Void)?
    ) -> String? {
        guard recording != nil else { return nil }
        recording?.recorder.close(now: now)
        let hanging = waitForDisk(control, notice)
        _ = hasFailed()
        if let text = fault ?? hanging { return text }
        isClosed = true
        guard let lost = recording?.recorder.lost, lost.market > 0 else { return nil }
        return "the journal misses \(lost.market) market records: it cannot be replayed past them"
    }

    /// Waits until the disk has everything, but for no more than four seconds, and not after the
    /// next wish to stop.
    ///
    /// - Returns: what is to be said of a disk that has not.
    private mutating func waitForDisk(
        _ control: SessionControl,
        _ notice: ((String) -> Void)?
    ) -> String? {
        guard let thread = recording?.thread else { return nil }
        let asked = control.stopsAsked
        func hasAll(within patience: Nanoseconds) -> Bool {
            let deadline = Deadline(patience)
            while control.stopsAsked == asked && !deadline.isOver {
                if thread.close(within: min(deadline.rest, .milliseconds(20))) { return true }
            }
            return thread.close(within: .zero)
        }
        if hasAll(within: .seconds(1)) { return nil }
        if control.stopsAsked == asked {
            notice?("the journal's disk does not answer: it is waited for, 3 s at most")
        }
        if hasAll(within: .seconds(3)) { return nil }
        let recovery = control.isStopAsked ? "sluice recover --policy halt" : "sluice recover"
        return
            "the journal's disk does not answer: what it has not taken is lost with this process, "
            + "which cannot end before the disk lets go of it; run `\(recovery)` then"
    }
}

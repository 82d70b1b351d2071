import Algos
import Containers
import Engine
import Journal
import Orders
import Replay
import Risk
import Units

/// An engine whose every event and command goes on record, as the runtime's does, in one thread.
struct RecordedEngine: ~Copyable {
    static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "TESTUSDT",
        baseCoin: "TEST",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 30),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 100_000),
        minimumNotional: Amount(billionths: 5_000_000_000)
    )
    static let start = Nanoseconds.seconds(1_000_000)

    var engine: Engine
    var commands: CommandBuffer
    var now = RecordedEngine.start
    /// Every command, in order.
    private(set) var given: [OrderCommand] = []
    private var recorder: EngineRecorder
    private var writer: JournalWriter
    private let progress = JournalProgress()

    init(
        in directory: TemporaryDirectory,
        bookWindow: Int = 256,
        commandCapacity: Int = 16
    ) throws {
        let configuration = EngineConfiguration(
            parents: 4,
            children: 4_096,
            executions: 8_192,
            bookWindow: bookWindow,
            limits: RiskLimits(maxChild: Quantity(lots: 200), priceBandBps: 100)
        )
        let ring = ByteRing(capacity: 1 << 20)!
        writer = JournalWriter(
            ring,
            try JournalStore.create(
                directory: directory.path,
                session: "recorded",
                startedAt: RecordedEngine.start,
                segmentBytes: 1 << 20,
                disk: forgetfulDisk
            ),
            progress,
            sync: .async,
            onDurable: {}
        )
        recorder = EngineRecorder(ring)
        engine = Engine(
            configuration,
            instruments: [RecordedEngine.instrument],
            now: RecordedEngine.start
        )
        commands = CommandBuffer(capacity: commandCapacity)
        let fits = recorder.begin(
            session: "recorded",
            build: "a test",
            account: "nowhere",
            sync: .async,
            origin: EngineOrigin(configuration, madeAt: RecordedEngine.start),
            instruments: [RecordedEngine.instrument],
            commandCapacity: commandCapacity
        )
        precondition(fits)
    }

    /// Goes on with the journal in `directory`, as a recovery does; what its process did not come
    /// to record never left.
    init(resuming directory: TemporaryDirectory) throws {
        var replay = try Replay.open(directory.path, pastGaps: true)
        try replay.run()
        precondition(replay.difference == nil, "a record cut at any place replays")
        let (found, unrecorded) = (replay.tail, replay.unrecorded)
        guard let tail = found else { throw JournalError.noJournal(path: directory.path) }
        let ring = ByteRing(capacity: 1 << 20)!
        writer = JournalWriter(
            ring,
            try JournalStore.resume(tail, segmentBytes: 1 << 20, disk: forgetfulDisk),
            progress,
            sync: .async,
            onDurable: {}
        )
        recorder = EngineRecorder(ring, after: tail.number)
        commands = CommandBuffer(capacity: replay.session.commandCapacity)
        now = replay.now
        engine = replay.handOver()
        for command in unrecorded {
            let fits = recorder.record(command, now: now)
            precondition(fits)
        }
        for command in unrecorded { refuse(command) }
    }

    /// The number of the last record.
    var lastRecord: UInt64 { recorder.sequence }

    mutating func accept(_ order: ParentOrder, _ plan: ExecutionPlan) throws {
        try engine.accept(order, plan, now: now)
        let fits = recorder.accepted(order, plan, now: now)
        precondition(fits)
    }

    /// Steps the engine; the commands are in `commands`.
    mutating func step(_ event: EngineEvent, _ now: Nanoseconds) {
        self.now = now
        commands.removeAll()
        var fits = recorder.record(event, now: now)
        engine.step(event, now: now, commands: &commands)
        for i in 0..<commands.count {
            given.append(commands[i])
            fits = recorder.record(commands[i], now: now) && fits
        }
        precondition(fits)
        while writer.turn() {}
    }

    /// Lets the engine see a command's refusal by our own side, without deciding.
    mutating func refuse(_ command: OrderCommand) {
        let reply = OrderReply(
            operation: command.operation,
            child: command.child,
            outcome: .refused,
            remedy: .none,
            code: 0,
            orderID: .none
        )
        let fits = recorder.record(.order(.reply(reply)), isObservedOnly: true, now: now)
        precondition(fits)
        engine.observe(.order(.reply(reply)), now: now)
    }

    /// Ends the journal, in good order or as a killed process leaves it.
    mutating func finish(closing: Bool = true) {
        if closing { recorder.close(now: now) }
        while writer.turn() {}
        progress.requestClose()
        writer.run()
        precondition(progress.fault == nil)
    }
}

import Algos
import Book
import Costs
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// One parent worked by the engine at a random venue, with everything that must always hold
/// checked after every step.
struct Drive {
    /// What is to be worked, and in which world.
    struct Job: CustomTestStringConvertible, Sendable {
        var seed: UInt64
        var side: Side
        var schedule: Schedule
        var lots: Int64
        var limit: Int64?
        var seconds: Int64
        var temper: VenueTemper
        var market = RandomVenue.Market()
        /// What else happens.
        var interruption: Interruption?
        /// Fills come on two streams: one without fees, and which is first is anybody's guess.
        var tellsFastFills = false

        var testDescription: String { "seed \(seed), \(side) \(lots) \(schedule.name)" }
    }

    /// Something that happens once, so many milliseconds after the start.
    struct Interruption: Sendable {
        enum Kind: Sendable {
            case link(LinkEvent)
            case control(ControlCommand)
        }

        var kind: Kind
        var atMilliseconds: Int64
        /// How long a connection stays away; nil for the rest of the run.
        var backAfterMilliseconds: Int64?

        var event: EngineEvent {
            switch kind {
            case .link(let event): .link(event)
            case .control(let command): .control(command)
            }
        }
    }

    /// How it went.
    struct Outcome {
        var facts: ParentFacts
        /// A hash of every command with its time: equal for equal runs.
        var commandHash: UInt64 = 0xcbf2_9ce4_8422_2325
        var commands = 0
        var places = 0
        /// Steps while it worked, and those at which its fills lay inside the band.
        var workingSteps = 0
        var insideBand = 0
        var venueFilled = Quantity.zero
        /// Commands that the risk gate refused, by reason.
        var refusals: [RefusalReason: Int] = [:]
    }

    static let start = Nanoseconds.seconds(1_000_000)

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

    static let configuration = EngineConfiguration(
        parents: 4,
        children: 4_096,
        executions: 8_192,
        bookWindow: 256,
        limits: RiskLimits(maxChild: Quantity(lots: 200), priceBandBps: 100),
        linkPatience: .seconds(3)
    )

    static func run(_ job: Job) throws -> Outcome {
        var engine = Engine(configuration, instruments: [instrument], now: start)
        var venue = RandomVenue(job.temper, market: job.market, seed: job.seed, start: start)
        var buffer = CommandBuffer(capacity: 16)
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: instrument.id,
            side: job.side,
            quantity: Quantity(lots: job.lots),
            limit: job.limit.map { Price(ticks: $0) },
            startsAt: start,
            endsAt: start + .seconds(job.seconds)
        )
        let plan = ExecutionPlan(schedule: job.schedule)
        engine.step(.link(.privateUp), now: start, commands: &buffer)
        try engine.accept(order, plan, now: start)

        var checks = Checks(job: job, order: order)
        let deadline =
            order.endsAt + plan.rules.grace + configuration.stopTimeout + .seconds(1)
        var interruption = job.interruption
        var absence = LinkAbsence()
        while !engine.state(of: order.id).isFinal {
            buffer.removeAll()
            if let event = absence.nextOfBacklog() {
                checks.hear(event, checks.now, &engine, &buffer)
            } else {
                venue.next { now, message in
                    // In a timer's place, so that no message is lost for it.
                    if case .timer = message, let due = interruption,
                        now >= start + .milliseconds(due.atMilliseconds)
                    {
                        checks.step(due.event, now, &engine, &buffer)
                        interruption = nil
                        absence.begin(due, now)
                    } else if absence.passes(message, now) {
                        checks.tell(message, now, &engine, &buffer)
                    }
                }
            }
            for i in 0..<buffer.count { venue.submit(buffer[i]) }
            try checks.verify(engine, buffer, venue)
            try #require(checks.now <= deadline, "\(job.testDescription): it hangs")
        }
        return try checks.outcome(engine, venue)
    }
}

/// What a run is held to.
struct Checks {
    let job: Drive.Job
    let order: ParentOrder
    var now = Drive.start
    private var delivered: Set<ExternalID> = []
    private var streams: FillStreams
    private var feesTold: Set<ExternalID> = []
    private var deliveredFees: Int64 = 0
    private var deliveredLots: Int64 = 0
    private var isPrivateUp = true
    private var canTrade = true
    private var isHalted = false
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private var commands = 0
    private var places = 0
    private var workingSteps = 0
    private var insideBand = 0

    init(job: Drive.Job, order: ParentOrder) {
        self.job = job
        self.order = order
        streams = FillStreams(seed: job.seed)
    }

    mutating func tell(
        _ message: RandomVenue.Message,
        _ now: Nanoseconds,
        _ engine: inout Engine,
        _ buffer: inout CommandBuffer
    ) {
        switch message {
        case .market(let event): step(.market(event), now, &engine, &buffer)
        case .timer:
            for late in streams.due() { hear(.order(.execution(late)), now, &engine, &buffer) }
            step(.timer, now, &engine, &buffer)
        case .order(.execution(let fill)) where job.tellsFastFills:
            for told in streams.told(fill) { hear(.order(.execution(told)), now, &engine, &buffer) }
        case .order(let event): hear(.order(event), now, &engine, &buffer)
        }
    }

    mutating func hear(
        _ event: EngineEvent,
        _ now: Nanoseconds,
        _ engine: inout Engine,
        _ buffer: inout CommandBuffer
    ) {
        if case .order(.execution(let fill)) = event {
            if delivered.insert(fill.id).inserted { deliveredLots += fill.quantity.lots }
            if fill.feeCoin != .untold, feesTold.insert(fill.id).inserted {
                deliveredFees += fill.fee.clamped.billionths
            }
        }
        step(event, now, &engine, &buffer)
    }

    mutating func step(
        _ event: EngineEvent,
        _ now: Nanoseconds,
        _ engine: inout Engine,
        _ buffer: inout CommandBuffer
    ) {
        self.now = now
        switch event {
        case .link(.privateDown), .link(.privateLost): isPrivateUp = false
        case .link(.privateUp): isPrivateUp = true
        case .link(.tradeDown), .link(.tradeLost): canTrade = false
        case .link(.tradeUp): canTrade = true
        case .link(.restarted): (isPrivateUp, canTrade) = (false, false)
        case .control: isHalted = true
        case .link, .market, .order, .account, .timer: break
        }
        engine.step(event, now: now, commands: &buffer)
    }

    mutating func verify(
        _ engine: borrowing Engine,
        _ buffer: borrowing CommandBuffer,
        _ venue: RandomVenue
    ) throws {
        var place: Comment { "\(job.testDescription) at \((now - Drive.start).inSeconds) s" }
        for i in 0..<buffer.count {
            try verify(buffer[i], isTrusted: engine.withBook(order.instrument) { !$0.isStale })
        }
        let exposure = venue.exposure(of: order.id)
        try #require(exposure <= order.quantity, place)
        let progress = engine.progress(of: order.id)
        try #require(progress.filled.lots == deliveredLots, place)
        let net = engine.position(order.instrument).net.lots
        try #require(net == order.side.sign * deliveredLots, place)
        if engine.state(of: order.id) == .working {
            workingSteps += 1
            let strayed = abs(progress.filled.lots - progress.target.lots)
            if strayed <= progress.band.lots { insideBand += 1 }
        }
    }

    private mutating func verify(_ command: OrderCommand, isTrusted: Bool) throws {
        var place: Comment { "\(job.testDescription): \(command)" }
        commands += 1
        note(UInt64(bitPattern: now.count))
        switch command {
        case .place(let order):
            places += 1
            try verify(order.price, order.quantity, isTrusted, command)
            try #require(order.side == self.order.side, place)
            note(UInt64(order.child.number) << 32 | UInt64(order.quantity.lots))
            note(UInt64(order.price.ticks) << 8 | UInt64(order.timeInForce.rawValue))
        case .amend(let amend):
            try verify(amend.price, amend.quantity, isTrusted, command)
            note(UInt64(amend.child.number) << 32 | UInt64(amend.price.ticks) | 1 << 31)
        case .cancel(let cancel):
            try #require(canTrade, place)
            note(UInt64(cancel.child.number) << 32 | 1 << 30)
        }
    }

    private func verify(
        _ price: Price,
        _ quantity: Quantity,
        _ isTrusted: Bool,
        _ command: OrderCommand
    ) throws {
        var place: Comment { "\(job.testDescription): \(command)" }
        try #require(isTrusted && isPrivateUp && canTrade && !isHalted, place)
        try #require(quantity <= Drive.configuration.limits.maxChild, place)
        try #require(quantity.lots > 0 && quantity <= order.quantity, place)
        if let limit = order.limit {
            try #require(!order.side.isBetter(price, than: limit), place)
        }
    }

    private mutating func note(_ word: UInt64) {
        hash = (hash ^ word) &* 0x0000_0100_0000_01b3
        hash ^= hash >> 29
    }

    func outcome(_ engine: borrowing Engine, _ venue: RandomVenue) throws -> Drive.Outcome {
        let facts = engine.facts(of: order.id)
        var refusals: [RefusalReason: Int] = [:]
        for reason in RefusalReason.allCases { refusals[reason] = engine.refusals(reason) }
        var place: Comment { "\(job.testDescription)" }
        // A child without a last word is never passed over in silence.
        try #require(facts.unsettled.isEmpty || facts.state == .halted, place)
        if facts.state == .completed { try #require(facts.ledger.filled == order.quantity, place) }
        if facts.unsettled.isEmpty {
            try #require(venue.filled(of: order.id) == facts.ledger.filled, place)
        }
        try #require(facts.ledger.fees.billionths == deliveredFees, place)
        try #require(facts.untoldFees == delivered.count - feesTold.count, place)
        let cost = facts.ledger.breakdown(
            unfilled: order.quantity - facts.ledger.filled,
            endHalfTicks: facts.endMidHalfTicks
        )
        if let arrival = facts.ledger.arrivalHalfTicks {
            let filled = Int128(facts.ledger.filled.lots)
            let rest = Int128(order.quantity.lots) - filled
            let sign = Int128(order.side.sign)
            let paid = 2 * facts.ledger.notional.tickLots - filled * Int128(arrival)
            let missed = rest * (Int128(facts.endMidHalfTicks) - Int128(arrival))
            try #require(cost.tradingCost == sign * (paid + missed), place)
        }
        return Drive.Outcome(
            facts: facts,
            commandHash: hash,
            commands: commands,
            places: places,
            workingSteps: workingSteps,
            insideBand: insideBand,
            venueFilled: venue.filled(of: order.id),
            refusals: refusals
        )
    }
}

import Algos
import Book
import Engine
import Orders
import Risk
import Units
import Venues

extension Rows {
    /// The engine's own cost: one book update with so many parents at work on the instrument.
    static func engine(_ feed: FeedInput) -> [Row] {
        [0, 1, 10, 100].map { parents in
            Row(
                name: "engine.step.\(parents)",
                operation: "step one book update of 3 + 3 levels with \(parents) working parents",
                count: 5_000
            ) {
                let state = EngineState(parents: parents)
                return .batch { state.run($0) }
            }
        }
            + [1, 10, 100].map { parents in
                Row(
                    name: "engine.moving.\(parents)",
                    operation:
                        "the same with a best ask that moves: every parent takes a whole turn",
                    count: 5_000
                ) {
                    let state = EngineState(parents: parents)
                    return .batch { state.run($0, isMoving: true) }
                }
            } + [
                Row(
                    name: "engine.step.elsewhere",
                    operation: "engine.step.0 with 100 idle parents on another instrument",
                    count: 5_000
                ) {
                    let state = EngineState(parents: 0, elsewhere: 100)
                    return .batch { state.run($0) }
                }
            ]
            + [1, 100].map { parents in
                Row(
                    name: "engine.timer.\(parents)",
                    operation: "step a timer with \(parents) working parents",
                    count: 5_000
                ) {
                    let state = EngineState(parents: parents)
                    return .batch { state.keepTime($0) }
                }
            }
    }

    /// Encoding alone, and the risk gate alone.
    static func orders() -> [Row] {
        [
            Row(
                name: "risk.check",
                operation: "every check on one new order, all limits set, and its rate window",
                count: 20_000
            ) {
                let state = GateState()
                return .batch { state.run($0) }
            },
            Row(
                name: "order.encode",
                operation: "encode one order.amend message",
                count: 20_000
            ) {
                let state = EncodeState()
                return .batch { state.run($0) }
            },
        ]
    }
}

/// An engine with working parents, each with a resting order in the middle of its band.
final class EngineState {
    static let start = Nanoseconds.seconds(1_700_000_000)
    var engine: Engine
    var commands = CommandBuffer(capacity: 64)
    var now = EngineState.start
    private var sequence: Int64 = 1
    private let changes: UnsafeMutablePointer<LevelChange>

    /// Limits that hold nothing back.
    private static var limits: RiskLimits {
        var limits = RiskLimits(maxChild: Quantity(lots: 100_000), requestsPerSecond: 100_000)
        limits.venueRates = VenueRates(linear: 100_000)
        limits.venueRates.pool = 1_000_000
        return limits
    }

    init(parents: Int, elsewhere: Int = 0) {
        changes = .allocate(capacity: 100)
        engine = Engine(
            EngineConfiguration(
                parents: 128,
                children: 1 << 16,
                executions: 1 << 10,
                limits: EngineState.limits
            ),
            instruments: [FeedInput.bitcoin, FeedInput.perpetual(1, "ETH")],
            now: now
        )
        engine.step(.link(.privateUp), now: now, commands: &commands)
        for i in 0..<50 {
            changes[i] = LevelChange(ticks: 600_000 - Int64(i), lots: 2_000)
            changes[50 + i] = LevelChange(ticks: 600_001 + Int64(i), lots: 2_000)
        }
        step(.snapshot, bids: 50, asks: 50, from: 50)
        for _ in 0..<parents { addParent(0) }
        for _ in 0..<elsewhere { addParent(1) }
    }

    deinit { changes.deallocate() }

    private func addParent(_ instrument: UInt16) {
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(instrument),
            side: .buy,
            quantity: Quantity(lots: 100_000),
            limit: nil,
            startsAt: now,
            // So long that the target hardly moves while the row runs.
            endsAt: now + .seconds(86_400)
        )
        do {
            try engine.accept(order, ExecutionPlan(schedule: .twap), now: now)
        } catch {
            preconditionFailure("the benchmark's parent is acceptable: \(error)")
        }
        step(.delta, bids: 0, asks: 0, from: 50)
        confirmAll()
    }

    /// The venue's confirmation of whatever the last step sent.
    func confirmAll() {
        for i in 0..<commands.count { confirm(commands[i]) }
        commands.removeAll()
    }

    private func confirm(_ command: OrderCommand) {
        let price: Price
        let quantity: Quantity
        switch command {
        case .place(let order): (price, quantity) = (order.price, order.quantity)
        case .amend(let amend): (price, quantity) = (amend.price, amend.quantity)
        case .cancel: return
        }
        let update = OrderUpdate(
            child: command.child,
            orderID: .none,
            status: .new,
            reason: .none,
            price: price,
            quantity: quantity,
            filled: .zero,
            // No later than any state of the book, which has no clock here.
            updatedAt: .zero
        )
        engine.observe(.order(.update(update)), now: now)
    }

    private func step(_ kind: DepthUpdate.Kind, bids: Int, asks: Int, from: Int) {
        sequence &+= 1
        now.count &+= 1_000_000
        commands.removeAll()
        let update = DepthUpdate(
            instrument: InstrumentID(0),
            kind: kind,
            depth: 50,
            sequence: sequence,
            crossSequence: sequence,
            publishedAt: now,
            matchedAt: now,
            bids: UnsafeBufferPointer(start: changes, count: bids),
            asks: UnsafeBufferPointer(start: changes + from, count: asks)
        )
        engine.step(.market(.depth(update)), now: now, commands: &commands)
    }

    func run(_ count: Int, isMoving: Bool = false) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            for j in 0..<3 {
                changes[j].lots = 2_000 &+ Int64((i &+ j) & 255)
                changes[50 + j].lots = 3_000 &+ Int64((i &+ j) & 255)
            }
            if isMoving, i & 1 == 0 { changes[50].lots = 0 }
            step(.delta, bids: 3, asks: 3, from: 50)
            let lots = engine.withBook(InstrumentID(0)) { $0.bbo.bidQuantity.lots }
            hash = fold(hash, UInt64(bitPattern: lots) &+ UInt64(commands.count))
        }
        // Each parent has a child at work, or the steps had less to do than the row's name says.
        for id in 0..<engine.nextParent.index {
            hash = fold(hash, UInt64(engine.progress(of: ParentID(id)).children))
        }
        return hash
    }
}

extension EngineState {
    /// Timers alone, a microsecond apart.
    func keepTime(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            now.count &+= 1_000
            commands.removeAll()
            engine.step(.timer, now: now, commands: &commands)
            hash = fold(hash, UInt64(commands.count))
        }
        for id in 0..<engine.nextParent.index {
            hash = fold(hash, UInt64(engine.progress(of: ParentID(id)).children))
        }
        return hash
    }
}

private final class EncodeState {
    private var encoder = BybitEncoder(
        instruments: [FeedInput.bitcoin],
        session: SessionPrefix("benchrun")!
    )
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 64)

    deinit { room.deallocate() }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            let amend = AmendOrder(
                child: ChildID(parent: ParentID(1), number: UInt32(truncatingIfNeeded: i)),
                instrument: InstrumentID(0),
                price: Price(ticks: 600_000 &+ Int64(i & 1_023)),
                quantity: Quantity(lots: 250)
            )
            let now = Nanoseconds(1_700_000_000_000_000_000 &+ Int64(i) &* 1_000_000)
            let length = encoder.encode(.amend(amend), at: now, into: room)
            hash = fold(hash, UInt64(length) &+ UInt64(room[length &- 20]))
        }
        return hash
    }
}

/// A gate with every limit set and an order that passes all of them.
final class GateState {
    private var gate: RiskGate
    private let filters: RiskFilters
    private var context: RiskContext
    private var now = EngineState.start

    init() {
        var limits = RiskLimits(maxChild: Quantity(lots: 1_000), requestsPerSecond: 1_000)
        limits.maxPosition = Quantity(lots: 1 << 40)
        limits.maxGrossExposure = Amount(billionths: 1 << 60)
        limits.maxLeveragePercent = 500
        limits.maxDailyLoss = Amount(billionths: 1 << 60)
        limits.maxMessagesPerFill = .max - 1
        limits.maxMarkAge = .seconds(10)
        limits.freeMessages = 0
        limits.venueRates = VenueRates(linear: 1_000)
        gate = RiskGate(limits, instruments: 1, now: now)
        gate.isPrivateStreamUp = true
        gate.account.equity = Amount(billionths: 1 << 60)
        filters = RiskFilters(FeedInput.bitcoin, limits)
        context = RiskContext(
            isTrading: true,
            isBookTrusted: true,
            bookAt: now,
            midHalfTicks: 1_200_001,
            parentQuantity: Quantity(lots: 1 << 40),
            committedElsewhere: Quantity(lots: 100),
            limit: Price(ticks: 601_000)
        )
        context.markHalfTicks = 1_200_003
        context.highestBuy = Price(ticks: 606_000)
        context.ownOpposite = Price(ticks: 600_100)
        context.position = Quantity(lots: 100)
        context.inFlight = Quantity(lots: 50)
        context.liquidation = Price(ticks: 300_000)
    }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            now = now + .milliseconds(2)
            context.bookAt = now
            context.markAt = now
            gate.privateHeardAt = now
            let order = PlaceOrder(
                child: ChildID(parent: ParentID(0), number: UInt32(truncatingIfNeeded: i)),
                instrument: InstrumentID(0),
                side: .buy,
                timeInForce: .postOnly,
                // One in eight lies past our own order on the other side.
                price: Price(ticks: 600_093 + Int64(i & 7)),
                quantity: Quantity(lots: 20)
            )
            let reason = gate.check(order, context, filters, now: now)
            hash = (hash ^ UInt64(reason?.rawValue ?? 255)) &* 0x0000_0100_0000_01b3
        }
        return hash
    }
}

import Algos
import Costs
import Engine
import Orders
import Risk
import TestSupport
import Units
import Venues

@testable import LoopbackVenue

/// An engine with several parents at a trading floor: bytes in between, time turned by the test.
final class GatewayDesk {
    let fixture: FloorFixture
    var engine: Engine
    private var encoder: BybitEncoder
    private var decoder: BybitDecoder
    private var commands = CommandBuffer(capacity: 64)
    private var maker = BookMaker()
    private let trade: Int
    private let room = UnsafeMutableRawBufferPointer.allocate(
        byteCount: BybitEncoder.batchCapacity,
        alignment: 64
    )
    /// Messages with orders that left: their time, operation and number of orders.
    private(set) var sent: [(at: Nanoseconds, operation: OrderOperation, orders: Int)] = []
    /// Codes the venue answered with, other than 0.
    private(set) var refusals: [OrderReply] = []
    private var nextBook = Nanoseconds.zero

    /// `parents` that each want to buy a lot in an hour, and begin so long `apart`.
    init(
        parents: Int,
        rates: VenueRates = VenueRates(),
        requestsPerSecond: Int? = nil,
        faults: FaultScript = FaultScript(),
        apart: Nanoseconds = .zero
    ) throws {
        fixture = FloorFixture(faults: faults, requestsPerSecond: requestsPerSecond)
        var limits = RiskLimits(maxChild: Quantity(lots: 500), requestsPerSecond: 10_000)
        limits.venueRates = rates
        let configuration = EngineConfiguration(
            parents: max(1, parents),
            children: 4_096,
            executions: 4_096,
            bookWindow: 256,
            limits: limits,
            stopTimeout: .seconds(20)
        )
        let now = fixture.now
        engine = Engine(configuration, instruments: [fixture.instrument], now: now)
        encoder = BybitEncoder(
            instruments: [fixture.instrument],
            session: FloorFixture.session
        )
        decoder = BybitDecoder(
            instruments: [fixture.instrument],
            session: FloorFixture.session
        )
        trade = fixture.openAuthorized(.trade)
        _ = fixture.listen(.privateStream, BybitSession.privateTopics)
        step(.link(.privateUp))
        for i in 0..<parents {
            let order = ParentOrder(
                id: engine.nextParent,
                instrument: fixture.instrument.id,
                side: .buy,
                quantity: Quantity(lots: 10_000),
                limit: nil,
                startsAt: now + Nanoseconds(Int64(i) * apart.count),
                endsAt: now + .seconds(3_600)
            )
            try engine.accept(order, ExecutionPlan(schedule: .twap), now: now)
        }
    }

    deinit { room.deallocate() }

    /// Orders of ours on the venue's book.
    var open: Int { fixture.desk.exchange.openOrders.count }

    var isHalted: Bool { engine.gate.isHalted }
    var isIdle: Bool { engine.isIdle }
    var wasHeldBack: Bool { engine.refusals(.budgetSpent) > 0 }
    var facts: [ParentFacts] {
        (0..<engine.nextParent.index).map { engine.facts(of: ParentID($0)) }
    }

    func heldBack(_ operation: OrderOperation) -> Int { engine.gate.budget.heldBack(operation) }
    func tooMany(_ operation: OrderOperation) -> Int { engine.gate.budget.tooMany(operation) }
    func limit(_ operation: OrderOperation) -> Int {
        engine.gate.budget.limit(operation, .linear)
    }

    /// Lets the world go on until `isDone`, for so long at most; returns how long it took.
    func run(
        for time: Nanoseconds,
        bookEvery: Nanoseconds = .milliseconds(20),
        until isDone: (GatewayDesk) -> Bool = { _ in false }
    ) -> Nanoseconds {
        let start = fixture.now
        while fixture.now - start < time, !isDone(self) {
            let texts = fixture.advance(by: .milliseconds(5))
            take(texts)
            if fixture.now >= nextBook {
                nextBook = fixture.now + bookEvery
                book()
            }
            step(.timer)
        }
        return fixture.now - start
    }

    private func book() {
        maker.send(
            .snapshot,
            bids: [(600_000, 400), (599_999, 400)],
            asks: [(600_001, 400), (600_002, 400)],
            at: fixture.now
        ) { update in step(.market(.depth(update))) }
    }

    /// Takes one event through the engine and sends what it calls for.
    func step(_ event: EngineEvent) {
        commands.removeAll()
        engine.step(event, now: fixture.now, commands: &commands)
        var messages: [[OrderCommand]] = []
        var batches: [OrderOperation: [OrderCommand]] = [:]
        for i in 0..<commands.count {
            let command = commands[i]
            if commands.isBatched(i) {
                batches[command.operation, default: []].append(command)
            } else {
                messages.append([command])
            }
        }
        for message in messages { send(message, isBatch: false) }
        for batch in batches.values {
            for start in stride(from: 0, to: batch.count, by: BybitEncoder.batchCount) {
                let end = min(batch.count, start + BybitEncoder.batchCount)
                send(Array(batch[start..<end]), isBatch: true)
            }
        }
    }

    private func send(_ message: [OrderCommand], isBatch: Bool) {
        sent.append((fixture.now, message[0].operation, message.count))
        let length: Int
        if isBatch {
            length = message.withUnsafeBufferPointer { batch in
                let (length, number) = encoder.encode(batch: batch, at: fixture.now, into: room)
                decoder.expect(batch: number, batch)
                return length
            }
        } else {
            length = encoder.encode(message[0], at: fixture.now, into: room)
        }
        take(fixture.say(bytes: Array(room[..<length]), on: trade))
    }

    /// Hands the venue's texts to the engine.
    private func take(_ texts: [Outgoing]) {
        for text in texts {
            let padded = PaddedBytes(text.text)
            var events: [OrderEvent] = []
            withExtendedLifetime(padded) {
                if case .orders(let told) = decoder.decode(padded.payload) { events = Array(told) }
            }
            for event in events {
                if case .reply(let reply) = event, reply.code != 0 { refusals.append(reply) }
                step(.order(event))
            }
        }
    }
}

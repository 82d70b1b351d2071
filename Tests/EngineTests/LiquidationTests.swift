import Algos
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// Where the venue would liquidate, through the engine: a still book at 1,000.05.
@Suite("Engine and liquidation prices", .timeLimit(.minutes(3)))
struct LiquidationTests {
    private static let id = InstrumentID(0)
    /// A tenth of the middle away, at five hundredths allowed; and three hundredths.
    private static let far = Price(ticks: 9_000)
    private static let near = Price(ticks: 9_700)

    /// Which of the parents trade after `events`: each buyer or seller, reducing or not.
    private static func trading(
        _ parents: [(side: Side, reduceOnly: Bool)],
        _ events: [AccountEvent]
    ) throws -> (trades: [Bool], refusals: Int) {
        var limits = RiskLimits(maxChild: Quantity(lots: 200))
        limits.minLiquidationDistanceBps = 500
        var engine = Engine(
            EngineConfiguration(
                parents: 4,
                children: 4_096,
                executions: 8_192,
                bookWindow: 256,
                limits: limits
            ),
            instruments: [Drive.instrument],
            now: Drive.start
        )
        var buffer = CommandBuffer(capacity: 16)
        var now = Drive.start
        engine.step(.link(.privateUp), now: now, commands: &buffer)
        for event in events { engine.step(.account(event), now: now, commands: &buffer) }
        for parent in parents {
            let order = ParentOrder(
                id: engine.nextParent,
                instrument: id,
                side: parent.side,
                quantity: Quantity(lots: 300),
                limit: nil,
                reduceOnly: parent.reduceOnly,
                startsAt: now,
                endsAt: now + .seconds(60)
            )
            try engine.accept(order, ExecutionPlan(schedule: .twap), now: now)
        }
        var placed = [Bool](repeating: false, count: parents.count)
        var maker = BookMaker()
        for _ in 0..<200 {
            now = now + .milliseconds(100)
            buffer.removeAll()
            maker.send(
                .snapshot,
                bids: [(10_000, 300), (9_999, 300)],
                asks: [(10_001, 300), (10_002, 300)],
                at: now
            ) { engine.step(.market(.depth($0)), now: now, commands: &buffer) }
            for i in 0..<buffer.count {
                if case .place(let order) = buffer[i] {
                    placed[Int(order.child.parent.index)] = true
                }
            }
        }
        return (placed, engine.refusals(.nearLiquidation))
    }

    @Test("a liquidation price near the market holds back what adds to the position")
    func oneWay() throws {
        let held = AccountEvent.opening(Self.id, Quantity(lots: 1_000))
        for (price, trades) in [(Self.far, true), (Self.near, false), (nil, true)] {
            let events = [held, .liquidation(Self.id, .only, price)]
            let result = try Self.trading([(.buy, false)], events)
            #expect(result.trades == [trades] && (result.refusals > 0) != trades)
            // A sale brings it nearer to flat.
            #expect(try Self.trading([(.sell, false)], events).trades == [true])
        }
        // What lies in the way of a position that this mode does not have is nothing to it.
        for leg in [PositionLeg.long, .short] {
            let events = [held, .liquidation(Self.id, leg, Self.near)]
            #expect(try Self.trading([(.buy, false)], events).trades == [true])
        }
    }

    @Test("in hedge mode it is that of the position which the parent works with")
    func hedged() throws {
        let held = AccountEvent.openingHedged(
            Self.id,
            long: Quantity(lots: 1_000),
            short: Quantity(lots: -1_000)
        )
        // Who buys adds to the long one, who sells to the short one.
        let parents = [(side: Side.buy, reduceOnly: false), (.sell, false)]
        for (leg, trades) in [
            (PositionLeg.long, [false, true]), (.short, [true, false]), (.only, [true, true]),
        ] {
            let events = [held, .liquidation(Self.id, leg, Self.near)]
            #expect(try Self.trading(parents, events).trades == trades, "\(leg)")
        }
        // Each has its own, and one is lifted by itself.
        let both: [AccountEvent] = [
            held, .liquidation(Self.id, .long, Self.near), .liquidation(Self.id, .short, Self.near),
            .liquidation(Self.id, .long, nil),
        ]
        #expect(try Self.trading(parents, both).trades == [true, false])
        // Who only reduces is let through even at the nearest of prices.
        let reducing = [(side: Side.sell, reduceOnly: true), (.buy, true)]
        #expect(try Self.trading(reducing, Array(both.dropLast())).trades == [true, true])
    }
}

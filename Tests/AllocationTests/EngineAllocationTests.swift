import Algos
import Book
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

@Suite("Allocations of the engine", .timeLimit(.minutes(3)))
struct EngineAllocationTests {
    private static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "TESTUSDT",
        baseCoin: "TEST",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 30),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 100_000),
        minimumNotional: .zero
    )

    private static let profile = VolumeProfile([
        VolumeProfile.Knot(time: .zero, shareE9: 0),
        VolumeProfile.Knot(time: .seconds(300), shareE9: 300_000_000),
        VolumeProfile.Knot(time: .seconds(600), shareE9: 1_000_000_000),
    ])

    @Test("the counter counts")
    func counter() {
        var kept: [[Int]] = []
        kept.reserveCapacity(4)
        let made = allocations { kept.append([Int](repeating: 1, count: 100)) }
        #expect(made == nil || made == 1)
        #expect(allocations {} ?? 0 == 0)
        #expect(kept[0][99] == 1)
    }

    @Test("a step allocates nothing, whatever the event and whatever it leads to")
    func step() throws {
        var engine = Engine(
            EngineConfiguration(
                parents: 8,
                children: 8_192,
                executions: 16_384,
                bookWindow: 256,
                limits: RiskLimits(maxChild: Quantity(lots: 200))
            ),
            instruments: [EngineAllocationTests.instrument],
            now: .zero
        )
        var buffer = CommandBuffer(capacity: 64)
        for schedule in [
            Schedule.twap, .vwap(EngineAllocationTests.profile), .pov(rateBps: 1_000),
        ] {
            for side in Side.allCases {
                try engine.accept(
                    ParentOrder(
                        id: engine.nextParent,
                        instrument: InstrumentID(0),
                        side: side,
                        quantity: Quantity(lots: 20_000),
                        limit: nil,
                        startsAt: .zero,
                        endsAt: .seconds(600)
                    ),
                    ExecutionPlan(schedule: schedule),
                    now: .zero
                )
            }
        }
        engine.step(.link(.privateUp), now: .zero, commands: &buffer)

        var venue = RandomVenue(.hostile, seed: 7, start: .zero)
        var worst = UInt64(0)
        var sum = UInt64(0)
        var commands = 0
        for step in 0..<20_000 {
            venue.next { now, message in
                let event: EngineEvent =
                    switch message {
                    case .market(let event): .market(event)
                    case .order(let event): .order(event)
                    case .timer: .timer
                    }
                buffer.removeAll()
                let made = allocations { engine.step(event, now: now, commands: &buffer) } ?? 0
                if step >= 2_000 {
                    worst = max(worst, made)
                    sum += made
                }
            }
            commands += buffer.count
            for i in 0..<buffer.count { venue.submit(buffer[i]) }
        }
        #expect(commands > 1_000)
        #expect(worst == 0 && sum == 0)
    }
}

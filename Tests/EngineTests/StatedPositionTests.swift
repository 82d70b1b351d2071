import Algos
import Orders
import TestSupport
import Testing
import Units

@testable import Engine

/// What a parent that reduces makes of the venue's word on the position, before it is believed.
@Suite("Engine and stated positions", .timeLimit(.minutes(1)))
struct StatedPositionTests {
    private static let id = ReducingTests.id

    private static func leg(_ side: Side, _ isHedged: Bool) -> PositionLeg {
        isHedged ? (side == .sell ? .long : .short) : .only
    }

    private static func stated(
        _ side: Side,
        _ lots: Int64,
        _ isHedged: Bool,
        at time: Nanoseconds
    ) -> EngineEvent {
        .account(.stated(id, leg(side, isHedged), Quantity(lots: -side.sign * lots), at: time))
    }

    /// A parent of 1,500 with more than ten lots on the book.
    private func desk(_ side: Side, _ isHedged: Bool) throws -> ReducingTests.Desk {
        let held = ReducingTests.held(side, 1_500, isHedged: isHedged)
        var desk = try ReducingTests.Desk(held, [(side, 1_500)])
        try desk.trade(5)
        for _ in 0..<10 where desk.open.values.reduce(0, +) <= 10 {
            try desk.trade(1, fills: false)
        }
        try #require(desk.open.values.reduce(0, +) > 10 && desk.sold > 0)
        return desk
    }

    @Test(
        "what the venue states bounds what is asked for at once, and it may grow again",
        arguments: Side.allCases,
        [false, true]
    )
    func bounds(_ side: Side, _ isHedged: Bool) throws {
        var desk = try desk(side, isHedged)
        desk.now = desk.now + .milliseconds(1)
        let sent = desk.tell(Self.stated(side, 10, isHedged, at: desk.now))
        #expect(sent.map(\.operation) == [.cancel], "\(sent)")
        try desk.carryOut(sent)
        desk.most = 0
        try desk.trade(3, fills: false)
        #expect(desk.most <= 10 && desk.engine.state(of: ParentID(0)) == .working)
        // The venue takes it back: the parent goes on with all that is left of it.
        let left = 1_500 - desk.sold
        try desk.carryOut(desk.tell(Self.stated(side, left, isHedged, at: desk.now)))
        try desk.trade(25)
        #expect(desk.end() == "completed none 1500")
        #expect(desk.engine.refusals(.onlyReducing) == 0)
    }

    @Test(
        "a flat position by its word alone holds everything back, and ends nothing",
        arguments: [false, true]
    )
    func flat(_ isHedged: Bool) throws {
        var desk = try desk(.sell, isHedged)
        try desk.carryOut(desk.tell(Self.stated(.sell, 0, isHedged, at: desk.now)))
        #expect(desk.open.isEmpty)
        let next = desk.engine.nextChild
        try desk.trade(3)
        #expect(desk.engine.nextChild == next)
        #expect(desk.engine.state(of: ParentID(0)) == .working)
        // Looked at twice it is believed.
        let sold = desk.sold
        _ = desk.tell(.account(ReducingTests.held(.sell, sold, isHedged: isHedged)))
        try desk.trade(1)
        #expect(desk.end() == "completed flat \(sold)")
    }

    @Test("the other position of a hedged account bounds nothing")
    func otherLeg() throws {
        var desk = try desk(.sell, true)
        let rests = desk.open
        #expect(desk.tell(.account(.stated(Self.id, .short, .zero, at: desk.now))).isEmpty)
        #expect(desk.open == rests)
    }

    /// A message of the venue, and when it arrives.
    private enum Message {
        case fill(lots: Int64, at: Int64)
        case stated(lots: Int64, at: Int64)
    }

    @Test("in whatever order fills and statements come, no more is held for sure than is held")
    func disorder() throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            var desk = try ReducingTests.Desk(
                .opening(Self.id, Quantity(lots: 1_000)),
                [(.sell, 1_000)]
            )
            let order = PlaceOrder(
                child: ChildID(parent: ParentID(0), number: 0),
                instrument: Self.id,
                side: .sell,
                timeInForce: .postOnly,
                price: Price(ticks: 10_001),
                quantity: Quantity(lots: 1_000),
                reduceOnly: true
            )
            _ = desk.tell(.order(.adopted(order)))
            // What happens at the venue, a change a millisecond, and when it is heard of.
            var truth: Int64 = 1_000
            var heard: [(arrives: Int64, message: Message)] = []
            for time in 1...60 as ClosedRange<Int64> where truth > 0 {
                let lots = min(truth, 1 + Int64(random.next() % 40))
                truth -= lots
                if random.next() % 2 == 0 {
                    let late = Int64(random.next() % 30)
                    heard.append((time + late, .fill(lots: lots, at: time)))
                }
                let late = Int64(random.next() % 30)
                heard.append((time + late, .stated(lots: truth, at: time)))
            }
            heard.sort { $0.arrives < $1.arrives }
            try hear(heard.map(\.message), &desk, seed)
            // A look tells what is held now.
            _ = desk.tell(Self.stated(.sell, truth, false, at: Drive.start + .milliseconds(100)))
            #expect(desk.engine.markets[0].surelyHeld(.only).lots == truth, "seed \(seed)")
        }
    }

    private func hear(
        _ messages: [Message],
        _ desk: inout ReducingTests.Desk,
        _ seed: UInt64
    ) throws {
        var latest: (lots: Int64, at: Int64)?
        var fills: [(lots: Int64, at: Int64)] = []
        for message in messages {
            switch message {
            case .fill(let lots, let time):
                fills.append((lots, time))
                let execution = Execution(
                    child: ChildID(parent: ParentID(0), number: 0),
                    id: try #require(ExternalID("f\(time)")),
                    orderID: .none,
                    side: .sell,
                    price: Price(ticks: 10_001),
                    quantity: Quantity(lots: lots),
                    isMaker: true,
                    fee: .zero,
                    matchedAt: Drive.start + .milliseconds(time)
                )
                _ = desk.tell(.order(.execution(execution)))
            case .stated(let lots, let time):
                // An older one is dropped before the engine.
                if let latest, time < latest.at { continue }
                latest = (lots, time)
                let time = Drive.start + .milliseconds(time)
                _ = desk.tell(Self.stated(.sell, lots, false, at: time))
            }
            let own = fills.reduce(1_000) { $0 - $1.lots }
            var known = own
            if let latest {
                let since = fills.reduce(Int64(0)) { $0 + ($1.at > latest.at ? $1.lots : 0) }
                known = min(own, max(0, latest.lots - since))
            }
            let sure = desk.engine.markets[0].surelyHeld(.only).lots
            // A fill that comes after a statement of its own moment is taken off it once more.
            #expect((known - 40...known).contains(sure), "seed \(seed), \(message)")
        }
    }
}

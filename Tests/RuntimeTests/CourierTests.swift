import LoopbackVenue
import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// Orders over REST: a venue without order entry over WebSocket.
@Suite("Order courier", .timeLimit(.minutes(3)))
struct CourierTests {
    @Test("a whole parent goes over REST, and the accounts agree", arguments: [Side.buy, .sell])
    func session(side: Side) throws {
        var session = try SessionFixture(.twap, side)
        // Nothing listens there: the order socket is left alone.
        session.configuration.venue.trade.port = 1
        session.configuration.venue.ordersByREST = true
        let outcome = try session.run()
        #expect(outcome.state == .completed, "\(outcome.fault ?? "")")
        #expect(outcome.fault == nil)
        #expect(outcome.report.venue.openOrders == 0)
        #expect((outcome.report.latency["orderToAnswer"]?.count ?? 0) > 0)
    }

    @Test("answers that get lost on the way are asked for, and nothing is bought twice")
    func lostAnswers() throws {
        var session = try SessionFixture(
            seconds: 4,
            faults: try FaultScript(text: "create 2 lose-answer\ncreate 4 lose\n")
        )
        session.configuration.venue.ordersByREST = true
        let outcome = try session.run()
        #expect(outcome.state == .completed || outcome.state == .expired)
        #expect(outcome.fault == nil, "\(outcome.fault ?? "")")
        #expect(outcome.report.counts.unknown == 0)
    }

    private static let place = OrderCommand.place(
        PlaceOrder(
            child: ChildID(parent: ParentID(0), number: 3),
            instrument: InstrumentID(0),
            side: .buy,
            timeInForce: .postOnly,
            price: Price(ticks: 600_000),
            quantity: Quantity(lots: 5)
        )
    )
    private static let cancel = OrderCommand.cancel(
        CancelOrder(child: place.child, instrument: InstrumentID(0))
    )
    private static let taken =
        #"{"retCode":0,"retMsg":"OK","result":{"orderId":"9aac","orderLinkId":"x"}}"#

    /// A courier at work before a stub, and the hot thread's end of its mail.
    private final class Desk {
        let stub: StubREST
        let courier: OrderCourier
        var mail: CourierEnd
        private var hot: EventLoop
        let clock: @Sendable () -> Nanoseconds
        let venueOffset = VenueOffset(.seconds(3))

        init(_ answer: @escaping @Sendable (String, String) -> StubREST.Answer) throws {
            stub = try StubREST(answer)
            var sizes = LoopConfiguration()
            sizes.connections = 2
            hot = try EventLoop(sizes)
            let start = ContinuousClock.now
            clock = {
                let (s, a) = (ContinuousClock.now - start).components
                return .seconds(1_700_000_000) + .seconds(s) + Nanoseconds(a / 1_000_000_000)
            }
            let box = CourierMail()
            courier = try OrderCourier(
                stub.endpoint,
                BybitREST(
                    host: "localhost",
                    credentials: BybitCredentials(key: "k", secret: "s")
                ),
                box,
                session: SessionPrefix("testtest")!,
                instrument: Instrument(
                    id: InstrumentID(0),
                    category: .linear,
                    symbol: "BTCUSDT",
                    baseCoin: "BTC",
                    quoteCoin: "USDT",
                    tick: DecimalScale(step: "0.10")!,
                    lot: DecimalScale(step: "0.001")!,
                    priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
                    quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
                    minimumNotional: .zero
                ),
                venueOffset: venueOffset,
                hot: hot.waker,
                clock: clock
            )
            mail = CourierEnd(box, bell: courier.bell)
        }

        func start() throws -> Desk {
            try courier.start()
            return self
        }

        /// Hands a command over, `age` old, and waits for its answer.
        func carry(_ command: OrderCommand, age: Nanoseconds = .zero) -> CourierAnswer? {
            guard mail.hand(CourierTask(command: command, handedAt: clock() - age)) else {
                return nil
            }
            let end = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < end {
                if let answer = mail.answer() { return answer }
                hot.poll(timeout: .milliseconds(100))
                while hot.next() != nil {}
            }
            return nil
        }

        func stop() {
            courier.stop()
            stub.stop()
        }
    }

    @Test("a command whose time stamp is refused is signed again by the refusal's own word")
    func refusedStamp() throws {
        let asked = Mutex(0)
        let desk = try Desk { _, _ in
            let isFirst = asked.withLock { count in
                count += 1
                return count == 1
            }
            return .body(
                200,
                isFirst
                    ? #"{"retCode":10002,"retMsg":"late","result":{},"time":1700000060000}"#
                    : CourierTests.taken
            )
        }.start()
        defer { desk.stop() }
        let answer = try #require(desk.carry(Self.cancel))
        #expect(answer.outcome == .accepted && answer.code == 0)
        let stamps = desk.stub.stamps.withLock { $0 }
        try #require(stamps.count == 2)
        #expect(abs(stamps[1] - 1_700_000_060_000) < 5_000, "\(stamps)")
    }

    @Test("each command gets one answer, which says whether it can have had an effect")
    func outcomes() throws {
        let desk = try Desk { _, _ in .body(200, CourierTests.taken) }.start()
        let placed = try #require(desk.carry(Self.place))
        #expect(placed.outcome == .accepted && placed.operation == .place)
        #expect(placed.child == Self.place.child)
        let cancelled = try #require(desk.carry(Self.cancel))
        #expect(cancelled.outcome == .accepted && cancelled.operation == .cancel)
        #expect(desk.stub.asked.withLock { $0 } == ["/v5/order/create", "/v5/order/cancel"])
        for (answer, outcome, remedy) in [
            (
                StubREST.Answer.body(200, #"{"retCode":110007,"retMsg":"balance","result":{}}"#),
                OrderReply.Outcome.refused, OrderRemedy.stopParent
            ),
            (
                .body(200, #"{"retCode":10016,"retMsg":"restarting","result":{}}"#), .unknown,
                .reconcile
            ),
            (.body(401, #"{"retCode":10004,"retMsg":"sign","result":{}}"#), .refused, .fatal),
            (.body(200, #"{"retCode":33004,"retMsg":"expired","result":{}}"#), .refused, .fatal),
            (.body(404, ""), .refused, .fatal), (.body(500, "<html>"), .unknown, .reconcile),
            (.body(503, "<html>"), .unknown, .reconcile), (.body(408, ""), .unknown, .reconcile),
            (.body(200, "<html>"), .unknown, .reconcile), (.close, .unknown, .reconcile),
        ] {
            desk.stub.change { _, _ in answer }
            var told = try #require(desk.carry(Self.place))
            // After a lost connection the pause before the next one may not be over.
            while told.outcome == .refused && told.remedy == .retry && told.code == 0 {
                told = try #require(desk.carry(Self.place))
            }
            #expect(told.outcome == outcome && told.remedy == remedy, "\(answer)")
        }
        desk.stop()
    }

    @Test("once nothing new is to leave, only cancels do, whatever waited before them")
    func cancelsAlone() throws {
        let desk = try Desk { _, _ in .body(200, CourierTests.taken) }.start()
        desk.mail.takeCancelsAlone()
        let placed = try #require(desk.carry(Self.place))
        #expect(placed.outcome == .refused)
        let cancelled = try #require(desk.carry(Self.cancel))
        #expect(cancelled.outcome == .accepted)
        #expect(desk.stub.asked.withLock { $0 } == ["/v5/order/cancel"])
        desk.stop()
    }

    @Test("what waited too long is not sent, but a cancel is")
    func stale() throws {
        let desk = try Desk { _, _ in .body(200, CourierTests.taken) }.start()
        let placed = try #require(desk.carry(Self.place, age: .seconds(2)))
        #expect(placed.outcome == .refused && placed.remedy == .retry)
        #expect(desk.stub.asked.withLock { $0.isEmpty })
        let cancelled = try #require(desk.carry(Self.cancel, age: .seconds(2)))
        #expect(cancelled.outcome == .accepted)
        desk.stop()
    }

    @Test("what takes holds for the book that it was decided on, what rests for its price")
    func staleTaker() throws {
        let desk = try Desk { _, _ in .body(200, CourierTests.taken) }.start()
        guard case .place(var order) = Self.place else { return }
        // The connection is there: what follows does not wait for it.
        #expect(try #require(desk.carry(Self.place, age: .zero)).outcome == .accepted)
        order.timeInForce = .immediateOrCancel
        let taker = try #require(desk.carry(.place(order), age: .milliseconds(150)))
        #expect(taker.outcome == .refused && taker.remedy == .retry && taker.code == 0)
        order.timeInForce = .postOnly
        let maker = try #require(desk.carry(.place(order), age: .milliseconds(150)))
        #expect(maker.outcome == .accepted)
        desk.stop()
    }

    @Test("a pause holds places back and no cancel; a spent operation holds back nothing")
    func pauses() throws {
        let desk = try Desk { path, _ in
            path.hasSuffix("create") ? .body(429, "") : .body(200, CourierTests.taken)
        }.start()
        let first = try #require(desk.carry(Self.place))
        #expect(first.remedy == .pauseRequests && first.outcome == .refused)
        #expect(desk.carry(Self.place)?.remedy == .slowDown)
        #expect(desk.carry(Self.cancel)?.outcome == .accepted)
        #expect(desk.stub.asked.withLock { $0 } == ["/v5/order/create", "/v5/order/cancel"])
        desk.stop()
        let limits = "X-Bapi-Limit: 10\r\nX-Bapi-Limit-Status: 0\r\n"
        let tooMany = #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#
        let spent = try Desk { _, _ in .headed(limits, 200, tooMany) }.start()
        for _ in 0..<2 {
            let told = try #require(spent.carry(Self.place))
            #expect(told.remedy == .pauseOperation)
            #expect(told.reply.budget == BudgetReading(limit: 10, left: 0))
        }
        #expect(spent.stub.asked.withLock { $0.count } == 2)
        spent.stop()
    }

    @Test("after a 403 nothing leaves any more")
    func ban() throws {
        let desk = try Desk { _, _ in .body(403, "access too frequent") }.start()
        for number in 0..<3 {
            let told = try #require(desk.carry(Self.place))
            #expect(told.outcome == .refused)
            #expect(told.remedy == (number == 0 ? .pauseRequests : .slowDown))
        }
        #expect(desk.stub.asked.withLock { $0.count } == 1)
        desk.stop()
    }

    @Test("requests are stamped by the venue's clock, as it is known by then")
    func stamps() throws {
        let desk = try Desk { _, _ in .body(200, CourierTests.taken) }.start()
        for offset in [Nanoseconds.seconds(3), .seconds(-7_200)] {
            desk.venueOffset.tell(offset)
            let before = desk.clock() + offset
            _ = try #require(desk.carry(Self.place))
            let stamp = try #require(desk.stub.stamps.withLock { $0.last })
            #expect(stamp >= before.millisecondCount)
            #expect(stamp <= (desk.clock() + offset).millisecondCount)
        }
        desk.stop()
    }

    @Test("what finds no room is not handed over")
    func room() throws {
        // Nobody is at work yet.
        let desk = try Desk { _, _ in .silence }
        var handed = 0
        while desk.mail.hand(CourierTask(command: Self.place, handedAt: desk.clock())) {
            handed += 1
        }
        #expect(handed == CourierMail.capacity)
        desk.stop()
    }
}

import Algos
import Book
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// The account's limits through the engine: one buyer, a still book at 1,000.05.
@Suite("Engine and the account", .timeLimit(.minutes(3)))
struct AccountTests {
    private struct Desk: ~Copyable {
        var engine: Engine
        var buffer = CommandBuffer(capacity: 8)
        var maker = BookMaker()
        var now = Drive.start

        init(
            _ change: (inout RiskLimits) -> Void = { _ in },
            sides: [Side] = [.buy],
            reduceOnly: Bool = false,
            events: [AccountEvent] = []
        ) throws {
            var limits = RiskLimits(maxChild: Quantity(lots: 200))
            change(&limits)
            engine = Engine(
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
            engine.step(.link(.privateUp), now: now, commands: &buffer)
            for event in events { engine.step(.account(event), now: now, commands: &buffer) }
            for side in sides {
                let order = ParentOrder(
                    id: engine.nextParent,
                    instrument: InstrumentID(0),
                    side: side,
                    quantity: Quantity(lots: 600),
                    limit: nil,
                    reduceOnly: reduceOnly,
                    startsAt: Drive.start,
                    endsAt: Drive.start + .seconds(60)
                )
                try engine.accept(order, ExecutionPlan(schedule: .twap), now: now)
            }
        }

        mutating func step(_ event: EngineEvent) -> [OrderCommand] {
            buffer.removeAll()
            engine.step(event, now: now, commands: &buffer)
            return (0..<buffer.count).map { buffer[$0] }
        }

        /// Books for `seconds`; every placed order is filled at once at its price.
        mutating func trade(
            _ seconds: Int64,
            mid: Int64 = 10_000,
            fills: Bool = true
        ) -> [PlaceOrder] {
            var placed: [PlaceOrder] = []
            for _ in 0..<(seconds * 10) {
                now = now + .milliseconds(100)
                var sent: [OrderCommand] = []
                maker.send(
                    .snapshot,
                    bids: [(mid, 300), (mid - 1, 300)],
                    asks: [(mid + 1, 300), (mid + 2, 300)],
                    at: now
                ) {
                    buffer.removeAll()
                    engine.step(.market(.depth($0)), now: now, commands: &buffer)
                    sent = (0..<buffer.count).map { buffer[$0] }
                }
                sent += step(.timer)
                while !sent.isEmpty {
                    guard case .place(let order) = sent.removeFirst() else { continue }
                    placed.append(order)
                    if fills { sent += step(.order(.execution(fill(order)))) }
                }
            }
            return placed
        }

        private func fill(_ order: PlaceOrder) -> Execution {
            Execution(
                child: order.child,
                id: ExternalID("f\(order.child.number)")!,
                orderID: .none,
                side: order.side,
                price: order.price,
                quantity: order.quantity,
                isMaker: true,
                fee: .zero,
                matchedAt: now
            )
        }
    }

    @Test("the position is what was found and what was done, and never passes its limit")
    func position() throws {
        let change: (inout RiskLimits) -> Void = { $0.maxPosition = Quantity(lots: 300) }
        var desk = try Desk(change, events: [.opening(InstrumentID(0), Quantity(lots: 200))])
        _ = desk.trade(40)
        // Less than the smallest order may be left.
        #expect((95...100).contains(desk.engine.position(InstrumentID(0)).net.lots))
        #expect(desk.engine.refusals(.positionExceeded) > 0)
        // Short by as much there is room for all of it.
        var other = try Desk(change, events: [.opening(InstrumentID(0), Quantity(lots: -600))])
        _ = other.trade(70)
        #expect(other.engine.position(InstrumentID(0)).net.lots == 600)
    }

    @Test("in hedge mode a fill moves the position its parent works with", arguments: Side.allCases)
    func hedged(side: Side) throws {
        let opening = AccountEvent.openingHedged(
            InstrumentID(0),
            long: Quantity(lots: 200),
            short: Quantity(lots: -300)
        )
        var opens = try Desk(sides: [side], events: [opening])
        let opened = opens.trade(20).reduce(0) { $0 + $1.quantity.lots }
        #expect(opened > 0)
        let after = opens.engine.held(InstrumentID(0))
        #expect(
            after
                == .hedged(
                    long: Quantity(lots: 200 + (side == .buy ? opened : 0)),
                    short: Quantity(lots: -300 - (side == .sell ? opened : 0))
                )
        )
        // What only reduces ends at flat, whatever it was asked for.
        var closes = try Desk(sides: [side], reduceOnly: true, events: [opening])
        _ = closes.trade(70)
        let (held, short) = (200, -300)
        let closed = closes.engine.held(InstrumentID(0))
        guard case .hedged(let long, let other) = closed else { return }
        #expect(side == .buy ? long.lots == held : other.lots == short)
        // Less than the smallest order may be left.
        let left = side == .buy ? -other.lots : long.lots
        #expect((0...5).contains(left), "\(left)")
    }

    @Test("in hedge mode the exposure is both positions, the position's limit is for one")
    func hedgedExposure() throws {
        let opening = AccountEvent.openingHedged(
            InstrumentID(0),
            long: Quantity(lots: 200),
            short: Quantity(lots: -300)
        )
        // A lot is worth a little more than one coin.
        var exposed = try Desk(
            { $0.maxGrossExposure = Amount(billionths: 600_100_000_000) },
            events: [opening]
        )
        let bought = exposed.trade(70).reduce(0) { $0 + $1.quantity.lots }
        #expect((90...100).contains(bought), "\(bought)")
        #expect(exposed.engine.refusals(.exposureExceeded) > 0)
        var bounded = try Desk({ $0.maxPosition = Quantity(lots: 300) }, events: [opening])
        let added = bounded.trade(70).reduce(0) { $0 + $1.quantity.lots }
        #expect((95...100).contains(added), "\(added)")
        #expect(bounded.engine.refusals(.positionExceeded) > 0)
    }

    @Test("past the day's loss everything stops until a person resumes")
    func loss() throws {
        var desk = try Desk { $0.maxDailyLoss = Amount(billionths: 2_000_000_000) }
        let placed = desk.trade(20)
        #expect(!placed.isEmpty)
        let lots = desk.engine.position(InstrumentID(0)).net.lots
        // 0.1 of the quote coin a lot, down by 20 ticks a lot: well past two coins.
        #expect(lots > 100)
        #expect(desk.trade(1, mid: 9_000).isEmpty)
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.stopReason == "lossLimit" && facts.state == .halted)
        let state = desk.engine.gate.state
        #expect(state == .reducing)
        _ = desk.step(.control(.resume))
        let resumed = desk.engine.gate.state
        #expect(resumed == .active)
    }

    @Test("what the account lost earlier on the day counts, at the price of the moment")
    func earlierLoss() throws {
        // Two hundred bought at 1.05 that are worth 1.00 now, and a coin of fees: eleven lost.
        let earlier = AccountEvent.earlierToday(
            InstrumentID(0),
            moved: Quantity(lots: 200),
            cash: Amount(billionths: -211_000_000_000)
        )
        let limits = { (limits: inout RiskLimits) in
            limits.maxDailyLoss = Amount(billionths: 11_500_000_000)
        }
        var within = try Desk(limits, events: [earlier])
        let placed = within.trade(5)
        let reasons = within.engine.stopReason(of: ParentID(0))
        #expect(!placed.isEmpty && reasons == .none)
        var beyond = try Desk(
            { $0.maxDailyLoss = Amount(billionths: 10_500_000_000) },
            events: [earlier]
        )
        let barred = beyond.trade(5)
        let why = beyond.engine.stopReason(of: ParentID(0))
        #expect(barred.isEmpty && why == .lossLimit)
        // It moves with the market, though nothing was bought since.
        var falling = try Desk(limits, events: [earlier])
        _ = falling.trade(1, fills: false)
        _ = falling.trade(5, mid: 9_900, fills: false)
        let fallen = falling.engine.stopReason(of: ParentID(0))
        #expect(fallen == .lossLimit)
    }

    @Test("a new day begins without the loss of the day before")
    func nextDay() {
        let day = Nanoseconds.seconds(86_400)
        var risk = AccountRisk(instruments: 1, now: day - .seconds(1))
        let limits = RiskLimits(maxChild: Quantity(lots: 1_000))
        let filters = RiskFilters(Drive.instrument, limits)
        let earlier = EarlierToday(moved: .zero, cash: Amount(billionths: -7))
        for now in [day - Nanoseconds(1), day] {
            risk.update(
                0,
                position: .zero,
                own: Position(),
                fees: .zero,
                midHalfTicks: 20_000,
                filters,
                earlier: earlier
            )
            risk.keepDay(now)
            let loss = risk.loss.billionths
            #expect(loss == (now < day ? 7 : 0))
        }
    }

    @Test("reducing lets only orders through that bring the position nearer to flat")
    func reducing() throws {
        var desk = try Desk(
            sides: [.buy, .sell],
            events: [.opening(InstrumentID(0), Quantity(lots: 100))]
        )
        _ = desk.step(.control(.reduce))
        let placed = desk.trade(30)
        #expect(!placed.isEmpty && placed.allSatisfy { $0.side == .sell })
        let net = desk.engine.position(InstrumentID(0)).net.lots
        #expect(net < 0 && net >= -100)
        // What could not reduce anything is not asked for.
        #expect(desk.engine.refusals(.onlyReducing) == 0)
        let resumed = desk.step(.control(.resume)).contains { command in
            if case .place(let order) = command { order.side == .buy } else { false }
        }
        #expect(resumed)
    }

    @Test("halted is not undone by reducing")
    func halted() throws {
        var desk = try Desk()
        _ = desk.step(.control(.halt))
        _ = desk.step(.control(.reduce))
        let state = desk.engine.gate.state
        #expect(state == .halted)
        #expect(desk.trade(5).isEmpty)
    }

    @Test("two parents of ours never rest where they would trade with each other")
    func selfTrade() throws {
        var desk = try Desk(sides: [.buy, .sell])
        var best: [Side: Price] = [:]
        for order in desk.trade(60, fills: false) {
            if let own = best[order.side.opposite] {
                #expect(!order.side.crosses(order.price, own))
            }
            best[order.side] = order.price
        }
        #expect(best.count == 2)
    }

    @Test("the venue's prices of the moment and its word on the instrument are kept")
    func bounds() throws {
        let id = InstrumentID(0)
        let low = Price(ticks: 9_999)
        var desk = try Desk(events: [.priceLimits(id, highestBuy: low, lowestSell: low)])
        #expect(desk.trade(10).allSatisfy { $0.price <= low })
        #expect(desk.engine.refusals(.outsideVenuePrices) > 0)
        var paused = try Desk(events: [.clockError(.seconds(1))])
        _ = paused.step(.account(.trading(id, false)))
        #expect(paused.trade(5).isEmpty)
        #expect(paused.engine.refusals(.notTrading) > 0)
        _ = paused.step(.account(.trading(id, true)))
        #expect(paused.trade(5).isEmpty)
        #expect(paused.engine.refusals(.clockUncertain) > 0)
        _ = paused.step(.account(.clockError(.zero)))
        #expect(!paused.trade(5).isEmpty)
    }

    @Test("other filters of the venue count from the next child on")
    func filters() throws {
        let id = InstrumentID(0)
        var desk = try Desk()
        #expect(desk.trade(10).contains { $0.quantity.lots > 6 })
        _ = desk.step(.account(.quantityRange(id, Quantity(lots: 1), Quantity(lots: 6))))
        let small = desk.trade(10)
        #expect(!small.isEmpty && small.allSatisfy { $0.quantity.lots <= 6 })
        _ = desk.step(.account(.quantityRange(id, Quantity(lots: 1), Quantity(lots: 100_000))))
        // A lot is worth 1 of the quote coin.
        _ = desk.step(.account(.minimumNotional(id, Amount(billionths: 40_000_000_000))))
        let large = desk.trade(10)
        #expect(!large.isEmpty && large.allSatisfy { $0.quantity.lots >= 40 })
        _ = desk.step(.account(.priceRange(id, Price(ticks: 1), Price(ticks: 9_999))))
        #expect(desk.trade(10).allSatisfy { $0.price.ticks <= 9_999 })
        // Other instruments are none of it.
        _ = desk.step(.account(.quantityRange(InstrumentID(9), .zero, .zero)))
    }

    @Test("another tick or lot stops the instrument's parents, and nothing of it is sent again")
    func steps() throws {
        var desk = try Desk()
        var placed: [PlaceOrder] = []
        for _ in 0..<10 where placed.isEmpty { placed = desk.trade(1, fills: false) }
        try #require(!placed.isEmpty)
        let sent = desk.step(.account(.stepsChanged(InstrumentID(0))))
        #expect(!sent.isEmpty && sent.allSatisfy { $0.operation == .cancel })
        _ = desk.step(.account(.trading(InstrumentID(0), true)))
        #expect(desk.trade(5).isEmpty)
        let parent = placed[0].child.parent
        #expect(desk.engine.facts(of: parent).stopReason == "stepsChanged")
        _ = desk.step(.account(.stepsChanged(InstrumentID(9))))
    }

    @Test("cancels wait for a budget that was spent without the engine, and no halt without end")
    func spent() throws {
        var desk = try Desk { $0.venueRates.linearBatch = 0 }
        var placed: [PlaceOrder] = []
        for _ in 0..<10 where placed.isEmpty { placed = desk.trade(1, fills: false) }
        let now = desk.now
        for _ in 0..<10 {
            let request = OutsideRequest(.cancel, InstrumentID(0), sentAt: now)
            #expect(desk.step(.account(.spent(request))).isEmpty)
        }
        _ = desk.step(.account(.spent(OutsideRequest(.cancel, InstrumentID(9), sentAt: now))))
        #expect(desk.step(.control(.halt)).isEmpty)
        desk.now = now + .milliseconds(1_049)
        #expect(desk.step(.timer).isEmpty)
        desk.now = now + .milliseconds(1_050)
        let sent = desk.step(.timer)
        #expect(!sent.isEmpty && sent.allSatisfy { $0.operation == .cancel })
    }

    @Test("a parent above the desk's size is refused, by quantity at once, by value at arrival")
    func parentSize() throws {
        #expect(throws: ParentRefusal.aboveMaximum) {
            _ = try Desk { $0.maxParent = Quantity(lots: 599) }
        }
        // 600 lots at 1,000.05 are worth 600.03.
        for (coins, stops) in [(Int64(601), false), (600, true)] {
            var desk = try Desk {
                $0.maxParentNotional = Amount(billionths: coins * 1_000_000_000)
            }
            _ = desk.trade(2)
            let reason = desk.engine.facts(of: ParentID(0)).stopReason
            #expect((reason == "parentTooLarge") == stops)
        }
    }

    @Test("an event about an instrument that is not ours changes nothing")
    func foreign() throws {
        let id = InstrumentID(7)
        var desk = try Desk(events: [
            .opening(id, Quantity(lots: 1)), .liquidation(id, .only, nil), .trading(id, false),
            .priceLimits(id, highestBuy: Price(ticks: 1), lowestSell: Price(ticks: 2)),
        ])
        #expect(!desk.trade(5).isEmpty)
    }
}

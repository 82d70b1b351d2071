import Orders
import Risk
import TestSupport
import Testing
import Units

/// Each reason once at the limit, where the order must pass, and once one past it.
@Suite("Risk gate")
struct RiskGateTests {
    /// One order and the world it meets; the default passes every check with room to spare.
    struct World: Sendable {
        var side = Side.buy
        var price: Int64 = 10_000
        var lots: Int64 = 10
        var limit: Int64?
        var committed: Int64 = 0
        var mid: Int64 = 20_000
        var isTrading = true
        var isTrusted = true
        var isPrivateUp = true
        var isHalted = false
        var bookAge: Int64 = 0
        var earlier = 0

        static let now = Nanoseconds.seconds(100)

        /// Ticks of 0.1 and lots of 0.001: 10,000 ticks · 10 lots = 10 of the quote coin.
        func instrument() -> Instrument {
            Instrument(
                id: InstrumentID(0),
                category: .linear,
                symbol: "X",
                baseCoin: "B",
                quoteCoin: "Q",
                tick: DecimalScale(multiplier: 1, decimals: 1),
                lot: DecimalScale(multiplier: 1, decimals: 3),
                priceRange: Price(ticks: 9_000)...Price(ticks: 10_950),
                quantityRange: Quantity(lots: 2)...Quantity(lots: 500),
                minimumNotional: Amount(billionths: 5_000_000_000)
            )
        }

        var limits: RiskLimits {
            RiskLimits(
                maxChild: Quantity(lots: 55),
                maxChildNotional: Amount(billionths: 50_000_000_000),
                priceBandBps: 100,
                maxBookAge: .seconds(3),
                requestsPerSecond: 10
            )
        }

        private var context: RiskContext {
            RiskContext(
                isTrading: isTrading,
                isBookTrusted: isTrusted,
                bookAt: World.now - Nanoseconds(bookAge),
                midHalfTicks: mid,
                parentQuantity: Quantity(lots: 1_000),
                committedElsewhere: Quantity(lots: committed),
                limit: limit.map { Price(ticks: $0) }
            )
        }

        func gate() -> RiskGate {
            var gate = RiskGate(limits, now: World.now)
            gate.isPrivateStreamUp = isPrivateUp
            gate.isHalted = isHalted
            return gate
        }

        func place() -> RefusalReason? {
            var gate = gate()
            for _ in 0..<earlier { _ = place(&gate) }
            return place(&gate)
        }

        func place(_ gate: inout RiskGate) -> RefusalReason? {
            let filters = RiskFilters(instrument(), limits)
            let order = PlaceOrder(
                child: ChildID(parent: ParentID(0), number: 0),
                instrument: InstrumentID(0),
                side: side,
                timeInForce: .postOnly,
                price: Price(ticks: price),
                quantity: Quantity(lots: lots)
            )
            return gate.check(order, context, filters, now: World.now)
        }

        func amend() -> RefusalReason? {
            var gate = gate()
            let filters = RiskFilters(instrument(), limits)
            let amend = AmendOrder(
                child: ChildID(parent: ParentID(0), number: 0),
                instrument: InstrumentID(0),
                price: Price(ticks: price),
                quantity: Quantity(lots: lots)
            )
            for _ in 0..<earlier { _ = gate.check(amend, side, context, filters, now: World.now) }
            return gate.check(amend, side, context, filters, now: World.now)
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var passes: World
        var fails: World
        var reason: RefusalReason

        init(
            _ reason: RefusalReason,
            _ note: String = "",
            passes: (inout World) -> Void = { _ in },
            fails: (inout World) -> Void
        ) {
            testDescription = "\(reason) \(note)"
            self.reason = reason
            self.passes = World()
            self.fails = World()
            passes(&self.passes)
            fails(&self.fails)
        }
    }

    private static let cases: [Case] = [
        Case(.halted, fails: { $0.isHalted = true }),
        Case(.notTrading, fails: { $0.isTrading = false }),
        Case(.privateStreamDown, fails: { $0.isPrivateUp = false }),
        Case(.untrustedBook, fails: { $0.isTrusted = false }),
        Case(
            .oldBook,
            passes: { $0.bookAge = 3_000_000_000 },
            fails: {
                $0.bookAge = 3_000_000_001
            }
        ),
        Case(.parentExceeded, passes: { $0.committed = 990 }, fails: { $0.committed = 991 }),
        Case(
            .childTooLarge,
            passes: {
                $0.lots = 55
                $0.price = 9_050
            },
            fails: {
                $0.lots = 56
                $0.price = 9_050
            }
        ),
        Case(.childTooSmall, passes: { $0.lots = 5 }, fails: { $0.lots = 1 }),
        Case(.childTooSmall, "zero", fails: { $0.lots = 0 }),
        Case(.childTooSmall, "negative", fails: { $0.lots = -1 }),
        Case(
            .notionalTooSmall,
            passes: { $0.lots = 5 },
            fails: {
                $0.lots = 5
                $0.price = 9_999
            }
        ),
        Case(
            .notionalTooLarge,
            passes: { $0.lots = 50 },
            fails: {
                $0.lots = 50
                $0.price = 10_001
            }
        ),
        Case(
            .beyondLimit,
            "of a buy",
            passes: { $0.limit = 10_000 },
            fails: {
                $0.limit = 9_999
            }
        ),
        Case(
            .beyondLimit,
            "of a sell",
            passes: {
                $0.side = .sell
                $0.limit = 10_000
            },
            fails: {
                $0.side = .sell
                $0.limit = 10_001
            }
        ),
        Case(
            .outsidePriceBand,
            "of a buy",
            passes: { $0.price = 10_100 },
            fails: {
                $0.price = 10_101
            }
        ),
        Case(
            .outsidePriceBand,
            "of a sell",
            passes: {
                $0.side = .sell
                $0.price = 9_900
            },
            fails: {
                $0.side = .sell
                $0.price = 9_899
            }
        ),
        Case(
            .outsideVenuePrices,
            "below",
            passes: { $0.price = 9_000 },
            fails: {
                $0.price = 8_999
            }
        ),
        Case(
            .outsideVenuePrices,
            "above",
            passes: {
                $0.side = .sell
                $0.price = 10_950
            },
            fails: {
                $0.side = .sell
                $0.price = 10_951
            }
        ),
        Case(.rateExceeded, passes: { $0.earlier = 9 }, fails: { $0.earlier = 10 }),
    ]

    @Test("a child passes at the limit and is refused one past it", arguments: cases)
    func place(_ story: Case) {
        #expect(story.passes.place() == nil)
        #expect(story.fails.place() == story.reason)
    }

    @Test("an amend meets the same checks", arguments: cases)
    func amend(_ story: Case) {
        #expect(story.passes.amend() == nil)
        #expect(story.fails.amend() == story.reason)
    }

    @Test("every reason has its case")
    func complete() {
        #expect(Set(RiskGateTests.cases.map(\.reason)) == Set(RefusalReason.allCases))
    }

    @Test("a refused order spends no budget")
    func budget() {
        var world = World()
        var gate = world.gate()
        world.lots = 1
        for _ in 0..<50 { #expect(world.place(&gate) == .childTooSmall) }
        world.lots = 10
        for _ in 0..<10 { #expect(world.place(&gate) == nil) }
        #expect(world.place(&gate) == .rateExceeded)
    }

    @Test("a cancel is held back by its own rate alone")
    func cancels() {
        var gate = RiskGate(World().limits, now: World.now)
        gate.isHalted = true
        var answers: [RefusalReason?] = []
        for _ in 0..<11 { answers.append(gate.checkCancel(now: World.now)) }
        #expect(answers.prefix(10).allSatisfy { $0 == nil })
        #expect(answers[10] == .rateExceeded)
        #expect(gate.checkCancel(now: World.now + .seconds(1)) == nil)
    }

    @Test("the smallest and the largest order at a price pass, their neighbours do not")
    func sizes() {
        for price in [Int64(9_000), 9_999, 10_000, 10_001, 10_100] {
            let filters = RiskFilters(World().instrument(), World().limits)
            let smallest = filters.smallestOrder(at: Price(ticks: price)).lots
            let largest = filters.largestOrder(at: Price(ticks: price)).lots
            var world = World()
            world.price = price
            for (lots, passes) in [
                (smallest, true), (smallest - 1, false), (largest, true), (largest + 1, false),
            ] {
                world.lots = lots
                #expect((world.place() == nil) == passes, "\(lots) at \(price)")
            }
        }
    }
}

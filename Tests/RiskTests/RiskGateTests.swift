import Orders
import Risk
import TestSupport
import Testing
import Units

/// Each reason once at the limit, where the order must pass, and once one past it.
@Suite("Risk gate", .timeLimit(.minutes(3)))
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
        var state = TradingState.active
        var bookAge: Int64 = 0
        var earlier = 0
        var privateAge: Int64 = 0
        var clockError: Int64 = 0
        var isDuplicate = false
        var highestBuy: Int64?
        var lowestSell: Int64?
        var mark: Int64 = 0
        var markAge: Int64 = 0
        var ownOpposite: Int64?
        var position: Int64 = 0
        var otherPosition: Int64 = 0
        var inFlight: Int64 = 0
        var filled: Int64 = 0
        /// What the other instrument's position is worth, in whole quote coins.
        var elsewhere: Int64 = 0
        /// The account's equity in whole quote coins.
        var equity: Int64? = 1_000
        var liquidation: Int64?
        /// The day's loss in billionths of the quote coin.
        var loss: Int64 = 0
        var messages = 0
        var fills = 0
        /// Requests a second, by the desk and by the venue.
        var rate: Int64 = 10
        var venueRate: Int64 = 1_000

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
            var limits = RiskLimits(
                maxChild: Quantity(lots: 55),
                maxChildNotional: Amount(billionths: 50_000_000_000),
                priceBandBps: 100,
                maxBookAge: .seconds(3),
                requestsPerSecond: rate
            )
            limits.venueRates = VenueRates(linear: venueRate)
            limits.markBandBps = 50
            limits.maxPrivateAge = .seconds(45)
            limits.maxMarkAge = .seconds(10)
            limits.maxPosition = Quantity(lots: 300)
            limits.maxGrossExposure = Amount(billionths: 250_000_000_000)
            limits.maxLeveragePercent = 200
            limits.minLiquidationDistanceBps = 1_000
            limits.maxDailyLoss = Amount(billionths: 100_000_000_000)
            limits.maxMessagesPerFill = 5
            limits.freeMessages = 20
            return limits
        }

        private var context: RiskContext {
            var context = RiskContext(
                isTrading: isTrading,
                isBookTrusted: isTrusted,
                bookAt: World.now - Nanoseconds(bookAge),
                midHalfTicks: mid,
                parentQuantity: Quantity(lots: 1_000),
                committedElsewhere: Quantity(lots: committed),
                limit: limit.map { Price(ticks: $0) }
            )
            context.isDuplicate = isDuplicate
            context.highestBuy = highestBuy.map { Price(ticks: $0) }
            context.lowestSell = lowestSell.map { Price(ticks: $0) }
            context.markHalfTicks = mark
            context.markAt = World.now - Nanoseconds(markAge)
            context.ownOpposite = ownOpposite.map { Price(ticks: $0) }
            context.position = Quantity(lots: position)
            context.otherPosition = Quantity(lots: otherPosition)
            context.inFlight = Quantity(lots: inFlight)
            context.filled = Quantity(lots: filled)
            context.liquidation = liquidation.map { Price(ticks: $0) }
            return context
        }

        func gate() -> RiskGate {
            // Messages a minute old weigh on the ratio, not on the rate.
            let past = World.now - .seconds(60)
            var gate = RiskGate(limits, instruments: 2, now: past)
            for i in 0..<messages {
                precondition(gate.checkCancel(.linear, now: past + .seconds(Int64(i) / 10)) == nil)
            }
            for _ in 0..<fills { gate.noteFill() }
            gate.isPrivateStreamUp = isPrivateUp
            gate.privateHeardAt = World.now - Nanoseconds(privateAge)
            gate.clockError = Nanoseconds(clockError)
            gate.state = state
            gate.account.equity = equity.map { Amount(billionths: $0 * 1_000_000_000) }
            let filters = RiskFilters(instrument(), limits)
            // A lot at 10,000 ticks is worth one quote coin.
            gate.account.update(
                1,
                position: Quantity(lots: elsewhere),
                own: Position(),
                fees: Amount(billionths: loss),
                midHalfTicks: 20_000,
                filters
            )
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
        Case(.halted, passes: { $0.state = .active }, fails: { $0.state = .halted }),
        Case(
            .onlyReducing,
            "to flat",
            passes: {
                $0.state = .reducing
                $0.position = -10
            },
            fails: {
                $0.state = .reducing
                $0.position = -9
            }
        ),
        Case(
            .onlyReducing,
            "with what is in flight",
            passes: {
                $0.state = .reducing
                $0.side = .sell
                $0.position = 30
                $0.inFlight = 20
            },
            fails: {
                $0.state = .reducing
                $0.side = .sell
                $0.position = 30
                $0.inFlight = 21
            }
        ),
        Case(.notTrading, fails: { $0.isTrading = false }),
        Case(.privateStreamDown, fails: { $0.isPrivateUp = false }),
        Case(
            .oldPrivateStream,
            passes: { $0.privateAge = 45_000_000_000 },
            fails: { $0.privateAge = 45_000_000_001 }
        ),
        Case(
            .clockUncertain,
            passes: { $0.clockError = 500_000_000 },
            fails: { $0.clockError = 500_000_001 }
        ),
        Case(.duplicateIntent, fails: { $0.isDuplicate = true }),
        Case(
            .outsideVenuePrices,
            "of the moment, a buy",
            passes: { $0.highestBuy = 10_000 },
            fails: { $0.highestBuy = 9_999 }
        ),
        Case(
            .outsideVenuePrices,
            "of the moment, a sell",
            passes: {
                $0.side = .sell
                $0.lowestSell = 10_000
            },
            fails: {
                $0.side = .sell
                $0.lowestSell = 10_001
            }
        ),
        Case(
            .outsideMarkBand,
            passes: {
                $0.mark = 20_000
                $0.price = 10_050
                $0.lots = 9
            },
            fails: {
                $0.mark = 20_000
                $0.price = 10_051
                $0.lots = 9
            }
        ),
        Case(
            .selfTrade,
            "of a buy",
            passes: { $0.ownOpposite = 10_001 },
            fails: { $0.ownOpposite = 10_000 }
        ),
        Case(
            .selfTrade,
            "of a sell",
            passes: {
                $0.side = .sell
                $0.ownOpposite = 9_999
            },
            fails: {
                $0.side = .sell
                $0.ownOpposite = 10_000
            }
        ),
        Case(
            .positionExceeded,
            "long",
            passes: {
                $0.price = 8_000 + 1_950
                $0.position = 200
                $0.inFlight = 40
            },
            fails: {
                $0.price = 8_000 + 1_950
                $0.position = 251
                $0.inFlight = 40
            }
        ),
        Case(
            .positionExceeded,
            "what an amended child has filled counts once",
            passes: {
                $0.position = 240
                $0.filled = 4
                $0.inFlight = 4
            },
            fails: {
                $0.position = 290
                $0.filled = 4
                $0.inFlight = 5
            }
        ),
        Case(
            .exposureExceeded,
            passes: {
                $0.position = 140
                $0.elsewhere = 100
            },
            fails: {
                $0.position = 141
                $0.elsewhere = 100
            }
        ),
        Case(
            .exposureExceeded,
            "with the other position",
            passes: {
                $0.position = 140
                $0.otherPosition = 100
            },
            fails: {
                $0.position = 141
                $0.otherPosition = 100
            }
        ),
        Case(
            .exposureExceeded,
            "short",
            passes: {
                $0.side = .sell
                $0.position = -240
            },
            fails: {
                $0.side = .sell
                $0.position = -241
            }
        ),
        Case(
            .leverageExceeded,
            passes: {
                $0.equity = 60
                $0.position = 60
                $0.elsewhere = 50
            },
            fails: {
                $0.equity = 60
                $0.position = 61
                $0.elsewhere = 50
            }
        ),
        Case(.leverageExceeded, "of an unknown equity", fails: { $0.equity = nil }),
        Case(
            .nearLiquidation,
            passes: { $0.liquidation = 9_000 },
            fails: { $0.liquidation = 9_001 }
        ),
        Case(
            .nearLiquidation,
            "unless it reduces",
            passes: {
                $0.liquidation = 9_999
                $0.position = -10
            },
            fails: {
                $0.liquidation = 9_999
                $0.position = -9
            }
        ),
        Case(
            .lossExceeded,
            passes: { $0.loss = 100_000_000_000 },
            fails: { $0.loss = 100_000_000_001 }
        ),
        Case(
            .messageRatioExceeded,
            passes: {
                $0.messages = 24
                $0.fills = 5
            },
            fails: {
                $0.messages = 25
                $0.fills = 5
            }
        ),
        Case(.messageRatioExceeded, "past those that are free", passes: { $0.messages = 19 }) {
            $0.messages = 20
        },
        Case(.untrustedBook, fails: { $0.isTrusted = false }),
        Case(
            .oldBook,
            passes: { $0.bookAge = 3_000_000_000 },
            fails: {
                $0.bookAge = 3_000_000_001
            }
        ),
        Case(
            .oldMark,
            passes: {
                $0.mark = 20_000
                $0.markAge = 10_000_000_000
            },
            fails: {
                $0.mark = 20_000
                $0.markAge = 10_000_000_001
            }
        ),
        Case(
            .oldMark,
            "of a mark that was never told",
            passes: { $0.markAge = 99_000_000_000 },
            fails: {
                $0.mark = 20_000
                $0.markAge = 99_000_000_000
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
        Case(
            .budgetSpent,
            passes: {
                $0.earlier = 11
                $0.rate = 1_000
                $0.venueRate = 12
            },
            fails: {
                $0.earlier = 12
                $0.rate = 1_000
                $0.venueRate = 12
            }
        ),
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

    @Test("of several reasons the first of the table is told")
    func order() {
        var world = World()
        world.state = .halted
        world.isTrading = false
        world.isPrivateUp = false
        world.privateAge = .max / 2
        world.clockError = .max
        world.isTrusted = false
        world.bookAge = .max / 2
        world.isDuplicate = true
        world.lots = 1
        world.committed = 2_000
        world.price = 20_000
        world.highestBuy = 9_000
        world.limit = 9_000
        world.mark = 10_000
        world.markAge = .max / 2
        world.ownOpposite = 9_000
        world.position = 1_000
        world.elsewhere = 1_000
        world.equity = 1
        world.liquidation = 10_000
        world.loss = .max
        world.messages = 100
        world.earlier = 10
        world.venueRate = 10
        let repairs: [(RefusalReason, (inout World) -> Void)] = [
            (.halted, { $0.state = .reducing }),
            (.onlyReducing, { $0.state = .active }),
            (.notTrading, { $0.isTrading = true }),
            (.privateStreamDown, { $0.isPrivateUp = true }),
            (.oldPrivateStream, { $0.privateAge = 0 }),
            (.clockUncertain, { $0.clockError = 0 }),
            (.untrustedBook, { $0.isTrusted = true }),
            (.oldBook, { $0.bookAge = 0 }),
            (.oldMark, { $0.markAge = 0 }),
            (.duplicateIntent, { $0.isDuplicate = false }),
            (.childTooSmall, { $0.lots = 100 }),
            (.childTooLarge, { $0.lots = 55 }),
            (.parentExceeded, { $0.committed = 0 }),
            (.outsideVenuePrices, { $0.price = 10_900 }),
            (.outsideVenuePrices, { $0.highestBuy = nil }),
            (.beyondLimit, { $0.limit = nil }),
            (.outsidePriceBand, { $0.mid = 21_800 }),
            (.outsideMarkBand, { $0.mark = 0 }),
            (.notionalTooLarge, { $0.lots = 45 }),
            (.selfTrade, { $0.ownOpposite = nil }),
            (.positionExceeded, { $0.position = 0 }),
            (.exposureExceeded, { $0.elsewhere = 0 }),
            (.leverageExceeded, { $0.equity = 1_000 }),
            (.nearLiquidation, { $0.liquidation = nil }),
            (.lossExceeded, { $0.loss = 0 }),
            (.messageRatioExceeded, { $0.messages = 0 }),
            (.rateExceeded, { $0.rate = 1_000 }),
            (.budgetSpent, { $0.earlier = 0 }),
        ]
        for (reason, repair) in repairs {
            #expect(world.place() == reason)
            repair(&world)
        }
        #expect(world.place() == nil)
        let told = repairs.map(\.0.rawValue)
        #expect(told == told.sorted())
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
        var gate = RiskGate(World().limits, instruments: 1, now: World.now)
        gate.halt()
        var answers: [RefusalReason?] = []
        for _ in 0..<11 { answers.append(gate.checkCancel(.linear, now: World.now)) }
        #expect(answers.prefix(10).allSatisfy { $0 == nil })
        #expect(answers[10] == .rateExceeded)
        #expect(gate.checkCancel(.linear, now: World.now + .seconds(1)) == nil)
    }

    @Test("no order is larger than what fills can be counted of, whatever the venue takes")
    func countable() {
        var instrument = World().instrument()
        instrument.quantityRange = Quantity(lots: 1)...Quantity(lots: 1 << 55)
        let limits = RiskLimits(maxChild: Quantity(lots: .max))
        #expect(RiskFilters(instrument, limits).maxChild == .countable)
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

import Algos
import Book
import Engine
import Journal
import Orders
import Replay
import Units

/// One record of every kind and of every word in it, with numbers that are not each other's.
enum GoldenRecords {
    /// All that a journal can hold but gaps, which are the appender's own.
    static let all: [PlainRecord] = {
        var now: Int64 = 1_700_000_000_000_000_000
        return bodies.enumerated().map { i, body in
            now += Int64(i) * 1_001
            return PlainRecord(now: now, body: body, isObservedOnly: i % 3 == 0 && isOrder(body))
        }
    }()

    private static func isOrder(_ body: PlainRecord.Body) -> Bool {
        if case .order = body { true } else { false }
    }

    private static let bodies: [PlainRecord.Body] =
        [.session(RandomRecords.session)] + plans + market + orders
        + links.map { .link($0.coded) } + controls.map { .control($0.coded) }
        + account.map { .account($0.coded) } + commands.map { .command($0) }

    private static let (child, instrument) = (
        ChildID(parent: ParentID(0x0102_0304), number: 0x0506_0708), InstrumentID(0x090a)
    )
    private static let order = PlaceOrder(
        child: child,
        instrument: instrument,
        side: .sell,
        timeInForce: .immediateOrCancel,
        price: Price(ticks: 600_001),
        quantity: Quantity(lots: 17),
        reduceOnly: true
    )

    private static let plans: [PlainRecord.Body] = {
        let rules = SlicingRules(
            displayedShareBps: 2,
            depthRangeBps: 3,
            bandBps: 5,
            participationLag: Nanoseconds(7),
            maxChild: Quantity(lots: 11),
            grace: Nanoseconds(13)
        )
        let schedules: [Schedule] = [.twap, .pov(rateBps: 19), .vwap(RecordedJobs.profile)]
        return schedules.enumerated().map { i, schedule in
            let parent = ParentOrder(
                id: ParentID(UInt32(i)),
                instrument: instrument,
                side: i == 0 ? .buy : .sell,
                quantity: Quantity(lots: 1_009),
                limit: i == 1 ? Price(ticks: 599_999) : nil,
                reduceOnly: i == 2,
                startsAt: Nanoseconds(1_013),
                endsAt: Nanoseconds(1_019)
            )
            let plan = ExecutionPlan(schedule: schedule, rules: rules)
            return .accept(parent, plan: plan.journalBytes)
        }
    }()

    private static let market: [PlainRecord.Body] = [
        .timer,
        .depth(
            .snapshot,
            sequence: 23,
            bids: [LevelChange(ticks: 29, lots: 31), LevelChange(ticks: 28, lots: 0)],
            asks: [LevelChange(ticks: 37, lots: 41)]
        ),
        .depth(.delta, sequence: 24, bids: [], asks: [LevelChange(ticks: 43, lots: 47)]),
        .trades([
            Trade(
                price: Price(ticks: 53),
                quantity: Quantity(lots: 59),
                aggressor: .sell,
                isBlock: true,
                isRPI: false,
                matchedAt: Nanoseconds(61),
                crossSequence: 67,
                id: ExternalID("20f43950-d8dd-5b31-9112-a178eb6023af")!
            ),
            Trade(
                price: Price(ticks: 71),
                quantity: Quantity(lots: 73),
                aggressor: .buy,
                isBlock: false,
                isRPI: true,
                matchedAt: Nanoseconds(79),
                crossSequence: 83,
                id: ExternalID("2290000000007764263")!
            ),
        ]),
        ticker(103) {
            $0.markPrice = Amount(billionths: 97)
            $0.fundingRateE9 = -101
        },
        ticker(105) {
            $0.indexPrice = Amount(billionths: 107)
            $0.lastPrice = Amount(billionths: 109)
            $0.nextFundingAt = Nanoseconds(113)
        },
    ]

    private static func ticker(
        _ published: Int64,
        _ change: (inout TickerUpdate) -> Void
    ) -> PlainRecord.Body {
        var update = TickerUpdate(
            instrument: InstrumentID(3),
            publishedAt: Nanoseconds(published)
        )
        change(&update)
        return .ticker(update)
    }

    private static let orders: [PlainRecord.Body] = {
        let id = ExternalID("c6f055d9-7f21-4079-913d-e6523a9cfffa")!
        let reply = OrderReply(
            operation: .amend,
            child: child,
            outcome: .refused,
            remedy: .pauseOperation,
            code: 10_006,
            orderID: id,
            budget: BudgetReading(
                limit: 10,
                left: 3,
                resetsIn: Nanoseconds(127),
                isBatch: true
            )
        )
        let update = OrderUpdate(
            child: child,
            orderID: id,
            status: .partiallyFilled,
            reason: .byUser,
            price: Price(ticks: 131),
            quantity: Quantity(lots: 137),
            filled: Quantity(lots: 139),
            updatedAt: Nanoseconds(149)
        )
        let fill = Execution(
            child: child,
            id: ExternalID("e1")!,
            orderID: id,
            side: .sell,
            price: Price(ticks: 151),
            quantity: Quantity(lots: 157),
            isMaker: true,
            fee: CoinAmount(billionths: -163),
            feeCoin: .base,
            matchedAt: Nanoseconds(167)
        )
        let events: [OrderEvent] = [
            .reply(reply), .update(update), .execution(fill), .absent(child), .adopted(order),
        ]
        return events.map { .order($0) }
    }()

    private static let links: [LinkEvent] = [
        .privateUp, .privateDown, .privateLost, .tradeUp, .tradeDown, .tradeLost, .restarted,
        .feedGap(instrument), .feedDown(instrument), .journalDown,
    ]

    private static let controls: [ControlCommand] = [
        .cancel(ParentID(70_000)), .halt, .reduce, .resume,
    ]

    private static let account: [AccountEvent] = [
        .opening(instrument, Quantity(lots: -173)),
        .openingHedged(instrument, long: Quantity(lots: 179), short: Quantity(lots: -181)),
        .equity(Amount(billionths: 191)), .liquidation(instrument, .only, Price(ticks: 193)),
        .liquidation(instrument, .short, nil),
        .priceLimits(instrument, highestBuy: Price(ticks: 197), lowestSell: Price(ticks: 199)),
        .trading(instrument, false), .clockError(Nanoseconds(211)), .privateHeard,
        .positionDiffers(instrument, venue: Quantity(lots: 223)), .stepsChanged(instrument),
        .spent(OutsideRequest(.cancel, instrument, sentAt: .seconds(1_700_000_000))),
    ]

    private static let commands: [OrderCommand] = [
        .place(order),
        .amend(
            AmendOrder(
                child: child,
                instrument: instrument,
                price: Price(ticks: 227),
                quantity: Quantity(lots: 229)
            )
        ),
        .cancel(CancelOrder(child: child, instrument: instrument)),
    ]
}

import Costs
import Orders
import Reports
import Telemetry
import Units

/// A report of a made-up parent, with something in every member.
struct SampleReport {
    static let start = Nanoseconds.seconds(1_796_000_000)

    var instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
        minimumNotional: Amount(billionths: 5_000_000_000)
    )
    /// Price in ticks, lots, whether it rested, fee in billionths and its coin.
    var fills: [(ticks: Int64, lots: Int64, isMaker: Bool, fee: Int64, coin: FeeCoin)] = [
        (600_100, 200, true, 2_400_400_000, .quote), (600_130, 300, false, 9_902_145_000, .quote),
    ]
    var thirdCoin = CoinName("MNT".utf8)
    var quantity = Quantity(lots: 500)
    /// More than was worked, where less was held.
    var asked: Quantity?
    var arrivalHalfTicks: Int64 = 1_200_205
    var others = (lots: Int64(4_500), tickLots: Int128(2_700_585_000))

    var facts: ParentFacts {
        let parent = ParentID(0)
        let order = ParentOrder(
            id: parent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: quantity,
            limit: Price(ticks: 700_000),
            startsAt: SampleReport.start,
            endsAt: SampleReport.start + .seconds(30)
        )
        var ledger = ShortfallLedger(side: .buy)
        ledger.arrive(midHalfTicks: arrivalHalfTicks)
        var children: [ChildOrder] = []
        var log: [Fill] = []
        for (number, fill) in fills.enumerated() {
            let id = ChildID(parent: parent, number: UInt32(number))
            let at = SampleReport.start + .seconds(Int64(number) + 1)
            let execution = Execution(
                child: id,
                id: ExternalID("fill-\(number)")!,
                orderID: ExternalID("order-\(number)")!,
                side: .buy,
                price: Price(ticks: fill.ticks),
                quantity: Quantity(lots: fill.lots),
                isMaker: fill.isMaker,
                fee: CoinAmount(billionths: Int128(fill.fee)),
                feeCoin: fill.coin,
                thirdCoin: fill.coin == .other ? thirdCoin : .none,
                matchedAt: at
            )
            let place = PlaceOrder(
                child: id,
                instrument: InstrumentID(0),
                side: .buy,
                timeInForce: fill.isMaker ? .postOnly : .immediateOrCancel,
                price: execution.price,
                quantity: execution.quantity,
                reduceOnly: false
            )
            let atSend = arrivalHalfTicks + 10 * Int64(number)
            var child = ChildOrder(place, sentAt: at, midHalfTicks: atSend)
            child.apply(execution)
            child.noteEnd(at: at + .milliseconds(5))
            children.append(child)
            let worth = fill.coin == .quote ? execution.fee.clamped : .zero
            log.append(
                Fill(
                    execution: execution,
                    child: id,
                    takenAt: at + .milliseconds(5),
                    midHalfTicks: atSend + 7,
                    midAtSendHalfTicks: atSend,
                    feeInQuote: worth
                )
            )
            ledger.add(
                execution.price,
                execution.quantity,
                isMaker: fill.isMaker,
                fee: worth,
                midAtSendHalfTicks: atSend,
                midAtFillHalfTicks: atSend + 7
            )
        }
        var facts = ParentFacts(
            order: order,
            state: .completed,
            stopReason: "none",
            algorithm: "pov",
            ledger: ledger,
            target: order.quantity,
            band: Quantity(lots: 10),
            insideBand: 0.75,
            maxAhead: Quantity(lots: 3),
            maxBehind: Quantity(lots: 9),
            finishedAt: SampleReport.start + .milliseconds(34_200),
            othersVolume: Quantity(lots: others.lots),
            othersNotional: Notional(tickLots: others.tickLots),
            endMidHalfTicks: arrivalHalfTicks + 40,
            amends: 4,
            cancels: 1,
            rejects: 0,
            postOnlyRejects: 2,
            fills: fills.count,
            riskRefusals: 1,
            children: children
        )
        facts.asked = asked ?? quantity
        facts.fillLog = log
        facts.arrivedAt = SampleReport.start + .milliseconds(3)
        facts.arrivalSpreadTicks = 1
        facts.grace = .seconds(10)
        facts.povRateBps = 1_000
        facts.displayedShareBps = 1_000
        facts.rateWaits = 2
        return facts
    }

    var report: ParentReport { report(facts) }

    func report(_ facts: ParentFacts) -> ParentReport {
        var latencies = StageLatencies()
        for stage in Stage.allCases { latencies.record(stage, 1_000) }
        let clock = TickClock()
        let latency = LatencySection(LatencyHistogram())
        var report = ParentReport(
            build: "0.1.0",
            session: "testtest",
            facts: facts,
            instrument: instrument,
            refusals: ["positionExceeded": 1],
            latencies: latencies.summary(clock),
            venue: VenueSection(
                name: "loopback",
                position: .oneWay(Quantity(lots: 500)),
                positionBefore: .flat(isHedged: false),
                openOrders: 0,
                othersOpenOrders: 1,
                baseMoved: CoinAmount(billionths: 500_000_000),
                baseExpected: CoinAmount(billionths: 500_000_000),
                disconnectProtection: "cancels after 10 s",
                instrument: instrument
            ),
            sentAt: { _ in SampleReport.start + .seconds(1) },
            feed: feed(latency),
            reconciliation: ReconciliationSection(
                questions: 3,
                answered: 3,
                unanswered: 0,
                unasked: 0,
                doubts: 1,
                differences: ["fill": 1],
                withdrawnOrders: 0,
                foreignOrders: 1
            ),
            statements: StatementSection(
                positions: 5,
                wallets: 3,
                stale: 0,
                foreign: 0,
                unreadable: 0,
                differences: 0,
                moves: 0,
                refusedTopics: ["wallet"]
            ),
            requests: requests,
            feeRates: FeeRateSection(
                before: .bybitBasePerpetual,
                after: FeeSchedule(makerRateE8: 10_000, takerRateE8: 50_000)
            ),
            links: [
                LinkSection(
                    name: "account",
                    losses: 1,
                    recoveries: 1,
                    refusals: 0,
                    awayNs: 5_000_000,
                    recovery: latency,
                    isUp: true,
                    lastLoss: "the account connection was lost"
                )
            ],
            stalls: StallSection(stalls: 1, longestNs: 300_000_000, withdrawnOrders: 1)
        )
        report.parent.endReason = "its time was up"
        report.exitCode = 0
        report.fault = "nothing in earnest"
        report.warnings = ["the account connection was lost; it was not back at the end"]
        return report
    }

    private var requests: RequestSection {
        let one = RequestSection.Operation(perSecond: 10, heldBack: 1, tooMany: 0)
        return RequestSection(
            place: one,
            amend: one,
            cancel: one,
            batches: 1,
            batchedOrders: 2,
            answers: [
                RequestSection.Answer(
                    code: 110_074,
                    operation: "amend",
                    remedy: "pauseInstrument",
                    count: 2,
                    meaning: "the contract is not live",
                    pauses: 2,
                    longestPauseNs: 30_000_000_000
                )
            ]
        )
    }

    private func feed(_ latency: LatencySection) -> FeedSection {
        let line = LineSection(
            address: "127.0.0.1:443",
            winShare: 1,
            wins: 7,
            duplicates: 0,
            lag: latency,
            losses: 0,
            reconnects: 0,
            silences: 0,
            deaf: 0,
            resyncs: 0,
            gaps: 0,
            malformed: 0,
            late: 0,
            contradictions: 0,
            isRetired: false
        )
        return FeedSection(
            lines: [line],
            bookLosses: 0,
            bookAged: 0,
            bookFrozen: 0,
            staleNs: 0,
            bookRecovery: latency,
            lineRecovery: latency,
            snapshots: 1,
            filledGaps: 0,
            restarts: 0,
            duplicatePrints: 0,
            printQuestions: 0,
            repairedPrints: 0,
            missingPrints: MissingPrintsSection(
                gaps: 1,
                length: .milliseconds(1_500),
                from: .seconds(1_700_000_030),
                to: .seconds(1_700_000_030) + .milliseconds(1_500)
            ),
            unreadablePrints: 0,
            offStepLevels: 0,
            offStepPrints: 0,
            unreadableTickers: 0,
            unaskedMessages: 0,
            matchedToUs: latency,
            publishedToUs: latency,
            socketToBook: latency,
            ticker: TickerSection(
                messages: 3,
                resyncs: 0,
                age: .milliseconds(80),
                markHalfTicks: 1_200_201,
                fundingRateE9: 100_000,
                nextFundingAt: SampleReport.start + .seconds(3_600),
                instrument: instrument
            ),
            venueClock: VenueClockSection(offset: 5, uncertainty: 9, samples: 4)
        )
    }
}

import Algos
import Engine
import Journal
import Orders
import Replay
import Risk
import Testing
import Units

/// The descriptions that the decisions' own modules keep in a journal.
@Suite("Journal coding of the engine's terms", .timeLimit(.minutes(3)))
struct CodingTests {
    /// A configuration with a value of its own in every field.
    private static let configuration: EngineConfiguration = {
        var limits = RiskLimits(
            maxChild: Quantity(lots: 7),
            maxChildNotional: Amount(billionths: 11),
            priceBandBps: 13,
            maxBookAge: Nanoseconds(17),
            requestsPerSecond: 19
        )
        limits.maxParent = Quantity(lots: 47)
        limits.maxParentNotional = Amount(billionths: 53)
        limits.markBandBps = 59
        limits.maxPrivateAge = Nanoseconds(61)
        limits.maxMarkAge = Nanoseconds(107)
        limits.maxClockError = Nanoseconds(67)
        limits.maxPosition = Quantity(lots: 71)
        limits.maxGrossExposure = Amount(billionths: 73)
        limits.maxLeveragePercent = 79
        limits.minLiquidationDistanceBps = 83
        limits.maxDailyLoss = Amount(billionths: 89)
        limits.maxMessagesPerFill = 97
        limits.freeMessages = 101
        limits.venueRates = VenueRates(linear: 107, spot: 109, spotAmends: 113)
        limits.venueRates.linearBatches = 127
        limits.venueRates.spotBatches = 131
        limits.venueRates.linearBatch = 12
        limits.venueRates.spotBatch = 14
        limits.venueRates.pool = 137
        limits.venueRates.reserve = 136
        var configuration = EngineConfiguration(
            parents: 2,
            children: 3,
            executions: 5,
            bookWindow: 128,
            limits: limits,
            answerTimeout: Nanoseconds(23),
            stopTimeout: Nanoseconds(29),
            refusalPause: Nanoseconds(31),
            slowDownPause: Nanoseconds(37),
            instrumentPause: Nanoseconds(41),
            refusalsInARow: 43
        )
        configuration.passesOverQuietParents = false
        return configuration
    }()

    @Test("every field of the engine's configuration comes back")
    func configuration() throws {
        let origin = EngineOrigin(CodingTests.configuration, madeAt: Nanoseconds(103))
        let read = try #require(EngineOrigin(bytes: origin.bytes))
        #expect("\(read)" == "\(origin)")
        // A field added to the configuration must be kept too: with its default in place of what
        // was recorded, a replay would decide otherwise.
        let rates = Mirror(reflecting: CodingTests.configuration.limits.venueRates).children
        let limits = Mirror(reflecting: CodingTests.configuration.limits).children.filter {
            $0.label != "venueRates"
        }
        let others = Mirror(reflecting: CodingTests.configuration).children.filter {
            // Nothing is neglected on record.
            $0.label != "limits" && $0.label != "neglects"
        }
        let values = (Array(rates) + limits + others).map { "\($0.value)" }
        #expect(Set(values).count == values.count, "each field has a value of its own here")
        #expect(origin.bytes.count == 4 + 8 * (values.count + 1))
    }

    @Test("a configuration no engine can be made of is refused")
    func impossibleConfiguration() {
        let bytes = EngineOrigin(CodingTests.configuration, madeAt: .zero).bytes
        for count in 0..<bytes.count {
            #expect(EngineOrigin(bytes: Array(bytes[..<count])) == nil)
        }
        // Parents, children, executions, the book's window, requests a second.
        for field in [1, 2, 3, 4, 7 + 16] {
            for value in [Int64(0), -1, .max, .min] {
                var wrong = bytes
                let at = 4 + field * 8
                wrong.replaceSubrange(at..<(at + 8), with: PlainRecord.little(value))
                #expect(EngineOrigin(bytes: wrong) == nil, "field \(field) = \(value)")
            }
        }
    }

    private static let rules = SlicingRules(
        displayedShareBps: 2,
        depthRangeBps: 3,
        bandBps: 5,
        participationLag: Nanoseconds(7),
        maxChild: Quantity(lots: 11),
        grace: Nanoseconds(13)
    )

    @Test("every schedule and rule comes back")
    func plans() throws {
        #expect(Mirror(reflecting: CodingTests.rules).children.count == 6)
        for schedule in [Schedule.twap, .pov(rateBps: 17), .vwap(RecordedJobs.profile)] {
            let plan = ExecutionPlan(schedule: schedule, rules: CodingTests.rules)
            let bytes = plan.journalBytes
            let read = try #require(bytes.withUnsafeBytes { ExecutionPlan(journalBytes: $0) })
            #expect(read.rules == plan.rules && read.schedule.name == schedule.name)
            #expect(read.journalBytes == bytes)
            for count in 0..<bytes.count {
                let cut = Array(bytes[..<count])
                #expect(cut.withUnsafeBytes { ExecutionPlan(journalBytes: $0) } == nil)
            }
            if case .vwap(let profile) = read.schedule { profile.deallocate() }
        }
    }

    @Test("a profile that is no curve is refused")
    func impossibleProfile() {
        let plan = ExecutionPlan(schedule: .vwap(RecordedJobs.profile))
        for knot in 0..<3 {
            var bytes = plan.journalBytes
            let at = 8 + 48 + 4 + knot * 16 + 8
            bytes.replaceSubrange(at..<(at + 8), with: PlainRecord.little(Int64(-5)))
            #expect(bytes.withUnsafeBytes { ExecutionPlan(journalBytes: $0) } == nil)
        }
    }

    @Test("what the venue says of the account comes back")
    func account() {
        let instrument = InstrumentID(65_535)
        let events: [AccountEvent] = [
            .opening(instrument, Quantity(lots: -3)),
            .stated(instrument, .only, Quantity(lots: -4), at: .seconds(1_700_000_000)),
            .stated(instrument, .long, Quantity(lots: 5), at: .zero),
            .stated(instrument, .short, .zero, at: Nanoseconds(1)), .equity(Amount(billionths: -5)),
            .liquidation(instrument, .only, Price(ticks: 7)), .liquidation(instrument, .only, nil),
            .liquidation(instrument, .long, Price(ticks: 8)), .liquidation(instrument, .short, nil),
            .priceLimits(instrument, highestBuy: Price(ticks: 11), lowestSell: Price(ticks: 13)),
            .priceRange(instrument, Price(ticks: 1), Price(ticks: 1 << 50)),
            .quantityRange(instrument, Quantity(lots: 2), Quantity(lots: 1 << 50)),
            .minimumNotional(instrument, Amount(billionths: 5_000_000_000)),
            .trading(instrument, true), .trading(instrument, false),
            .clockError(Nanoseconds(17)), .privateHeard,
            .positionDiffers(instrument, venue: Quantity(lots: -9)),
            .stepsChanged(instrument),
            .earlierToday(
                instrument,
                moved: Quantity(lots: -6),
                cash: Amount(billionths: 1_000_000_007)
            ),
            .spent(OutsideRequest(.cancel, instrument, sentAt: .seconds(1_700_000_000))),
            .spent(
                OutsideRequest(
                    .amend,
                    instrument,
                    sentAt: Nanoseconds(-1),
                    remedy: .pauseRequests,
                    budget: BudgetReading(limit: 10, left: 9, resetsIn: .milliseconds(999))
                )
            ),
            // Beyond all bounds: told as the bounds, so that it comes back as it was told.
            .spent(
                OutsideRequest(
                    .place,
                    instrument,
                    sentAt: .distantFuture,
                    remedy: .retry,
                    budget: BudgetReading(
                        limit: .max,
                        left: .max,
                        resetsIn: .seconds(600),
                        isBatch: true
                    )
                )
            ),
        ]
        for event in events { #expect(AccountEvent(event.coded) == event) }
        #expect(AccountEvent(CodedEvent(code: 20, index: 3 << 16)) == nil)
        #expect(AccountEvent(CodedEvent(code: 20, index: 200 << 24)) == nil)
        #expect(AccountEvent(CodedEvent(code: 200)) == nil)
        // What journals of before held: a price without a position was the only one's.
        #expect(
            AccountEvent(CodedEvent(code: 3, index: 1, first: 7))
                == .liquidation(InstrumentID(1), .only, Price(ticks: 7))
        )
        #expect(AccountEvent(CodedEvent(code: 4, second: 3)) == nil)
    }

    @Test("links and controls come back, and unknown numbers are nothing")
    func events() {
        let links: [LinkEvent] = [
            .privateUp, .privateDown, .tradeDown, .feedGap(InstrumentID(3)),
            .feedDown(InstrumentID(65_535)), .journalDown, .tradeUp, .restarted,
            .privateLost, .tradeLost,
        ]
        for link in links { #expect(LinkEvent(link.coded) == link) }
        #expect(Set(links.map(\.coded.code)).count == links.count)
        let controls: [ControlCommand] = [
            .cancel(ParentID(70_000)), .halt, .reduce, .resume,
        ]
        for control in controls { #expect(ControlCommand(control.coded) == control) }
        #expect(LinkEvent(CodedEvent(code: 200)) == nil)
        #expect(ControlCommand(CodedEvent(code: 200)) == nil)
    }
}

import Engine
import Lines
import LoopbackVenue
import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// Beyond its highest risk tier the venue takes no order: that value bounds ours from the start.
@Suite("Risk tiers", .timeLimit(.minutes(3)))
struct RiskTierTests {
    private static func page(_ limits: [String], _ cursor: String = "") -> StubREST.Answer {
        let tiers = limits.enumerated().map { i, limit in
            #"{"id":\#(i + 1),"symbol":"BTCUSDT","riskLimitValue":"\#(limit)","#
                + #""maintenanceMargin":"0.005","initialMargin":"0.01","isLowestRisk":1,"#
                + #""maxLeverage":"100.00","mmDeduction":""}"#
        }
        return .body(
            200,
            #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","#
                + #""nextPageCursor":"\#(cursor)","list":[\#(tiers.joined(separator: ","))]}}"#
        )
    }

    /// What a session finds at a venue that answers so.
    private func largest(
        _ category: ProductCategory = .linear,
        _ answer: @escaping @Sendable (String) -> StubREST.Answer
    ) throws -> Amount? {
        let stub = try StubREST { _, query in answer(query) }
        defer { stub.stop() }
        var loop = try EventLoop(LoopConfiguration())
        let inquiry = VenueInquiry(
            link: try RESTLink(&loop, stub.endpoint),
            requests: BybitREST(
                host: "localhost",
                credentials: BybitCredentials(key: "k", secret: "s")
            ),
            category: category,
            symbol: "BTCUSDT",
            session: SessionPrefix("testtest")!,
            clock: { .seconds(1_700_000_000) }
        )
        return try inquiry.largestPosition(&loop)
    }

    private static func coins(_ count: Int64) -> Amount {
        Amount(billionths: count * 1_000_000_000)
    }

    @Test("the highest tier of all pages counts, in whatever order they come")
    func pages() throws {
        let found = try largest { query in
            query.contains("cursor=two")
                ? Self.page(["500000", "3000000"]) : Self.page(["2000000", "1000000"], "two")
        }
        #expect(found == Self.coins(3_000_000))
        #expect(try largest { _ in Self.page([]) } == nil)
        // A cursor that leads to itself, or always on, is not followed without end.
        #expect(try largest { _ in Self.page(["7"], "round") } == Self.coins(7))
        let pages = Mutex(0)
        let endless = try largest { _ in
            Self.page(
                ["7"],
                pages.withLock {
                    $0 += 1
                    return "page\($0)"
                }
            )
        }
        #expect(pages.withLock { $0 } == 20 && endless == nil)
    }

    @Test("a venue that does not tell leaves the desk's own bound")
    func untold() throws {
        #expect(try largest { _ in .body(503, "") } == nil)
        #expect(try largest { _ in .body(200, "<html>") } == nil)
        // What the first page said holds, though the second cannot be had.
        let found = try largest { query in
            query.contains("cursor=two") ? .body(503, "") : Self.page(["9"], "two")
        }
        #expect(found == Self.coins(9))
        #expect(try largest(.spot) { _ in Self.page(["9"]) } == nil)
    }

    @Test("the lower of the tier and the desk's exposure bounds what may leave")
    func bound() throws {
        let session = try SessionFixture()
        let configuration = session.configuration
        func exposure(_ desk: Int64?, _ tier: Int64?) throws -> Amount {
            var wanted = configuration
            wanted.limits.maxGrossExposure = desk
            let facts = VenueFacts(
                clock: VenueClock(),
                instrument: RiskTierTests.instrument,
                fees: .bybitBasePerpetual,
                position: .flat(isHedged: false),
                largestPosition: tier.map(Self.coins),
                foreignOrders: 0
            )
            return try Preparation(wanted, facts).limits.maxGrossExposure
        }
        #expect(try exposure(5, 9) == Self.coins(5))
        #expect(try exposure(9, 5) == Self.coins(5))
        #expect(try exposure(9, nil) == Self.coins(9))
        #expect(try exposure(nil, 5) == Self.coins(5))
        #expect(try exposure(nil, nil) > Self.coins(1_000_000_000))
    }

    private static let instrument = Instrument(
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
    )
}

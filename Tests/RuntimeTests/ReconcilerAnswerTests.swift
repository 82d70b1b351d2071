import Engine
import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// The reconciler alone, before a service that fails in every way it can.
@Suite("Reconciler's answers", .timeLimit(.minutes(3)))
struct ReconcilerAnswerTests {
    private static let child = ReconcilerDesk.child

    private static func fill(_ id: String, _ cursor: String = "") -> String {
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","#
            + #""nextPageCursor":"\#(cursor)","list":["#
            + #"{"symbol":"BTCUSDT","execId":"\#(id)","orderId":"9aac","#
            + #""orderLinkId":"\#(ReconcilerDesk.link)","side":"Buy","execPrice":"61800.1","execQty":"0.1","execType":"Trade","#
            + #""execFee":"1.2","isMaker":true,"execTime":"1700000001003"}]}}"#
    }

    private static func question(age: Nanoseconds) -> ReconcilerQuestion {
        .order(child, sentAt: .seconds(1_000_000) - age)
    }

    @Test("an absence takes three empty lists and an order too old to arrive")
    func absence() throws {
        let desk = try ReconcilerDesk { _, _ in .body(200, ReconcilerDesk.empty) }
        let young = try #require(desk.ask(Self.question(age: .seconds(1))))
        #expect(young.isAnswered && young.told.isEmpty)
        let old = try #require(desk.ask(Self.question(age: .seconds(9))))
        #expect(old.isAnswered && old.told == [.absent(Self.child)])
        #expect(
            desk.stub.asked.withLock { Set($0) } == [
                "/v5/order/realtime", "/v5/order/history", "/v5/execution/list",
            ]
        )
        // A venue that cannot show its finished orders does not know.
        desk.stub.change { path, _ in
            path.hasSuffix("history") ? .body(404, "") : .body(200, ReconcilerDesk.empty)
        }
        let unsure = try #require(desk.ask(Self.question(age: .seconds(9))))
        #expect(unsure.isAnswered && unsure.told.isEmpty)
        desk.stop()
    }

    @Test(
        "a venue that does not find what is open or filled is no word on it, and is asked again",
        arguments: ["realtime", "/execution/list"]
    )
    func notFound(_ service: String) throws {
        let desk = try ReconcilerDesk { path, _ in
            path.hasSuffix(service) ? .body(404, "") : .body(200, ReconcilerDesk.empty)
        }
        let during = try #require(desk.ask(Self.question(age: .seconds(9))))
        #expect(!during.isAnswered && during.told.isEmpty)
        desk.stub.change { _, _ in .body(200, ReconcilerDesk.empty) }
        let after = try #require(desk.ask(Self.question(age: .seconds(9))))
        #expect(after.isAnswered && after.told == [.absent(Self.child)])
        desk.stop()
    }

    @Test("an order's fills come page by page, oldest first, then how it stands")
    func pages() throws {
        let desk = try ReconcilerDesk { path, query in
            if path.hasSuffix("realtime") {
                return .body(200, ReconcilerDesk.order("Cancelled", filled: "0.200"))
            }
            return .body(
                200,
                query.contains("cursor")
                    ? ReconcilerAnswerTests.fill("older")
                    : ReconcilerAnswerTests.fill("newer", "p2")
            )
        }
        let answer = try #require(desk.ask(Self.question(age: .seconds(1))))
        let ids = answer.told.compactMap { event -> String? in
            if case .execution(let fill) = event { fill.id.text } else { nil }
        }
        #expect(answer.isAnswered && ids == ["older", "newer"])
        guard case .update(let update)? = answer.told.last else {
            Issue.record("\(answer.told)")
            return
        }
        #expect(update.status == .cancelled && update.filled == Quantity(lots: 200))
        desk.stop()
    }

    @Test("nonsense, refusals and a closed connection are no answers; the next one is")
    func failures() throws {
        let desk = try ReconcilerDesk { _, _ in .body(200, "<html>") }
        for failure in [
            StubREST.Answer.body(200, "<html>"), .body(500, ""), .close, .silence,
            .body(200, #"{"retCode":10002,"retMsg":"time","result":{}}"#),
            .body(200, #"{"retCode":0,"retMsg":"","result":{}}"#),
            .body(200, ReconcilerDesk.order("New", filled: "-1")),
        ] {
            desk.stub.change { _, _ in failure }
            let answer = try #require(desk.ask(Self.question(age: .seconds(99))))
            #expect(!answer.isAnswered && answer.told.isEmpty, "\(failure)")
        }
        desk.stub.change { _, _ in .body(200, ReconcilerDesk.empty) }
        var answer = try #require(desk.ask(Self.question(age: .seconds(99))))
        // The pause before the next connection may not be over.
        let end = ContinuousClock.now + .seconds(20)
        while !answer.isAnswered, ContinuousClock.now < end {
            answer = try #require(desk.ask(Self.question(age: .seconds(99))))
        }
        #expect(answer.told == [.absent(Self.child)])
        desk.stop()
    }

    @Test("why questions have no answer is known at the end")
    func troubles() throws {
        let broken = Self.fill("one").replacing(#""execQty":"0.1""#, with: #""execQty":null"#)
        let desk = try ReconcilerDesk { path, _ in
            .body(200, path.hasSuffix("execution/list") ? broken : ReconcilerDesk.empty)
        }
        let answer = try #require(desk.ask(Self.question(age: .seconds(9))))
        #expect(!answer.isAnswered)
        desk.stop()
        let texts = desk.reconciler.troubles.texts
        #expect(texts.count == 1 && texts[0].hasPrefix("execution/list: Bybit's"), "\(texts)")
    }

    static let contract =
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[{"symbol":"BTCUSDT","#
        + #""status":"STATUS","baseCoin":"BTC","quoteCoin":"USDT","priceFilter":{"minPrice":"0.10","#
        + #""maxPrice":"1999999.80","tickSize":"TICK"},"lotSizeFilter":{"minOrderQty":"0.001","#
        + #""maxOrderQty":"1190.000","qtyStep":"0.001","minNotionalValue":"5"}}]}}"#

    private static let fees =
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[{"symbol":"BTCUSDT","#
        + #""takerFeeRate":"0.0006","makerFeeRate":"-0.00005"}]}}"#

    @Test("what is around is told: the instrument's status and steps, fees, other symbols")
    func surroundings() throws {
        let id = InstrumentID(0)
        for (status, tick, said) in [
            ("Trading", "0.10", AccountEvent.trading(id, true)),
            ("Closed", "0.10", .trading(id, false)), ("Trading", "0.05", .stepsChanged(id)),
        ] {
            let desk = try ReconcilerDesk { path, query in
                let list =
                    #"{"symbol":"BTCUSDT","side":"Buy","size":"0.001","positionIdx":0},"#
                    + #"{"symbol":"ETHUSDT","side":"Sell","size":"1.5","positionIdx":0},"#
                    + #"{"symbol":"XRPUSDT","side":"","size":"0","positionIdx":0}"#
                let orders =
                    #"{"symbol":"ETHUSDT","orderId":"1"},"#
                    + #"{"symbol":"SOLUSDT","orderId":"2"}"#
                let isWhole = query.contains("settleCoin")
                switch path {
                case "/v5/market/instruments-info":
                    let text = ReconcilerAnswerTests.contract.replacing("STATUS", with: status)
                    return .body(200, text.replacing("TICK", with: tick))
                case "/v5/position/list" where isWhole:
                    return .body(
                        200,
                        ReconcilerDesk.empty.replacing("[]", with: "[\(list)]")
                    )
                case "/v5/position/list":
                    let row =
                        #"{"symbol":"BTCUSDT","side":"Buy","size":"0.001","liqPrice":"50000.04"}"#
                    return .body(
                        200,
                        ReconcilerDesk.empty.replacing("[]", with: "[\(row)]")
                    )
                case "/v5/order/realtime" where isWhole:
                    return .body(
                        200,
                        ReconcilerDesk.empty.replacing("[]", with: "[\(orders)]")
                    )
                case "/v5/account/fee-rate":
                    return .body(200, ReconcilerAnswerTests.fees)
                case "/v5/account/wallet-balance", "/v5/market/price-limit":
                    return .body(404, "")
                default:
                    return .body(200, ReconcilerDesk.empty)
                }
            }
            let answer = try #require(desk.ask(.everything))
            #expect(answer.isAnswered)
            #expect(desk.others?.positions == 1 && desk.others?.orders == 2)
            #expect(desk.accounts.contains(said))
            #expect(desk.fees == FeeSchedule(makerRateE8: -5_000, takerRateE8: 60_000))
            let liquidations = desk.statements.compactMap { statement in
                if case .position(let position) = statement { position.liquidation } else { nil }
            }
            #expect(liquidations == [Price(ticks: 500_000)])
            // Once a minute is enough.
            desk.others = nil
            _ = desk.ask(.everything)
            #expect(desk.others == nil)
            desk.stop()
        }
    }

    @Test("each filter is told when it changes, and no other")
    func filters() throws {
        let least = Mutex("5")
        let desk = try ReconcilerDesk { path, _ in
            let text = ReconcilerAnswerTests.contract.replacing("STATUS", with: "Trading")
                .replacing("TICK", with: "0.10")
            let value = least.withLock { $0 }
            return .body(
                200,
                text.replacing(#""minNotionalValue":"5""#, with: #""minNotionalValue":"\#(value)""#)
            )
        }
        let id = InstrumentID(0)
        let trading = AccountEvent.trading(id, true)
        #expect(try #require(desk.ask(.instrument)).isAnswered)
        #expect(
            desk.accounts == [
                .priceRange(id, Price(ticks: 1), Price(ticks: 19_999_998)),
                .quantityRange(id, Quantity(lots: 1), Quantity(lots: 1_190_000)),
                .minimumNotional(id, Amount(billionths: 5_000_000_000)), trading,
            ]
        )
        desk.accounts = []
        _ = desk.ask(.instrument)
        #expect(desk.accounts == [trading])
        least.withLock { $0 = "50" }
        desk.accounts = []
        _ = desk.ask(.instrument)
        #expect(
            desk.accounts == [.minimumNotional(id, Amount(billionths: 50_000_000_000)), trading]
        )
        desk.stop()
    }

    @Test("after a 403 nothing is asked any more")
    func ban() throws {
        let desk = try ReconcilerDesk { _, _ in .body(403, "access too frequent") }
        for _ in 0..<3 {
            let answer = try #require(desk.ask(Self.question(age: .seconds(99))))
            #expect(!answer.isAnswered)
        }
        #expect(desk.stub.asked.withLock { $0.count } == 1)
        desk.stop()
    }

    @Test("a page that leads to itself ends")
    func circle() throws {
        let desk = try ReconcilerDesk { path, _ in
            path.hasSuffix("list")
                ? .body(200, ReconcilerAnswerTests.fill("one", "again"))
                : .body(200, ReconcilerDesk.order("New", filled: "0.100"))
        }
        let answer = try #require(desk.ask(Self.question(age: .seconds(1))))
        #expect(answer.isAnswered && answer.told.count == 3)
        desk.stop()
    }

    @Test("what others trade moves on from where the list of fills is read")
    func othersFills() throws {
        let queries = Mutex<[String]>([])
        let desk = try ReconcilerDesk { path, query in
            guard path.hasSuffix("execution/list") else { return .body(200, ReconcilerDesk.empty) }
            queries.withLock { $0.append(query) }
            // Another's fill, ten seconds old, and one from a time that has not come.
            let rows = ["999990000", "2000000000"].map { time in
                #"{"symbol":"BTCUSDT","execId":"x\#(time)","orderId":"o","orderLinkId":"theirs","#
                    + #""side":"Buy","execPrice":"1","execQty":"0.1","execType":"Trade","#
                    + #""execTime":"\#(time)"}"#
            }
            let list = rows.prefix(queries.withLock { $0.count }).joined(separator: ",")
            return .body(200, ReconcilerDesk.empty.replacing("[]", with: "[\(list)]"))
        }
        for _ in 0..<3 { _ = desk.ask(.everything) }
        let starts = queries.withLock { $0 }.map { query in
            query.split(separator: "&").first { $0.hasPrefix("startTime=") }
                .flatMap { Int64($0.dropFirst(10)) } ?? 0
        }
        try #require(starts.count == 3)
        // Six days back, then half a minute before the newest, then before now.
        #expect(starts[0] < 999_000_000 && starts[1] == 999_960_000)
        #expect((999_970_000...1_000_100_000).contains(starts[2]))
        desk.stop()
    }
}

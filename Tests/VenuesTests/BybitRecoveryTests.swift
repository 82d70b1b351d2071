import Book
import Foundation
import Orders
import Testing
import Units
import Venues

/// The requests and replies that recovery, risk and settings need.
@Suite("Bybit's REST for recovery", .timeLimit(.minutes(3)))
struct BybitRecoveryTests {
    private static let requests = BybitREST(
        host: "api.bybit.com",
        credentials: BybitCredentials(key: "testkey", secret: "testsecret")
    )
    private static let now = Nanoseconds.milliseconds(1_700_000_000_000)

    private static func envelope(_ result: String) -> [UInt8] {
        Array(#"{"retCode":0,"retMsg":"OK","result":\#(result),"retExtInfo":{},"time":1}"#.utf8)
    }

    private static func firstLine(_ request: [UInt8]) -> String {
        String(decoding: request.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    private static func body(_ request: [UInt8]) -> String {
        String(decoding: request, as: UTF8.self).components(separatedBy: "\r\n\r\n").last ?? ""
    }

    @Test("every request names its path and query as the venue expects them")
    func paths() {
        let r = Self.requests
        let now = Self.now
        for (request, line) in [
            (
                r.openOrders(.linear, settledIn: "USDT", cursor: "a=b", at: now),
                "GET /v5/order/realtime?category=linear&settleCoin=USDT&openOnly=0&limit=50"
                    + "&cursor=a%3Db"
            ),
            (
                r.openOrders(.spot, settledIn: "USDT", at: now),
                "GET /v5/order/realtime?category=spot&openOnly=0&limit=50"
            ),
            (
                r.finishedOrder(.linear, symbol: "BTCUSDT", linkID: "x-1", at: now),
                "GET /v5/order/history?category=linear&symbol=BTCUSDT&orderLinkId=x-1"
            ),
            (
                r.finishedOrders(.spot, symbol: "BTCUSDT", since: now, at: now),
                "GET /v5/order/history?category=spot&symbol=BTCUSDT&startTime=1700000000000"
                    + "&limit=50"
            ),
            (
                r.executions(.linear, symbol: "BTCUSDT", linkID: "x-1", at: now),
                "GET /v5/execution/list?category=linear&symbol=BTCUSDT&orderLinkId=x-1&limit=100"
            ),
            (
                r.wallet(coins: ["USDT", "BTC"], at: now),
                "GET /v5/account/wallet-balance?accountType=UNIFIED&coin=USDT%2CBTC"
            ),
            (r.accountInfo(at: now), "GET /v5/account/info"),
            (r.disconnectProtection(at: now), "GET /v5/account/query-dcp-info"),
            (
                r.instrumentsInfo(.linear, cursor: "p2"),
                "GET /v5/market/instruments-info?category=linear&limit=1000&cursor=p2"
            ),
            (r.instrumentsInfo(.spot, cursor: ""), "GET /v5/market/instruments-info?category=spot"),
            (
                r.priceLimit(.linear, symbol: "BTCUSDT"),
                "GET /v5/market/price-limit?category=linear&symbol=BTCUSDT"
            ),
            (
                r.riskLimit(symbol: "BTCUSDT"),
                "GET /v5/market/risk-limit?category=linear&symbol=BTCUSDT"
            ),
            (
                r.fundingHistory(symbol: "BTCUSDT", from: .zero, to: now),
                "GET /v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=0"
                    + "&endTime=1700000000000&limit=200"
            ),
            (
                r.recentTrades(.spot, symbol: "BTCUSDT"),
                "GET /v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=60"
            ),
        ] {
            #expect(Self.firstLine(request) == line + " HTTP/1.1")
        }
    }

    @Test("orders by REST carry steps as decimals and our name")
    func orders() {
        let order = PlaceOrder(
            child: Fixtures.child,
            instrument: Fixtures.linear.id,
            side: .sell,
            timeInForce: .postOnly,
            price: Price(ticks: 618_001),
            quantity: Quantity(lots: 250),
            reduceOnly: true
        )
        let create = Self.requests.create(
            order,
            Fixtures.linear,
            linkID: Fixtures.link,
            at: Self.now
        )
        #expect(
            Self.body(create)
                == #"{"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","#
                + #""qty":"0.250","price":"61800.1","timeInForce":"PostOnly","#
                + #""orderLinkId":"\#(Fixtures.link)","positionIdx":0,"reduceOnly":true}"#
        )
        let amend = AmendOrder(
            child: Fixtures.child,
            instrument: Fixtures.linear.id,
            price: Price(ticks: 618_002),
            quantity: Quantity(lots: 100)
        )
        let change = Self.requests.amend(
            amend,
            Fixtures.linear,
            linkID: Fixtures.link,
            at: Self.now
        )
        #expect(
            Self.body(change)
                == #"{"category":"linear","symbol":"BTCUSDT","orderLinkId":"\#(Fixtures.link)","#
                + #""qty":"0.100","price":"61800.2"}"#
        )
        let leverage = Self.requests.setLeverage(symbol: "BTCUSDT", percent: 1_250, at: Self.now)
        #expect(
            Self.body(leverage)
                == #"{"category":"linear","symbol":"BTCUSDT","buyLeverage":"12.50","#
                + #""sellLeverage":"12.50"}"#
        )
        let guarded = Self.requests.protectFromDisconnect(.linear, window: .zero, at: Self.now)
        #expect(Self.body(guarded) == #"{"product":"DERIVATIVES","timeWindow":3}"#)
    }

    @Test("leverage that is already so is success, another refusal is not")
    func settings() throws {
        try BybitReplies.setting(Self.envelope("{}"))
        for code in [110_043, 34_040] {
            try BybitReplies.setting(
                Array(#"{"retCode":\#(code),"retMsg":"not modified","result":{}}"#.utf8)
            )
        }
        #expect(throws: BybitReplyError.refused(code: 110_013, message: "risk")) {
            try BybitReplies.setting(Array(#"{"retCode":110013,"retMsg":"risk","result":{}}"#.utf8))
        }
    }

    @Test("the wallet's whole and each coin are read, and what is empty is not stated")
    func wallet() throws {
        let wallet = try BybitReplies.wallet(
            Self.envelope(
                #"{"list":[{"accountType":"UNIFIED","totalEquity":"10262.91","coin":["#
                    + #"{"coin":"USDT","equity":"10262.911234567891","walletBalance":"1"},"#
                    + #"{"coin":"BTC","equity":""}]}]}"#
            )
        )
        #expect(wallet.totalEquity == Amount(billionths: 10_262_910_000_000))
        #expect(wallet.coins.map(\.name) == ["USDT", "BTC"])
        #expect(wallet.coins[0].equity == Amount(billionths: 10_262_911_234_568))
        #expect(wallet.coins[1].equity == nil)
    }

    @Test("price limits, risk tiers, funding, protection and margin mode are read")
    func bounds() throws {
        let limits = try BybitReplies.priceLimits(
            Self.envelope(
                #"{"symbol":"BTCUSDT","buyLmt":"114450.00","sellLmt":"103550.00","ts":"1"}"#
            ),
            Fixtures.linear
        )
        #expect(limits.highestBuy == Price(ticks: 1_144_500))
        #expect(limits.lowestSell == Price(ticks: 1_035_500))
        let page = Self.envelope(
            #"{"category":"linear","list":[{"id":1,"symbol":"BTCUSDT","riskLimitValue":"2000000","#
                + #""maintenanceMargin":"0.005","initialMargin":"0.01","maxLeverage":"100.00","#
                + #""isLowestRisk":1,"mmDeduction":""}],"nextPageCursor":"next"}"#
        )
        let tiers = try BybitReplies.riskTiers(page, symbol: "BTCUSDT")
        #expect(try BybitReplies.nextPage(page) == "next")
        #expect(tiers.map(\.maxLeveragePercent) == [10_000])
        #expect(tiers.map(\.initialMarginE9) == [10_000_000])
        let funding = try BybitReplies.fundingHistory(
            Self.envelope(
                #"{"category":"linear","list":[{"symbol":"BTCUSDT","fundingRate":"-0.0001","#
                    + #""fundingRateTimestamp":"1700000000000"}]}"#
            ),
            symbol: "BTCUSDT"
        )
        #expect(funding.map(\.rateE9) == [-100_000] && funding.map(\.at) == [Self.now])
        let guarded = try BybitReplies.disconnectProtection(
            Self.envelope(
                #"{"dcpInfos":[{"product":"SPOT","dcpStatus":"ON","timeWindow":"10"}]}"#
            )
        )
        #expect(guarded.map(\.isOn) == [true] && guarded[0].window == .seconds(10))
        let mode = try BybitReplies.marginMode(
            Self.envelope(#"{"unifiedMarginStatus":5,"marginMode":"REGULAR_MARGIN"}"#)
        )
        #expect(mode == "REGULAR_MARGIN")
    }

    @Test("recent prints and the name of an order are read")
    func prints() throws {
        let trades = try BybitReplies.recentTrades(
            Self.envelope(
                #"{"category":"linear","list":[{"execId":"2a74ac78","symbol":"BTCUSDT","price":"#
                    + #""61800.30","size":"0.010","side":"Buy","time":"1700000000000","#
                    + #""isBlockTrade":false,"isRPITrade":true,"seq":"66544703350"}]}"#
            ),
            Fixtures.linear
        )
        #expect(trades.count == 1 && trades[0].price == Price(ticks: 618_003))
        #expect(trades[0].isRPI && !trades[0].isBlock && trades[0].aggressor == .buy)
        #expect(trades[0].crossSequence == 66_544_703_350 && trades[0].matchedAt == Self.now)
        let id = try BybitReplies.orderID(
            Self.envelope(#"{"orderId":"1321003749386327552","orderLinkId":"s-1"}"#)
        )
        #expect(id.text == "1321003749386327552")
    }

    @Test("bodies that are cut, swollen or nonsense are errors")
    func hostile() {
        let whole = Self.envelope(
            #"{"list":[{"totalEquity":"1","coin":[{"coin":"USDT","equity":"1"}]}]}"#
        )
        for end in 0..<whole.count {
            #expect(throws: BybitReplyError.self) {
                try BybitReplies.wallet(Array(whole[..<end]))
            }
        }
        let huge = [UInt8](repeating: UInt8(ascii: " "), count: BybitReplies.maxBytes + 1)
        #expect(throws: BybitReplyError.self) { try BybitReplies.wallet(huge) }
        let coins = Array(repeating: #"{"coin":"A","equity":"1"}"#, count: 1_001)
            .joined(separator: ",")
        let many = Self.envelope(#"{"list":[{"coin":[\#(coins)]}]}"#)
        #expect(throws: BybitReplyError.self) { try BybitReplies.wallet(many) }
        for result in [
            "[]", #"{"list":{}}"#, #"{"list":[{"coin":[{}]}]}"#,
            #"{"list":[{"totalEquity":"1e5"}]}"#, #"{"list":[{"totalEquity":5}]}"#,
        ] {
            #expect(throws: BybitReplyError.self) {
                try BybitReplies.wallet(Self.envelope(result))
            }
        }
        for limits in [
            #"{"symbol":"ETHUSDT","buyLmt":"1.0","sellLmt":"1.0"}"#,
            #"{"symbol":"BTCUSDT","buyLmt":"-1.0","sellLmt":"1.0"}"#,
            #"{"symbol":"BTCUSDT","buyLmt":"0.05","sellLmt":"1.0"}"#,
            #"{"symbol":"BTCUSDT","buyLmt":"","sellLmt":"1.0"}"#,
        ] {
            #expect(throws: BybitReplyError.self) {
                try BybitReplies.priceLimits(Self.envelope(limits), Fixtures.linear)
            }
        }
        #expect(BybitReplies.code(Array("<html>".utf8)) == nil)
        #expect(BybitReplies.code(Array(#"{"retCode":10006,"retMsg":""}"#.utf8)) == 10_006)
    }
}

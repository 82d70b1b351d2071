import Book
import Orders
import Testing
import Units
import Venues

@Suite("Bybit's REST replies", .timeLimit(.minutes(3)))
struct BybitRepliesTests {
    private static func envelope(_ result: String) -> [UInt8] {
        Array(
            #"{"retCode":0,"retMsg":"OK","result":\#(result),"retExtInfo":{},"time":1700000000123}"#
                .utf8
        )
    }

    static let linear =
        #"{"category":"linear","list":[{"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT","priceScale":"2","leverageFilter":{"maxLeverage":"100.00"},"priceFilter":{"minPrice":"0.10","maxPrice":"1999999.80","tickSize":"0.10"},"lotSizeFilter":{"minOrderQty":"0.001","maxOrderQty":"1190.000","maxMktOrderQty":"500.000","qtyStep":"0.001","minNotionalValue":"5"},"preListingInfo":null}],"nextPageCursor":""}"#
    static let spot =
        #"{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"PreLaunch","lotSizeFilter":{"basePrecision":"0.000001","quotePrecision":"0.0000001","minOrderQty":"0.000011","maxOrderQty":"83","minOrderAmt":"5","maxLimitOrderQty":"83"},"priceFilter":{"tickSize":"0.1"}}]}"#

    @Test("a linear instrument has all its filters")
    func linearInstrument() throws {
        let i = try BybitReplies.instrument(
            Self.envelope(Self.linear),
            .linear,
            symbol: "BTCUSDT",
            id: InstrumentID(3)
        )
        #expect(i.id.index == 3 && i.tick.step == 0.1 && i.lot.step == 0.001 && i.isTrading)
        #expect(i.priceRange == Price(ticks: 1)...Price(ticks: 19_999_998))
        #expect(i.quantityRange == Quantity(lots: 1)...Quantity(lots: 1_190_000))
        #expect(i.minimumNotional == Amount(billionths: 5_000_000_000))
        #expect(i.baseCoin == "BTC" && i.quoteCoin == "USDT")
    }

    @Test("a spot instrument takes its step from the base precision")
    func spotInstrument() throws {
        let i = try BybitReplies.instrument(
            Self.envelope(Self.spot),
            .spot,
            symbol: "BTCUSDT",
            id: InstrumentID(0)
        )
        #expect(i.lot == DecimalScale(multiplier: 1, decimals: 6) && !i.isTrading)
        #expect(i.quantityRange.upperBound == Quantity(lots: 83_000_000))
        #expect(i.minimumNotional == Amount(billionths: 5_000_000_000))
    }

    @Test("a refusal carries the venue's code and words")
    func refusal() {
        let body = Array(#"{"retCode":10002,"retMsg":"time window","result":{},"time":1}"#.utf8)
        #expect(throws: BybitReplyError.refused(code: 10_002, message: "time window")) {
            try BybitReplies.serverTime(body)
        }
        #expect(throws: BybitReplyError.unknownSymbol("XRPUSDT")) {
            try BybitReplies.instrument(
                Self.envelope(Self.linear),
                .linear,
                symbol: "XRPUSDT",
                id: InstrumentID(0)
            )
        }
        for body in ["<html>403</html>", "", "[]", #"{"retCode":0}"#, #"{"result":{}}"#] {
            #expect(throws: BybitReplyError.self) { try BybitReplies.serverTime(Array(body.utf8)) }
        }
    }

    @Test("time, fees and positions are read")
    func account() throws {
        #expect(
            try BybitReplies.serverTime(
                Self.envelope(#"{"timeSecond":"1700000000","timeNano":"1700000000123456789"}"#)
            )
                == Nanoseconds(1_700_000_000_123_456_789)
        )
        #expect(
            try BybitReplies.feeRate(
                Self.envelope(
                    #"{"list":[{"symbol":"BTCUSDT","takerFeeRate":"0.00055","makerFeeRate":"-0.0001"}]}"#
                ),
                symbol: "BTCUSDT"
            )
                == FeeSchedule(makerRateE8: -10_000, takerRateE8: 55_000)
        )
        let short =
            #"{"list":[{"symbol":"BTCUSDT","side":"Sell","size":"0.125","avgPrice":"61800.1"}]}"#
        let position = try BybitReplies.position(Self.envelope(short), Fixtures.linear)
        #expect(position.lots == -125 && position.averagePrice == 61_800.1)
        #expect(position.positions.map(\.liquidation) == [nil])
        #expect(position.positions.map(\.tellsLiquidation) == [false])
        let cases: [(String, Int64?)] = [
            ("70000.149", 700_001), ("70000.15", 700_002), ("", nil), ("0", nil),
        ]
        for (text, ticks) in cases {
            let row = short.replacing(#""avgPrice""#, with: #""liqPrice":"\#(text)","avgPrice""#)
            let told = try BybitReplies.position(Self.envelope(row), Fixtures.linear)
            let price = ticks.map { Price(ticks: $0) }
            #expect(told.positions.map(\.liquidation) == [price], "\(text)")
            #expect(told.positions.map(\.tellsLiquidation) == [true], "\(text)")
        }
        let flat = #"{"list":[{"symbol":"BTCUSDT","side":"","size":"0","avgPrice":""}]}"#
        #expect(try BybitReplies.position(Self.envelope(flat), Fixtures.linear).lots == 0)
    }

    @Test("open orders and executions tell ours from others', and where the next page is")
    func lists() throws {
        let orderEntry = String(
            Fixtures.order.dropFirst(Fixtures.order.range(of: "\"data\":[")!).dropLast(2)
        )
        let executionEntry = String(
            Fixtures.execution.dropFirst(Fixtures.execution.range(of: "\"data\":[")!).dropLast(2)
        )
        let foreign = orderEntry.replacing(Fixtures.link, with: "by-hand")
        let orders = try BybitReplies.orders(
            Self.envelope(
                #"{"list":[\#(foreign),\#(orderEntry)],"nextPageCursor":"abc%3D","category":"linear"}"#
            ),
            Fixtures.instruments,
            Fixtures.session
        )
        #expect(orders.entries.map(\.child) == [Fixtures.child])
        #expect(orders.foreign == 1 && orders.cursor == "abc%3D")
        let fills = try BybitReplies.executions(
            Self.envelope(
                #"{"category":"linear","list":[\#(executionEntry)],"nextPageCursor":""}"#
            ),
            Fixtures.instruments,
            Fixtures.session
        )
        #expect(fills.entries.map(\.quantity) == [Quantity(lots: 100)] && fills.cursor.isEmpty)
    }

    @Test("bars come back oldest first")
    func klines() throws {
        let bars = try BybitReplies.klines(
            Self.envelope(
                #"{"symbol":"BTCUSDT","category":"linear","list":[["1700000060000","2","4","1","3","10.5","25.25"],["1700000000000","1","2","0.5","2","7","9"]]}"#
            )
        )
        #expect(
            bars.map(\.start) == [
                .milliseconds(1_700_000_000_000), .milliseconds(1_700_000_060_000),
            ]
        )
        #expect(bars[1].volume == 10.5 && bars[1].turnover == 25.25 && bars[0].low == 0.5)
    }
}

extension String {
    fileprivate func range(of part: String) -> Int? {
        let bytes = Array(utf8)
        let wanted = Array(part.utf8)
        return (0...bytes.count - wanted.count).first { i in
            bytes[i..<i + wanted.count].elementsEqual(wanted)
        }.map { $0 + wanted.count }
    }
}

import Book
import Orders
import TestSupport
import Testing
import Units
import Venues
import Wire

@Suite("Bybit's public messages", .timeLimit(.minutes(3)))
struct BybitDecoderTests {
    private static let expectedDelta = Copied.depth(
        .delta,
        depth: 50,
        u: 177_400_507,
        seq: 66_544_703_342,
        ts: 1_700_000_000_140,
        cts: 1_700_000_000_138,
        instrument: 0,
        bids: [LevelChange(ticks: 618_002, lots: 2_900), LevelChange(ticks: 617_990, lots: 0)],
        asks: []
    )

    @Test("a delta becomes ticks and lots")
    func delta() {
        #expect(Copied.decode(Fixtures.delta) == Self.expectedDelta)
    }

    @Test(
        "the order of fields, spaces, trimmed zeros and unknown fields change nothing",
        arguments: [
            #"{"topic":"orderbook.50.BTCUSDT","ts":1700000000140,"type":"delta","data":{"s":"BTCUSDT","b":[["61800.2","2.9"],["61799","0"]],"a":[],"u":177400507,"seq":66544703342},"cts":1700000000138}"#,
            #"{"data":{"seq":66544703342,"u":177400507,"a":[],"b":[["61800.20","2.900"],["61799.00","0.000"]],"s":"BTCUSDT"},"cts":1700000000138,"ts":1700000000140,"type":"delta","topic":"orderbook.50.BTCUSDT"}"#,
            " {\n\"topic\" : \"orderbook.50.BTCUSDT\",\"new\":{\"x\":[1,{}]},\"type\":\"delta\",\t\"ts\":1700000000140 , \"data\" : { \"s\":\"BTCUSDT\",\"b\" : [ [ \"61800.20\" , \"2.900\" ] ,[\"61799.00\",\"0\"]],\"a\":[ ],\"u\":177400507,\"more\":null,\"seq\":66544703342 } ,\"cts\":1700000000138 }\r\n",
            #"{"t\u006fpic":"orderbook.50.BTCUSDT","type":"del\u0074a","ts":1700000000140,"data":{"s":"BTCUSDT","b":[["61800.20","2.900"],["61799.00","0"]],"a":[],"u":177400507,"seq":66544703342},"cts":1700000000138}"#,
        ]
    )
    func shapes(_ text: String) {
        #expect(Copied.decode(text) == Self.expectedDelta)
    }

    @Test(
        "what contradicts the venue's promises is malformed, with its reason",
        arguments: [
            ("61800.20", "61800.25", .offStep), ("2.900", "2.9005", .offStep),
            ("61800.20", "0", .outOfRange), ("61800.20", "-1", .outOfRange),
            ("2.900", "-2.900", .outOfRange), ("2.900", "99999999999999999999", .overflow),
            ("61800.20", "1e5", .badNumber), ("61800.20", "", .badNumber),
            (#""u":177400507,"#, "", .missingField),
            (#""type":"delta","#, "", .missingField), (#""ts":1700000000140,"#, "", .missingField),
            (#""delta""#, #""other""#, .badWord),
            (#""s":"BTCUSDT""#, #""s":"ETHUSDT""#, .unknownSymbol),
            (#"["61800.20","2.900"]"#, #"["61800.20"]"#, .missingField),
            (#"["61800.20","2.900"]"#, #"["61800.20","2.900","1"]"#, .tooMany),
            (#""61800.20""#, "61800.20", .wrongType), (#""a":[]"#, #""a":{}"#, .wrongType),
            ("1700000000140", "9223372036854775807", .overflow),
        ] as [(String, String, DecodeError.Reason)]
    )
    func malformed(_ part: String, _ other: String, _ reason: DecodeError.Reason) throws {
        let text = Fixtures.delta.replacing(part, with: other, maxReplacements: 1)
        try #require(text != Fixtures.delta)
        guard case .malformed(let error) = Copied.decode(text) else {
            Issue.record("accepted \(text)")
            return
        }
        #expect(error.reason == reason)
    }

    @Test("the prices that the venue takes are read, drawn to the ticks inside")
    func bounds() {
        let text =
            #"{"topic":"priceLimit.BTCUSDT","data":{"symbol":"BTCUSDT","buyLmt":"114450.09","sellLmt":"103550.01"},"ts":1700000000300}"#
        let expected = PriceBounds(
            instrument: InstrumentID(0),
            highestBuy: Price(ticks: 1_144_500),
            lowestSell: Price(ticks: 1_035_501),
            publishedAt: .milliseconds(1_700_000_000_300)
        )
        #expect(Copied.decode(text) == .bounds(expected))
        // One that cannot be read costs neither book nor prints.
        for bad in [
            text.replacing("114450.09", with: ""), text.replacing("103550.01", with: "0"),
            text.replacing(#""symbol":"BTCUSDT""#, with: #""symbol":"ETHUSDT""#),
        ] {
            guard case .unreadable(.ticker, _) = Copied.decode(bad) else {
                Issue.record("\(bad)")
                return
            }
        }
    }

    @Test("a message of more levels than the buffers hold is malformed, one that fills them is not")
    func tooManyLevels() {
        func message(_ n: Int) -> String {
            let levels = (1...n).map { #"["\#($0).0","1"]"# }.joined(separator: ",")
            return Fixtures.delta.replacing(#""a":[]"#, with: #""a":[\#(levels)]"#)
        }
        guard case .depth(_, _, _, _, _, _, _, _, let asks) = Copied.decode(message(2_048)) else {
            Issue.record("2,048 levels are too many")
            return
        }
        #expect(asks.count == 2_048 && asks[2_047] == LevelChange(ticks: 20_480, lots: 1_000))
        guard case .malformed(let error) = Copied.decode(message(2_049)) else {
            Issue.record("2,049 levels are taken")
            return
        }
        #expect(error.reason == .tooMany)
    }

    @Test("a trade keeps its side, flags and id")
    func trade() {
        #expect(
            Copied.decode(Fixtures.trade)
                == .trades(
                    [
                        Trade(
                            price: Price(ticks: 618_003),
                            quantity: Quantity(lots: 10),
                            aggressor: .buy,
                            isBlock: false,
                            isRPI: true,
                            matchedAt: .milliseconds(1_700_000_000_123),
                            crossSequence: 66_544_703_350,
                            id: ExternalID("2a74ac78-691c-5b54-9dbe-5aafe8364627")!
                        )
                    ],
                    ts: 1_700_000_000_125
                )
        )
    }

    @Test("a ticker states what changed, and only that")
    func ticker() {
        #expect(
            Copied.decode(Fixtures.ticker)
                == .ticker(
                    mark: 61_801_123_456_789,
                    index: nil,
                    last: nil,
                    funding: -100_000,
                    next: 1_700_006_400_000
                )
        )
    }

    @Test(
        "pongs, auth and subscriptions are read in every endpoint's shape",
        arguments: [
            (#"{"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"}"#, .pong),
            (#"{"success":true,"ret_msg":"pong","conn_id":"x","req_id":"","op":"ping"}"#, .pong),
            (#"{"args":["1700000000000"],"op":"pong"}"#, .pong),
            (#"{"req_id":"x","op":"pong","args":["1700000000000"],"conn_id":"y"}"#, .pong),
            (
                #"{"retCode":0,"retMsg":"OK","op":"pong","data":["1700000000000"],"connId":"z"}"#,
                .pong
            ),
            (
                #"{"success":true,"ret_msg":"","op":"auth","conn_id":"x"}"#,
                .auth(succeeded: true, code: 0)
            ),
            (
                #"{"retCode":0,"retMsg":"OK","op":"auth","connId":"x"}"#,
                .auth(succeeded: true, code: 0)
            ),
            (
                #"{"success":false,"ret_msg":"no","op":"auth","conn_id":"x"}"#,
                .auth(succeeded: false, code: 0)
            ),
            (
                #"{"retCode":10004,"retMsg":"sign","op":"auth","connId":"x"}"#,
                .auth(succeeded: false, code: 10_004)
            ),
            (
                #"{"success":true,"ret_msg":"subscribe","conn_id":"x","req_id":"s1","op":"subscribe"}"#,
                .subscribe(succeeded: true, request: ExternalID("s1")!)
            ),
            (
                #"{"success":true,"ret_msg":"","op":"subscribe","conn_id":"x"}"#,
                .subscribe(succeeded: true, request: .none)
            ),
            (
                #"{"success":false,"ret_msg":"error:handler not found","conn_id":"x","req_id":"","op":"subscribe"}"#,
                .subscribe(succeeded: false, request: .none)
            ),
            (
                #"{"success":true,"conn_id":"x","data":{"failTopics":[],"successTopics":["a"]},"type":"COMMAND_RESP"}"#,
                .subscribe(succeeded: true, request: .none)
            ),
            (
                #"{"success":true,"ret_msg":"","op":"unsubscribe","req_id":"u1","conn_id":"x"}"#,
                .unsubscribe(succeeded: true, request: ExternalID("u1")!)
            ),
            (
                #"{"retCode":10404,"retMsg":"unknown op","op":"order.crate","connId":"x"}"#,
                .refused(code: 10_404)
            ),
        ] as [(String, BybitControl)]
    )
    func control(_ text: String, _ expected: BybitControl) {
        #expect(Copied.decode(text) == .control(expected))
    }

    @Test("topics of no use are passed over, but validated", arguments: unasked)
    func ignored(_ text: String) {
        var decoder = Fixtures.decoder()
        #expect(Copied.decode(Array(text.utf8), &decoder) == .ignored)
        #expect(decoder.unaskedCount == 1)
        #expect(Copied.decode(String(text.dropLast())).isMalformed)
    }

    @Test("a book of a depth that nobody asked for is passed over, also after it was read once")
    func otherDepth() {
        var decoder = BybitDecoder(
            instruments: Fixtures.instruments,
            session: Fixtures.session,
            depth: 50
        )
        for _ in 0..<2 {
            let asked = Copied.decode(Array(Fixtures.delta.utf8), &decoder)
            #expect(asked == Self.expectedDelta)
            let other = Fixtures.delta.replacing("orderbook.50.", with: "orderbook.200.")
            #expect(Copied.decode(Array(other.utf8), &decoder) == .ignored)
        }
        #expect(decoder.unaskedCount == 2)
    }

    private static let unasked = [
        #"{"topic":"kline.1.BTCUSDT","data":[{"start":1}],"ts":1,"type":"snapshot"}"#,
        #"{"topic":"greeks","data":[{"baseCoin":"BTC"}],"creationTime":1}"#,
        #"{"topic":"orderbook.rpi.BTCUSDT","data":{},"ts":1,"type":"delta"}"#,
        #"{"topic":"dcp.future","data":[{}],"creationTime":1}"#,
        #"{"topic":"orderbook.50.ETHUSDT","data":{"u":"x"},"ts":1,"type":"delta"}"#,
        #"{"topic":"publicTrade.ETHUSDT","data":[1],"ts":1}"#,
        #"{"topic":"tickers.ETHUSDT","data":null}"#,
        #"{"topic":"new.kind","data":[[{"a":[1]}],{"batch":[{}]}]}"#,
        #"{"topic":"new.kind"}"#,
        #"[]"#, #"[{"topic":"orderbook.50.BTCUSDT"},1]"#, #""hello""#, #"{}"#,
        #"{"op":"maintenance","data":{"at":5}}"#, #"{"op":"welcome","args":[{"x":null}]}"#,
        #"{"op":"order.new","retCode":0,"data":{"list":[5,null,{}]},"reqId":"x"}"#,
        #"{"op":null,"success":null,"retCode":""}"#,
    ]
}

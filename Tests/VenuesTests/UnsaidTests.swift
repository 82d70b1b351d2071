import Book
import Orders
import TestSupport
import Testing
import Units
import Venues
import Wire

/// What a venue may leave unsaid, and what it may say instead: every field of every message that
/// the other tests read, one after the other.
@Suite("What a venue may say", .timeLimit(.minutes(2)))
struct UnsaidTests {
    /// A row without the field says nothing of the liquidation price; an empty one says "nowhere".
    private static let apart = ["data.0.liqPrice", "result.list.0.liqPrice"]

    /// The outcome of a text, without the place of an error.
    private static func outcome(_ text: String) -> String {
        switch Copied.decode(text) {
        case .malformed: "malformed"
        case .unreadable(let subject, _): "unreadable \(subject)"
        case let read: "\(read)"
        }
    }

    @Test(
        "null, the empty string and no field are the same in every message",
        arguments: Fixtures.all
    )
    func streams(_ text: String) {
        let json = JSONPlaces(text)
        #expect(json.places.count > 5)
        for place in json.places {
            let null = Self.outcome(json.replacing(place, with: "null"))
            let empty = Self.outcome(json.replacing(place, with: #""""#))
            #expect(null == empty, "\(place.path)")
            guard let without = json.removing(place), !Self.apart.contains(place.path) else {
                continue
            }
            #expect(Self.outcome(without) == null, "\(place.path)")
        }
    }

    @Test("null, the empty string and no field are the same in every answer", arguments: Answer.all)
    func answers(_ answer: Answer) {
        let json = JSONPlaces(answer.text)
        for place in json.places {
            let null = answer.read(json.replacing(place, with: "null"))
            let empty = answer.read(json.replacing(place, with: #""""#))
            #expect(null == empty, "\(place.path)")
            guard let without = json.removing(place), !Self.apart.contains(place.path) else {
                continue
            }
            #expect(answer.read(without) == null, "\(place.path)")
        }
    }

    /// What must be said; everything else may be left out of a message without its being refused.
    private static let required: [(String, Set<String>)] = [
        (
            Fixtures.delta,
            [
                "type", "ts", "data", "data.b.0.0", "data.b.0.1", "data.b.1.0",
                "data.b.1.1", "data.b.0", "data.b.1", "data.u",
            ]
        ),
        (Fixtures.trade, ["ts", "data.0.T", "data.0.S", "data.0.v", "data.0.p"]),
        (Fixtures.ticker, ["data", "ts"]),
        (
            Fixtures.order,
            [
                "data.0.symbol", "data.0.orderId", "data.0.qty", "data.0.orderStatus",
                "data.0.updatedTime",
            ]
        ),
        (
            Fixtures.execution,
            [
                "data.0.symbol", "data.0.execId", "data.0.orderId", "data.0.side",
                "data.0.execPrice", "data.0.execQty", "data.0.execType", "data.0.execTime",
            ]
        ),
        (
            Fixtures.fastExecution,
            [
                "data.0.symbol", "data.0.execId", "data.0.orderId",
                "data.0.side", "data.0.execPrice", "data.0.execQty", "data.0.execTime",
            ]
        ),
        (Fixtures.reply, ["retCode"]),
        (Fixtures.position, ["data.0.symbol", "data.0.side", "data.0.size"]),
        (Fixtures.wallet, ["data.0.coin.0.coin"]),
    ]

    @Test("only what money hangs on is required")
    func requiredFields() {
        for (text, required) in Self.required {
            let json = JSONPlaces(text)
            let refused = json.places.filter {
                Copied.decode(json.replacing($0, with: "null")).isMalformed
            }
            #expect(Set(refused.map(\.path)) == required)
        }
    }

    @Test("whatever stands in a field's place, both paths agree and nothing else is moved")
    func anything() {
        let others = [
            "null", #""""#, "{}", "[]", "7", "-1", "1.5e300", #""x""#, #""7""#, "true", "[{}]",
            #"[["1","1"]]"#, #"{"list":[]}"#, #""99999999999999999999""#,
        ]
        for text in Fixtures.all {
            let json = JSONPlaces(text)
            let isBook = text == Fixtures.delta
            for place in json.places {
                for other in others {
                    let changed = Array(json.replacing(place, with: other).utf8)
                    var warm = Fixtures.decoder()
                    _ = Copied.decode(Array(Fixtures.delta.utf8), &warm)
                    let read = Copied.decode(changed, &warm)
                    var cold = Fixtures.decoder()
                    #expect(Copied.decode(changed, &cold) == read, "\(place.path) \(other)")
                    Self.check(read, isBook: isBook, cold, "\(place.path) \(other)")
                }
            }
        }
    }

    private static func check(
        _ read: Copied,
        isBook: Bool,
        _ decoder: borrowing BybitDecoder,
        _ what: String
    ) {
        switch read {
        case .depth(_, _, _, _, _, _, _, let bids, let asks):
            #expect(isBook, "\(what)")
            #expect((bids + asks).allSatisfy { $0.ticks > 0 && $0.lots >= 0 }, "\(what)")
        case .malformed:
            // Prints, tickers and statements never cost the book.
            #expect(decoder.unreadablePrintCount == 0, "\(what)")
        case .unreadable(let subject, _):
            #expect(!isBook, "\(what)")
            let counts = [
                decoder.unreadableStatementCount, decoder.unreadablePrintCount,
                decoder.unreadableTickerCount,
            ]
            #expect(counts[Int(subject.rawValue)] == 1 && counts.reduce(0, +) == 1, "\(what)")
        default: break
        }
    }

    @Test("an order or a fill of others need say nothing else")
    func others() {
        for text in [Fixtures.order, Fixtures.execution] {
            let json = JSONPlaces(text.replacing(Fixtures.link, with: "by-hand"))
            for place in json.places where place.path.hasPrefix("data.0.") {
                let read = Copied.decode(json.replacing(place, with: "null"))
                #expect(!read.isMalformed, "\(place.path)")
            }
        }
    }

    @Test("an order of ours that ended must say how much was filled, one that works need not")
    func finalCount() {
        let open = Fixtures.order.replacing(#""cumExecQty":"0.100""#, with: #""cumExecQty":null"#)
        #expect(!Copied.decode(open).isMalformed)
        for status in ["Filled", "Cancelled", "PartiallyFilledCanceled"] {
            let ended = open.replacing("PartiallyFilled", with: status)
            #expect(Copied.decode(ended).isMalformed, "\(status)")
        }
    }

    // MARK: Limits

    @Test("limits finer than the steps are drawn to the safe side")
    func limits() throws {
        let fine = BybitRepliesTests.linear
            .replacing(#""minPrice":"0.10""#, with: #""minPrice":"0.101""#)
            .replacing(#""maxPrice":"1999999.80""#, with: #""maxPrice":"1999999.8999""#)
            .replacing(#""maxOrderQty":"1190.000""#, with: #""maxOrderQty":"1190.00099""#)
            .replacing(#""minOrderQty":"0.001""#, with: #""minOrderQty":"0.0010001""#)
            .replacing(
                #""minNotionalValue":"5""#,
                with: #""minNotionalValue":"5.0000000001""#
            )
        let read = try BybitReplies.instrument(
            Answer.envelope(fine),
            .linear,
            symbol: "BTCUSDT",
            id: InstrumentID(0)
        )
        #expect(read.priceRange == Price(ticks: 2)...Price(ticks: 19_999_998))
        #expect(read.quantityRange == Quantity(lots: 2)...Quantity(lots: 1_190_000))
        #expect(read.minimumNotional == Amount(billionths: 5_000_000_001))
        let huge = fine.replacing("1190.00099", with: "99999999999999999999999")
        let unbounded = try BybitReplies.instrument(
            Answer.envelope(huge),
            .linear,
            symbol: "BTCUSDT",
            id: InstrumentID(0)
        )
        #expect(unbounded.quantityRange.upperBound == Quantity(lots: 1 << 50))
        let band = try BybitReplies.priceLimits(
            Answer.envelope(#"{"symbol":"BTCUSDT","buyLmt":"114450.09","sellLmt":"103550.01"}"#),
            Fixtures.linear
        )
        #expect(band.highestBuy == Price(ticks: 1_144_500))
        #expect(band.lowestSell == Price(ticks: 1_035_501))
        let fees = try BybitReplies.feeRate(
            Answer.envelope(
                #"{"list":[{"symbol":"BTCUSDT","takerFeeRate":"0.000550001","makerFeeRate":"-0.0001000019"}]}"#
            ),
            symbol: "BTCUSDT"
        )
        #expect(fees == FeeSchedule(makerRateE8: -10_000, takerRateE8: 55_001))
    }

    @Test("prices and quantities of orders and fills stay exact")
    func exact() {
        for (text, part, other) in [
            (Fixtures.order, #""price":"61800.10""#, #""price":"61800.15""#),
            (Fixtures.order, #""qty":"0.250""#, #""qty":"0.2505""#),
            (Fixtures.execution, #""execQty":"0.1""#, #""execQty":"0.1001""#),
            (Fixtures.execution, #""execPrice":"61800.1""#, #""execPrice":"61800.1x""#),
        ] {
            #expect(Copied.decode(text.replacing(part, with: other)).isMalformed, "\(other)")
        }
    }
}

/// An answer to a REST request and who reads it.
struct Answer: Sendable, CustomTestStringConvertible {
    var text: String
    var reader: @Sendable ([UInt8]) throws -> String

    var testDescription: String { String(text.prefix(120)) }

    /// What is read of `text`, or that it is refused.
    func read(_ text: String) -> String { (try? reader(Array(text.utf8))) ?? "refused" }

    static func envelope(_ result: String) -> [UInt8] { Array(whole(result).utf8) }

    private static func whole(_ result: String) -> String {
        #"{"retCode":0,"retMsg":"OK","result":\#(result),"retExtInfo":{},"time":1700000000123}"#
    }

    private init(
        _ result: String,
        _ reader: @escaping @Sendable ([UInt8]) throws -> some Sendable
    ) {
        text = Answer.whole(result)
        self.reader = { "\(try reader($0))" }
    }

    private static func entry(_ message: String) -> String {
        let start = message.range(of: #""data":["#)!
        return String(message[start...].dropLast(2))
    }

    static let all: [Answer] = [
        Answer(#"{"timeNano":"1700000000123456789"}"#) { try BybitReplies.serverTime($0) },
        Answer(BybitRepliesTests.linear) {
            try BybitReplies.instrument($0, .linear, symbol: "BTCUSDT", id: InstrumentID(0))
        },
        Answer(BybitRepliesTests.spot) {
            try BybitReplies.instrument($0, .spot, symbol: "BTCUSDT", id: InstrumentID(0))
        },
        Answer(#"{"list":[["1700000060000","2","4","1","3","10.5","25.25"]]}"#) {
            try BybitReplies.klines($0)
        },
        Answer(
            #"{"list":[{"symbol":"BTCUSDT","takerFeeRate":"0.00055","makerFeeRate":"-0.0001"}]}"#
        ) { try BybitReplies.feeRate($0, symbol: "BTCUSDT") },
        Answer(
            #"{"list":[\#(entry(Fixtures.order))],"nextPageCursor":"abc","category":"linear"}"#
        ) { try BybitReplies.orders($0, Fixtures.instruments, Fixtures.session) },
        Answer(
            #"{"category":"linear","list":[\#(entry(Fixtures.execution))],"nextPageCursor":""}"#
        ) { try BybitReplies.executions($0, Fixtures.instruments, Fixtures.session) },
        Answer(#"{"list":[\#(entry(Fixtures.position))]}"#) {
            try BybitReplies.position($0, Fixtures.linear)
        },
        Answer(#"{"symbol":"BTCUSDT","buyLmt":"114450.00","sellLmt":"103550.00"}"#) {
            try BybitReplies.priceLimits($0, Fixtures.linear)
        },
        Answer(
            #"{"list":[{"totalEquity":"10262.91","coin":[{"coin":"USDT","equity":"1.5","walletBalance":"1","locked":"0"}]}]}"#
        ) { try BybitReplies.wallet($0) },
        Answer(
            #"{"list":[{"symbol":"BTCUSDT","riskLimitValue":"2000000","maintenanceMargin":"0.005","initialMargin":"0.01","maxLeverage":"100.00"}],"nextPageCursor":"next"}"#
        ) { try BybitReplies.riskTiers($0, symbol: "BTCUSDT") },
        Answer(#"{"list":[],"nextPageCursor":"next"}"#) { try BybitReplies.nextPage($0) },
        Answer(
            #"{"list":[{"symbol":"BTCUSDT","fundingRate":"-0.0001","fundingRateTimestamp":"1700000000000"}]}"#
        ) { try BybitReplies.fundingHistory($0, symbol: "BTCUSDT") },
        Answer(#"{"dcpInfos":[{"product":"SPOT","dcpStatus":"ON","timeWindow":"10"}]}"#) {
            try BybitReplies.disconnectProtection($0)
        },
        Answer(#"{"marginMode":"REGULAR_MARGIN"}"#) { try BybitReplies.marginMode($0) },
        Answer(
            #"{"list":[{"execId":"2a74","symbol":"BTCUSDT","price":"61800.30","size":"0.010","side":"Buy","time":"1700000000000","isBlockTrade":false,"isRPITrade":true,"seq":"66544703350"}]}"#
        ) { try BybitReplies.recentTrades($0, Fixtures.linear) },
        Answer(#"{"list":[{"symbol":"ETHUSDT","size":"1"},{"symbol":"XRPUSDT","orderId":"a"}]}"#) {
            try BybitReplies.otherSymbols($0, than: "BTCUSDT")
        },
        Answer(#"{"orderId":"1321003749386327552","orderLinkId":"s-1"}"#) {
            try BybitReplies.orderID($0).text
        },
        Answer("{}") {
            try BybitReplies.setting($0)
            return BybitReplies.code($0)
        },
    ]
}

extension String {
    /// Where the text behind `part` begins.
    fileprivate func range(of part: String) -> Index? { ranges(of: part).first?.upperBound }
}

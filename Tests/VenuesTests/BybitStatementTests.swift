import Orders
import TestSupport
import Testing
import Units
import Venues
import Wire

/// The topics `position` and `wallet`.
@Suite("Statements of the account", .timeLimit(.minutes(3)))
struct BybitStatementTests {
    private static func positions(_ rows: String..., topic: String = "position") -> String {
        #"{"id":"1","topic":"\#(topic)","creationTime":1700000001010,"data":["#
            + rows.joined(separator: ",") + "]}"
    }

    private static func row(_ fields: String) -> String {
        #"{"category":"linear","symbol":"BTCUSDT",\#(fields)}"#
    }

    private static func wallets(_ rows: String...) -> String {
        #"{"id":"1","topic":"wallet","creationTime":1700000001011,"data":["#
            + rows.joined(separator: ",") + "]}"
    }

    /// The positions of a message; nil when it is read as anything else.
    private static func read(_ text: String) -> [PositionStatement]? {
        guard case .account(let statements) = Copied.decode(text) else { return nil }
        return statements.compactMap {
            if case .position(let position) = $0 { position } else { nil }
        }
    }

    private static func readWallets(_ text: String) -> [WalletStatement]? {
        guard case .account(let statements) = Copied.decode(text) else { return nil }
        return statements.compactMap { if case .wallet(let wallet) = $0 { wallet } else { nil } }
    }

    private static func fault(_ text: String) -> DecodeError.Reason? {
        guard case .unreadable(.statement, let error) = Copied.decode(text) else { return nil }
        return error.reason
    }

    // MARK: Positions

    @Test("the published position is read, on every topic of it")
    func published() {
        let expected = PositionStatement(
            instrument: InstrumentID(0),
            leg: .only,
            held: Quantity(lots: 100),
            tellsLiquidation: true,
            updatedAt: .milliseconds(1_700_000_001_008),
            sequence: 140_612_148_849_382
        )
        #expect(Self.read(Fixtures.position) == [expected])
        let named = Fixtures.position.replacing(#""position","#, with: #""position.linear","#)
        #expect(Self.read(named) == [expected])
        // Data before its topic.
        let parts = Fixtures.position.split(separator: #","data":"#)
        let late = #"{"data":"# + parts[1].dropLast() + "," + parts[0].dropFirst() + "}"
        #expect(Self.read(late) == [expected])
    }

    @Test("in hedge mode each row is a position of its own, and a liquidation price has a sign")
    func hedged() throws {
        let text = Self.positions(
            Self.row(
                #""positionIdx":1,"side":"Buy","size":"0.250","liqPrice":"50000.04","seq":7"#
            ),
            Self.row(
                #""positionIdx":"2","side":"Sell","size":"0.1","liqPrice":"70000.05","seq":"8""#
            ),
            Self.row(#""positionIdx":2,"side":"","size":"0","liqPrice":"1""#)
        )
        let read = try #require(Self.read(text))
        #expect(read.map(\.leg) == [.long, .short, .short])
        #expect(read.map(\.held.lots) == [250, -100, 0])
        // The nearest tick; nothing held is liquidated nowhere.
        #expect(read.map { $0.liquidation?.ticks } == [500_000, 700_001, nil])
        #expect(read.map(\.tellsLiquidation) == [true, true, true])
        #expect(read.map(\.sequence) == [7, 8, 0])
        #expect(read.allSatisfy { $0.updatedAt == .zero })
    }

    @Test("rows of other instruments and products are counted, whatever they say")
    func foreign() {
        var decoder = Fixtures.decoder()
        let own = Self.row(#""side":"Sell","size":"0.001""#)
        let others = [
            #"{"category":"linear","symbol":"ETHUSDT","side":"Buy","size":"much","liqPrice":"x"}"#,
            #"{"category":"inverse","symbol":"BTCUSDT","side":"Buy","size":"1.5"}"#,
            #"{"category":"spot","symbol":"BTCUSDT","side":"Buy","size":"1"}"#,
            #"{"category":"option","symbol":"BTC-1JAN27-9-C","positionIdx":9,"size":""}"#,
        ]
        let text = Self.positions(others[0], own, others[1], others[2], others[3])
        guard case .account(let statements) = Copied.decode(Array(text.utf8), &decoder) else {
            Issue.record("not read")
            return
        }
        #expect(statements.count == 1 && decoder.foreignStatementCount == 4)
        let strange = Self.positions(others[0])
        #expect(Copied.decode(Array(strange.utf8), &decoder) == .ignored)
        #expect(Copied.decode(Self.positions()) == .ignored)
        #expect(decoder.foreignStatementCount == 5 && decoder.unreadableStatementCount == 0)
    }

    @Test("what a row leaves out or leaves empty is not made up")
    func missing() throws {
        // No liquidation price is not "nowhere".
        let bare = #"{"symbol":"BTCUSDT","side":"Buy","size":"0.1","new":{"a":[1,{}]}}"#
        let read = try #require(Self.read(Self.positions(bare))?.first)
        #expect(read.held.lots == 100 && !read.tellsLiquidation && read.liquidation == nil)
        #expect(read.leg == .only && read.updatedAt == .zero && read.sequence == 0)
        // Flat, as the venue lists what was never traded.
        let flat = Self.row(
            #""side":"","size":"","liqPrice":"","updatedTime":"","seq":-1,"entryPrice":"""#
        )
        let empty = try #require(Self.read(Self.positions(flat))?.first)
        #expect(empty.held.lots == 0 && empty.tellsLiquidation && empty.sequence == -1)
    }

    @Test(
        "a row of ours that makes no sense is an error, and nothing of its message is taken",
        arguments: [
            (#"{"category":"linear","side":"Buy","size":"1"}"#, .missingField),
            (#"{"symbol":"BTCUSDT","side":"Buy"}"#, .missingField),
            (#"{"symbol":"BTCUSDT","size":"1"}"#, .missingField),
            (#"{"symbol":"BTCUSDT","side":"Long","size":"1"}"#, .badWord),
            (#"{"symbol":"BTCUSDT","side":"","size":"1"}"#, .missingField),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"-1"}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"0.0005"}"#, .offStep),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1e3"}"#, .badNumber),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"9999999999999999999999"}"#, .overflow),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1125899906842624"}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":1}"#, .wrongType),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1","positionIdx":3}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1","positionIdx":-1}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Sell","size":"1","positionIdx":1}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1","positionIdx":2}"#, .outOfRange),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1","liqPrice":"low"}"#, .badNumber),
            (#"{"symbol":"BTCUSDT","side":"Buy","size":"1","updatedTime":"-5"}"#, .overflow),
            (
                #"{"symbol":"BTCUSDT","side":"Buy","size":"1","updatedTime":"9223372036854775807"}"#,
                .overflow
            ),
            (
                #"{"symbol":"BTCUSDT","side":"Buy","size":"1","seq":92233720368547758079}"#,
                .overflow
            ),
            ("7", .wrongType),
        ] as [(String, DecodeError.Reason)]
    )
    func hostile(_ row: String, _ reason: DecodeError.Reason) {
        let good = Self.row(#""side":"Buy","size":"1""#)
        #expect(Self.fault(Self.positions(good, row)) == reason)
    }

    @Test("a liquidation price that cannot be counted lies nowhere near")
    func farAway() throws {
        for text in ["0", "-5", "0.04", "99999999999999999999", "4611686018.5", "112589990684263"] {
            let row = Self.row(#""side":"Sell","size":"1","liqPrice":"\#(text)""#)
            let read = try #require(Self.read(Self.positions(row))?.first, "\(text)")
            #expect(read.tellsLiquidation, "\(text)")
            if text != "4611686018.5" { #expect(read.liquidation == nil, "\(text)") }
        }
    }

    @Test("a statement that cannot be read is counted, and the next one is read")
    func counted() {
        var decoder = Fixtures.decoder()
        let bad = Array(Self.positions("{}").utf8)
        for _ in 0..<3 {
            #expect(Copied.decode(bad, &decoder).isMalformed)
        }
        #expect(decoder.unreadableStatementCount == 3)
        // Of orders it is another matter: a fill may have been in it.
        let order = Array(Fixtures.order.replacing(#""0.250""#, with: #""x""#).utf8)
        guard case .malformed = Copied.decode(order, &decoder) else {
            Issue.record("an order that cannot be read is not told apart")
            return
        }
        #expect(decoder.unreadableStatementCount == 3)
        let good = Copied.decode(Array(Fixtures.position.utf8), &decoder)
        guard case .account = good else {
            Issue.record("\(good)")
            return
        }
    }

    @Test("more rows of ours than there is room for are an error")
    func tooMany() {
        let row = Self.row(#""side":"Buy","size":"1""#)
        let most = Array(repeating: row, count: BybitDecoder.statementCapacity)
        #expect(Self.read(Self.positions(most.joined(separator: ",")))?.count == most.count)
        let more = (most + [row]).joined(separator: ",")
        #expect(Self.fault(Self.positions(more)) == .tooMany)
    }

    // MARK: Wallets

    @Test("the published wallet is read, for each instrument its coins")
    func wallet() throws {
        let read = try #require(Self.readWallets(Fixtures.wallet))
        #expect(read.map(\.instrument.index) == [0, 1])
        for wallet in read {
            #expect(wallet.equity == Amount(billionths: 10_262_910_000_000))
            #expect(wallet.base == nil)
            #expect(wallet.statedAt == .milliseconds(1_700_000_001_011))
        }
        // The time may stand behind the data.
        let parts = Fixtures.wallet.split(separator: #""creationTime":1700000001011,"#)
        let late = parts[0] + parts[1].dropLast() + #","creationTime":1700000001011}"#
        #expect(Self.readWallets(String(late)) == read)
    }

    @Test("a coin that is not stated is not nothing; one that is worth trillions hides none")
    func coins() throws {
        let text = Self.wallets(
            #"{"coin":[{"coin":"PEPE","equity":"99999999999999999999","walletBalance":"9e9"},"#
                + #"{"coin":"BTC","equity":"","walletBalance":"1.2345678915","locked":"0"}],"#
                + #""totalEquity":"","accountType":"UNIFIED"}"#
        )
        let read = try #require(Self.readWallets(text)?.first)
        #expect(read.equity == nil)
        #expect(read.base == CoinAmount(billionths: 1_234_567_892))
        // Without a total the coin's own worth counts; overflow says nothing.
        let parts = Self.wallets(
            #"{"accountType":"UNIFIED","totalEquity":"99999999999999999999","#
                + #""coin":[{"coin":"USDT","equity":"-5.5"}]}"#
        )
        #expect(Self.readWallets(parts)?.first?.equity == Amount(billionths: -5_500_000_000))
    }

    @Test("wallets of other accounts are counted, those that make no sense are errors")
    func strange() {
        let other = #"{"accountType":"CONTRACT","totalEquity":"1","coin":[]}"#
        #expect(Copied.decode(Self.wallets(other)) == .ignored)
        for (row, reason) in [
            (#"{"totalEquity":"much"}"#, .badNumber), (#"{"totalEquity":5}"#, .wrongType),
            (#"{"coin":[{"equity":"1"}]}"#, .missingField), (#"{"coin":{}}"#, .wrongType),
            (#"{"coin":[{"coin":"BTC","walletBalance":"x"}]}"#, .badNumber),
        ] as [(String, DecodeError.Reason)] {
            #expect(Self.fault(Self.wallets(row)) == reason, "\(row)")
        }
        let text = Self.wallets(#"{"totalEquity":"1"}"#)
        let timeless = text.replacing("1700000001011", with: "-7")
        #expect(Self.fault(timeless) == .overflow)
    }

    // MARK: Asked

    @Test("the list that is asked for states the same as the stream")
    func asked() throws {
        let rows =
            #"{"symbol":"BTCUSDT","positionIdx":1,"side":"Buy","size":"0.25","liqPrice":"5e"},"#
            .replacing("5e", with: "50000")
            + #"{"symbol":"BTCUSDT","positionIdx":2,"side":"Sell","size":"0.1","#
            + #""avgPrice":"61000","liqPrice":"70000","seq":9,"updatedTime":"1700000001008"}"#
        func body(_ rows: String) -> [UInt8] {
            Array(
                #"{"retCode":0,"retMsg":"OK","result":{"list":[\#(rows)]},"time":1700000001011}"#
                    .utf8
            )
        }
        let list = try BybitReplies.position(body(rows), Fixtures.linear)
        #expect(list.held == .hedged(long: Quantity(lots: 250), short: Quantity(lots: -100)))
        #expect(list.positions == Self.read(Self.positions(rows)))
        #expect(list.positions.map { $0.liquidation?.ticks } == [500_000, 700_000])
        // The same position twice is no answer; nothing at all is flat, and nowhere near.
        let twice = rows.replacing(#""positionIdx":2,"side":"Sell""#, with: #""side":"Buy""#)
        #expect(throws: BybitReplyError.self) {
            try BybitReplies.position(body(twice + "," + twice), Fixtures.linear)
        }
        let none = try BybitReplies.position(body(""), Fixtures.linear)
        #expect(none.held == .oneWay(.zero))
        #expect(none.positions.map(\.tellsLiquidation) == [true])
        #expect(BybitReplies.time(body("")) == .milliseconds(1_700_000_001_011))
        #expect(BybitReplies.time(Array("<html>".utf8)) == .zero)
        let wallet = try BybitReplies.wallet(
            body(#"{"totalEquity":"12.5","coin":[{"coin":"BTC","walletBalance":"2"}]}"#)
        )
        #expect(
            wallet.statement(for: Fixtures.spot, at: .seconds(3))
                == WalletStatement(
                    instrument: InstrumentID(1),
                    equity: Amount(billionths: 12_500_000_000),
                    base: CoinAmount(billionths: 2_000_000_000),
                    statedAt: .seconds(3)
                )
        )
    }

    @Test("spot has no positions to subscribe to")
    func topics() {
        #expect(BybitSession.statementTopics(.linear) == ["position", "wallet"])
        #expect(BybitSession.statementTopics(.spot) == ["wallet"])
    }
}

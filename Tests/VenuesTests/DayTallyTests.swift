import Testing
import Units
import Venues

/// The account's day, from the pages of `execution/list`.
@Suite("Day tally", .timeLimit(.minutes(1)))
struct DayTallyTests {
    private static func page(_ entries: [String], next: String = "") -> [UInt8] {
        Array(
            """
            {"retCode":0,"retMsg":"OK","result":{"nextPageCursor":"\(next)","category":"linear",\
            "list":[\(entries.joined(separator: ","))]},"retExtInfo":{},"time":1}
            """.utf8
        )
    }

    private static func fill(
        _ side: String,
        _ quantity: String,
        _ price: String,
        fee: String,
        coin: String = "USDT",
        symbol: String = "BTCUSDT",
        type: String = "Trade",
        value: String? = nil
    ) -> String {
        let worth = value.map { #","execValue":"\#($0)""# } ?? ""
        return #"{"symbol":"\#(symbol)","execType":"\#(type)","side":"\#(side)","#
            + #""execPrice":"\#(price)","#
            + #""execQty":"\#(quantity)","execFee":"\#(fee)","feeCurrency":"\#(coin)"\#(worth)}"#
    }

    @Test("what was bought and sold, its fees, and what is left of it")
    func own() throws {
        var tally = DayTally(Fixtures.linear)
        let first = try tally.add(
            Self.page(
                [
                    Self.fill("Sell", "0.010", "60100", fee: "0.3"),
                    Self.fill("Buy", "0.030", "60000", fee: "0.9", value: "1800"),
                ],
                next: "more"
            ),
            .linear
        )
        #expect(first.next == "more" && first.entries == 2)
        let last = try tally.add(
            Self.page([Self.fill("", "", "", fee: "0.5", type: "Funding")]),
            .linear
        )
        #expect(last.next.isEmpty)
        #expect(tally.moved == Quantity(lots: 20) && tally.entries == 3)
        // 601 − 1,800 − 1.7
        #expect(tally.brought == Amount(billionths: -1_200_700_000_000))
        // 0.020 at the latest price are 1,202.
        #expect(tally.loss == Amount(billionths: -1_300_000_000))
    }

    @Test("other symbols and classes count at their latest price, other quote coins not at all")
    func others() throws {
        var tally = DayTally(Fixtures.linear)
        _ = try tally.add(
            Self.page([
                Self.fill("Sell", "1", "90", fee: "0.1", symbol: "ETHUSDT"),
                Self.fill("Buy", "3", "100", fee: "0.2", symbol: "ETHUSDT"),
                Self.fill("Buy", "7", "100", fee: "0", symbol: "ETHPERP"),
            ]),
            .linear
        )
        _ = try tally.add(
            // A purchase in spot is charged in the coin that was bought.
            Self.page([Self.fill("Buy", "2", "50", fee: "0.01", coin: "SOL", symbol: "SOLUSDT")]),
            .spot
        )
        #expect(tally.moved == .zero)
        // ETH: 90 − 300 + 2 × 90 − 0.3; SOL: −100 + 100 − 0.01 × 50
        #expect(tally.brought == Amount(billionths: -30_800_000_000))
        #expect(tally.loss == Amount(billionths: 30_800_000_000))
    }

    @Test("trillions of a cheap coin are counted exactly")
    func cheap() throws {
        var tally = DayTally(Fixtures.linear)
        _ = try tally.add(
            Self.page([
                Self.fill(
                    "Buy",
                    "20000000000000",
                    "0.0000000001",
                    fee: "20000000000",
                    coin: "AIDOGE",
                    symbol: "AIDOGEUSDT",
                    value: "2000"
                )
            ]),
            .spot
        )
        #expect(tally.loss == Amount(billionths: 2_000_000_000))
    }

    @Test("what cannot be read adds nothing, and is an error")
    func broken() throws {
        var tally = DayTally(Fixtures.linear)
        let good = Self.fill("Buy", "0.030", "60000", fee: "0.9")
        for bad in [
            Self.fill("Hold", "1", "1", fee: "0"), Self.fill("Buy", "x", "1", fee: "0"),
            Self.fill("Buy", "0", "1", fee: "0"), Self.fill("Buy", "1", "1", fee: "1e3"),
            Self.fill("Buy", "999999999999999999999999999999", "1", fee: "0"),
        ] {
            let body = Self.page([good, bad])
            #expect(throws: BybitReplyError.self) { try tally.add(body, .linear) }
            #expect(tally.moved == .zero && tally.brought == .zero, "\(bad)")
        }
    }
}

import Orders
import Testing
import Units
import Venues

/// The two streams of fills, and the coins of their fees.
@Suite("Bybit's streams of fills", .timeLimit(.minutes(3)))
struct BybitFillStreamTests {
    private static func fill(_ text: String) -> Execution? {
        guard case .orders(let events) = Copied.decode(text), events.count == 1,
            case .execution(let fill) = events[0]
        else { return nil }
        return fill
    }

    @Test("a maker's fill on the quick stream is named by the venue's id alone, without a fee")
    func fast() throws {
        let fill = Execution(
            child: .unnamed,
            id: ExternalID("0ab1bdf7-4219-438b-b30a-32ec863018f7")!,
            orderID: ExternalID("9aac")!,
            side: .buy,
            price: Price(ticks: 618_001),
            quantity: Quantity(lots: 100),
            isMaker: true,
            fee: .zero,
            feeCoin: .untold,
            matchedAt: .milliseconds(1_700_000_001_003)
        )
        #expect(Self.fill(Fixtures.fastExecution) == fill)
        let taker = Fixtures.fastExecution
            .replacing(#""orderLinkId":"""#, with: #""orderLinkId":"\#(Fixtures.link)""#)
            .replacing(#""execution.fast""#, with: #""execution.fast.linear""#)
            .replacing(#""isMaker":true"#, with: #""isMaker":false"#)
        let named = try #require(Self.fill(taker))
        #expect(named.child == Fixtures.child && !named.isMaker && named.feeCoin == .untold)
    }

    @Test("what is another's or of another symbol on the quick stream is foreign")
    func foreign() {
        for (old, new) in [
            (#""orderLinkId":"""#, #""orderLinkId":"by-hand""#), ("BTCUSDT", "XRPUSDT"),
        ] {
            let text = Fixtures.fastExecution.replacing(old, with: new)
            #expect(Copied.decode(text) == .foreign(1), "\(new)")
        }
        for (old, new) in [
            (#""execQty":"0.1""#, #""execQty":"0""#), (#""execPrice":"61800.1""#, #""p":"1""#),
            (#""side":"Buy""#, #""side":"None""#),
            ("0ab1bdf7-4219-438b-b30a-32ec863018f7", ""),
        ] {
            let text = Fixtures.fastExecution.replacing(old, with: new)
            #expect(Copied.decode(text).isMalformed, "\(new)")
        }
    }

    @Test(
        "a fee is in the coin that the venue names, or else in the one its rules say",
        arguments: [
            ("linear", "Buy", "USDT", "1.2", FeeCoin.quote), ("linear", "Buy", "", "1.2", .quote),
            ("linear", "Sell", nil, "-1.2", .quote), ("linear", "Buy", "MNT", "1.2", .other),
            ("spot", "Buy", "BTC", "0.0001", .base), ("spot", "Sell", "USDT", "1.2", .quote),
            ("spot", "Buy", "", "0.0001", .base), ("spot", "Sell", nil, "1.2", .quote),
            ("spot", "Buy", "", "-0.0001", .quote), ("spot", "Sell", "", "-0.0001", .base),
            ("spot", "Buy", "A-COIN-OF-A-VERY-LONG-NAME", "1", .other),
        ] as [(String, String, String?, String, FeeCoin)]
    )
    func coins(
        _ category: String,
        _ side: String,
        _ named: String?,
        _ fee: String,
        _ coin: FeeCoin
    ) throws {
        let text = Fixtures.execution
            .replacing(#""category":"linear""#, with: #""category":"\#(category)""#)
            .replacing(#""side":"Buy""#, with: #""side":"\#(side)""#)
            .replacing(
                #""execFee":"1.236002""#,
                with: #""execFee":"\#(fee)""# + (named.map { #","feeCurrency":"\#($0)""# } ?? "")
            )
        let fill = try #require(Self.fill(text))
        #expect(fill.feeCoin == coin)
        // A name that does not fit is none.
        #expect(fill.thirdCoin.text == (coin == .other && named == "MNT" ? "MNT" : ""))
    }
}

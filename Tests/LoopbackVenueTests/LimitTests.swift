import Orders
import Testing
import Units

@testable import LoopbackVenue

@Suite("Limits of the loopback venue", .timeLimit(.minutes(3)))
struct LimitTests {
    private func code(_ text: String?) -> String {
        String(text?.split(separator: #""retCode":"#).last?.prefix { $0.isNumber } ?? "")
    }

    @Test("an account of no tier has ten requests of a kind a second, twenty in spot")
    func rate() throws {
        for (category, limit) in [(ProductCategory.linear, 10), (.spot, 20)] {
            let fixture = FloorFixture(category: category, requestsPerSecond: nil)
            let trade = fixture.openAuthorized(.trade)
            func place(_ i: Int) -> String {
                let text = fixture.create("Buy", "0.002", at: "59000.0", link: "\(i)", id: "\(i)")
                return fixture.say(text, on: trade)[0]
            }
            for i in 1...limit {
                let answer = place(i)
                #expect(code(answer) == "0")
                #expect(answer.contains(#""X-Bapi-Limit":"\#(limit)""#))
                #expect(answer.contains(#""X-Bapi-Limit-Status":"\#(limit - i)""#))
            }
            #expect(code(place(100)) == "10006")
            // Cancels have a budget of their own.
            let cancel = fixture.request("order.cancel", [("orderLinkId", "1")], id: "c")
            #expect(code(fixture.say(cancel, on: trade).first) == "0")
            fixture.now = fixture.now + .seconds(1)
            #expect(code(place(101)) == "0")
        }
    }

    @Test("orders of a batch are counted one by one, and the excess fails alone")
    func batch() throws {
        let fixture = FloorFixture(requestsPerSecond: nil)
        let trade = fixture.openAuthorized(.trade)
        let orders = (1...12).map {
            #"{"symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.002","price":"59000.0","#
                + #""orderLinkId":"\#($0)"}"#
        }.joined(separator: ",")
        let time = fixture.now.millisecondCount
        let answers = fixture.say(
            #"{"reqId":"b","header":{"X-BAPI-TIMESTAMP":"\#(time)"},"op":"order.create-batch","#
                + #""args":[{"category":"linear","request":[\#(orders)]}]}"#,
            on: trade
        )
        let answer = try #require(answers.first)
        #expect(isJSON(Array(answer.utf8)))
        #expect(answer.contains(#""retCode":0,"retMsg":"OK""#))
        #expect(answer.split(separator: #""code":0"#).count == 11)
        #expect(answer.split(separator: #""code":10006"#).count == 3)
        #expect(fixture.desk.exchange.openOrders.count == 10)
    }

    @Test("a price beyond the band is refused, on the wrong side alone")
    func band() throws {
        let fixture = FloorFixture()
        let trade = fixture.openAuthorized(.trade)
        for (side, price, wanted) in [
            ("Buy", "63001.0", "110003"), ("Sell", "56999.0", "110003"), ("Buy", "57000.0", "0"),
            ("Sell", "63000.0", "0"),
        ] {
            let id = side + price.prefix(5)
            let text = fixture.create(side, "0.002", at: price, link: id, id: id)
            #expect(code(fixture.say(text, on: trade).first) == wanted, "\(id)")
        }
    }

    @Test("a spot purchase at market spends an amount, or buys a quantity when it says so")
    func spotAmount() throws {
        for (fields, lots) in [
            // Ten lots at 60,000.1 cost 600.001; an eleventh at 60,000.2 would cost 60.0002 more.
            ([("qty", "660.0")], 10), ([("qty", "660.0012")], 11),
            ([("qty", "0.003"), ("marketUnit", "baseCoin")], 3),
            ([("qty", "660.0012"), ("marketUnit", "quoteCoin")], 11),
        ] {
            let fixture = FloorFixture(category: .spot)
            let trade = fixture.openAuthorized(.trade)
            let text = fixture.request(
                "order.create",
                [("side", "Buy"), ("orderType", "Market")] + fields
            )
            #expect(code(fixture.say(text, on: trade).first) == "0", "\(fields)")
            #expect(fixture.desk.netLots == Int64(lots), "\(fields)")
        }
        let fixture = FloorFixture(category: .spot)
        let trade = fixture.openAuthorized(.trade)
        let text = fixture.request(
            "order.create",
            [
                ("side", "Sell"), ("orderType", "Limit"), ("qty", "0.002"), ("price", "61000.0"),
                ("reduceOnly", "true"),
            ]
        )
        #expect(code(fixture.say(text, on: trade).first) == "10001")
    }
}

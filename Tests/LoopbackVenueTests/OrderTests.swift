import Book
import Orders
import Testing
import Units
import Venues

@testable import LoopbackVenue

@Suite("Orders at the loopback venue", .timeLimit(.minutes(3)))
struct OrderTests {
    private static func child(_ number: UInt32) -> ChildID {
        ChildID(parent: ParentID(0), number: number)
    }

    /// A message as the product's encoder writes it.
    private static func encode(_ command: OrderCommand, _ venue: FloorFixture) -> String {
        var encoder = BybitEncoder(
            instruments: [venue.instrument],
            session: FloorFixture.session
        )
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: BybitEncoder.capacity,
            alignment: 8
        )
        defer { room.deallocate() }
        let length = encoder.encode(command, at: venue.now, into: room)
        return String(decoding: room[..<length], as: UTF8.self)
    }

    private static func place(
        _ number: UInt32,
        _ side: Side,
        _ ticks: Int64,
        _ lots: Int64,
        _ terms: TimeInForce = .goodTillCancel
    ) -> OrderCommand {
        .place(
            PlaceOrder(
                child: child(number),
                instrument: InstrumentID(0),
                side: side,
                timeInForce: terms,
                price: Price(ticks: ticks),
                quantity: Quantity(lots: lots)
            )
        )
    }

    @Test("an order rests, moves and goes: the reply comes first, then the private stream")
    func roundTrip() throws {
        let venue = FloorFixture()
        let listener = Listener(venue.instrument)
        let stream = venue.listen(.privateStream, ["order", "execution", "position"])
        let trade = venue.openAuthorized(.trade)

        var texts = venue.sayAll(Self.encode(Self.place(1, .buy, 599_990, 20), venue), on: trade)
        #expect(texts.map(\.session) == [trade, stream, stream])
        var events = listener.orderEvents(texts)
        guard case .reply(let reply) = try #require(events.first),
            case .update(let update) = try #require(events.dropFirst().first)
        else { return #expect(Bool(false), "\(events)") }
        #expect(reply.operation == .place && reply.outcome == .accepted)
        #expect(reply.child == Self.child(1) && !reply.orderID.isEmpty)
        #expect(update.status == .new && update.orderID == reply.orderID)
        #expect(update.price.ticks == 599_990 && update.quantity.lots == 20)
        #expect(update.updatedAt == venue.now)
        #expect(texts[2].string.contains(#""topic":"position""#))

        venue.now = venue.now + .milliseconds(5)
        let amend = AmendOrder(
            child: Self.child(1),
            instrument: InstrumentID(0),
            price: Price(ticks: 599_991),
            quantity: Quantity(lots: 30)
        )
        texts = venue.sayAll(Self.encode(.amend(amend), venue), on: trade)
        events = listener.orderEvents(texts)
        guard case .update(let moved) = try #require(events.last) else {
            return #expect(Bool(false), "\(events)")
        }
        #expect(moved.price.ticks == 599_991 && moved.quantity.lots == 30)

        venue.now = venue.now + .milliseconds(5)
        let cancel = CancelOrder(child: Self.child(1), instrument: InstrumentID(0))
        events = listener.orderEvents(venue.sayAll(Self.encode(.cancel(cancel), venue), on: trade))
        guard case .update(let gone) = try #require(events.last) else {
            return #expect(Bool(false), "\(events)")
        }
        #expect(gone.status == .cancelled && gone.reason == .byUser && gone.filled == .zero)
    }

    @Test("a taker's fills, prints, order and position tell one story")
    func taker() throws {
        let venue = FloorFixture()
        let listener = Listener(venue.instrument)
        _ = venue.listen(.privateStream, ["order.linear", "execution.linear", "position.linear"])
        let tape = venue.listen(.publicMarket(.linear), ["publicTrade.BTCUSDT"])
        let trade = venue.openAuthorized(.trade)
        // Ten lots at 60,000.1 and five at 60,000.2.
        let texts = venue.sayAll(Self.encode(Self.place(1, .buy, 600_002, 15), venue), on: trade)
        let events = listener.orderEvents(texts)
        let fills = events.compactMap { if case .execution(let fill) = $0 { fill } else { nil } }
        #expect(fills.map(\.price.ticks) == [600_001, 600_002])
        #expect(fills.map(\.quantity.lots) == [10, 5])
        // 0.010 × 60,000.1 × 0.00055 and 0.005 × 60,000.2 × 0.00055, to 10⁻⁸.
        #expect(fills.map(\.fee.billionths) == [330_000_550, 165_000_550])
        #expect(fills.allSatisfy { !$0.isMaker && $0.matchedAt == venue.now })
        guard case .update(let order) = try #require(events.last) else {
            return #expect(Bool(false), "\(events)")
        }
        #expect(order.status == .filled && order.filled.lots == 15)
        var prints: [Trade] = []
        for text in texts where text.session == tape {
            if case .trades(let trades) = listener.hear(text) { prints += trades }
        }
        #expect(prints.map(\.id) == fills.map(\.id), "a print's id is the fill's")
        #expect(prints.allSatisfy { $0.aggressor == .buy })
        let position = try #require(
            texts.first { $0.string.contains(#""topic":"position.linear""#) }
        )
        #expect(position.string.contains(#""side":"Buy","size":"0.015""#), "\(position.string)")
        #expect(position.string.contains(#""entryPrice":"60000.133333333""#))
    }

    @Test(
        "what cannot rest or fill is accepted and then cancelled with its reason",
        arguments: [
            (TimeInForce.postOnly, Int64(600_001), OrderEndReason.postOnlyWouldTake),
            (.immediateOrCancel, 600_000, .noLiquidity),
            (.fillOrKill, 600_001, .noLiquidity),
        ]
    )
    func ends(_ terms: TimeInForce, _ ticks: Int64, _ reason: OrderEndReason) throws {
        let venue = FloorFixture()
        let listener = Listener(venue.instrument)
        _ = venue.listen(.privateStream, ["order"])
        let trade = venue.openAuthorized(.trade)
        let command = Self.place(1, .buy, ticks, 20, terms)
        let events = listener.orderEvents(venue.sayAll(Self.encode(command, venue), on: trade))
        guard case .reply(let reply) = try #require(events.first),
            case .update(let update) = try #require(events.last)
        else { return #expect(Bool(false), "\(events)") }
        #expect(reply.outcome == .accepted)
        #expect(update.status == .cancelled && update.reason == reason && update.filled == .zero)
    }

    @Test("requests that make no sense get the venue's codes and change nothing")
    func refusals() {
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        var count = 0
        func code(_ text: (FloorFixture, String) -> String) -> Int? {
            count += 1
            let reply = venue.say(text(venue, "id\(count)"), on: trade)
            #expect(reply.count == 1)
            let digits = reply[0].split(separator: #""retCode":"#).last?.prefix { $0.isNumber }
            return digits.flatMap { Int($0) }
        }
        func create(
            _ quantity: String,
            _ price: String,
            _ terms: String = "GTC",
            side: String = "Buy",
            link: String = "x"
        ) -> Int? {
            code { $0.create(side, quantity, at: price, terms, link: link, id: $1) }
        }
        #expect(create("0.01", "60000.05") == 10_001, "off the tick")
        #expect(create("0.0105", "60000") == 10_001, "off the lot")
        #expect(create("-0.01", "60000") == 10_001)
        #expect(create("1e-2", "60000") == 10_001)
        #expect(create("0.01", "99999999999999999999") == 10_001)
        #expect(create("0.01", "60000", "GTX") == 10_001)
        #expect(create("0.01", "60000", side: "buy") == 10_001)
        #expect(create("0.01", "60000", link: "a b") == 10_001)
        #expect(create("0.01", "60000", link: String(repeating: "a", count: 37)) == 10_001)
        #expect(create("0.001", "4999.9") == 110_094, "below five dollars")
        #expect(create("1190.001", "60000") == 10_001)
        #expect(create("0.01", "20000000") == 110_003)
        #expect(venue.desk.exchange.openOrders.isEmpty)
        #expect(create("0.01", "59000", link: "rests") == 0)
        #expect(create("0.01", "59000", link: "rests") == 110_072)
        #expect(create("0.01", "60001", link: "fills") == 0)

        func change(_ op: String, _ fields: [(String, String)]) -> Int? {
            code { $0.request(op, fields, id: $1) }
        }
        #expect(change("order.cancel", [("orderLinkId", "none")]) == 110_001)
        #expect(change("order.cancel", [("orderLinkId", "fills")]) == 110_008)
        #expect(change("order.cancel", [("orderId", "nonsense")]) == 110_001)
        #expect(change("order.cancel", []) == 10_001)
        #expect(change("order.amend", [("orderLinkId", "rests")]) == 34_040)
        #expect(change("order.amend", [("orderLinkId", "rests"), ("price", "59000.01")]) == 10_001)
        #expect(change("order.amend", [("orderLinkId", "fills"), ("qty", "0.02")]) == 110_008)
        #expect(change("order.cancel", [("orderLinkId", "rests")]) == 0)
        #expect(change("order.cancel", [("orderLinkId", "rests")]) == 110_010)
        #expect(change("order.replace", []) == 10_404)
        #expect(change("order.create", [("category", "inverse")]) == 10_404)
        let time = venue.now.millisecondCount
        for (timestamp, expected) in [
            (time - 5_001, 10_002), (time + 1_000, 10_002), (time - 5_000, 110_001),
            (time + 999, 110_001), (Int64.min, 10_002),
        ] {
            let fields = [("orderLinkId", "none")]
            #expect(
                code { $0.request("order.cancel", fields, id: $1, timestamp: timestamp) }
                    == expected
            )
        }
        let twice = venue.request("order.cancel", [("orderLinkId", "none")], id: "same")
        #expect(venue.say(twice, on: trade)[0].contains("\"retCode\":110001,"))
        #expect(venue.say(twice, on: trade)[0].contains("\"retCode\":20006,"))
    }

    @Test("an order id finds its order, and orders without a link get along")
    func byOrderID() throws {
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        let fields = [
            ("side", "Buy"), ("orderType", "Limit"), ("qty", "0.01"), ("price", "59000"),
        ]
        for id in ["a", "b"] {
            let reply = venue.say(venue.request("order.create", fields, id: id), on: trade)
            #expect(reply[0].contains(#""retCode":0,"#) && reply[0].contains(#""orderLinkId":"""#))
        }
        let first = try #require(venue.desk.exchange.openOrders.first)
        let name = venue.floor.names.order(first.number, desk: 0)
        let reply = venue.say(
            venue.request("order.cancel", [("orderId", name)], id: "c"),
            on: trade
        )
        #expect(reply[0].contains(#""retCode":0,"#))
        #expect(venue.desk.exchange.openOrders.map(\.number) == [2])
    }

    @Test("a market order takes at a protective price and never rests")
    func marketOrder() {
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        let fields = [
            ("side", "Sell"), ("orderType", "Market"), ("qty", "1"), ("orderLinkId", "m"),
        ]
        #expect(
            venue.say(venue.request("order.create", fields), on: trade)[0].contains(
                #""retCode":0,"#
            )
        )
        #expect(venue.desk.exchange.find(link: "m")?.filled.lots == 30)
        #expect(venue.desk.exchange.openOrders.isEmpty)
    }

    @Test("spot says PartiallyFilledCanceled and has codes of its own")
    func spot() {
        let venue = FloorFixture(category: .spot)
        let stream = venue.listen(.privateStream, ["order"])
        let trade = venue.openAuthorized(.trade)
        let order = venue.create("Buy", "0.02", at: "60000.1", "IOC", link: "s", id: "1")
        let texts = venue.sayAll(order, on: trade).filter { $0.session == stream }
        #expect(texts.last?.string.contains(#""orderStatus":"PartiallyFilledCanceled""#) == true)
        let again = venue.create("Buy", "0.02", at: "60000.1", "IOC", link: "s", id: "2")
        #expect(venue.say(again, on: trade)[0].contains(#""retCode":170141,"#))
        let cancel = venue.request("order.cancel", [("orderLinkId", "none")], id: "3")
        #expect(venue.say(cancel, on: trade)[0].contains(#""retCode":170213,"#))
    }

    @Test("a reduce-only order that rests goes when another closes its position, in Bybit's words")
    func lostPosition() throws {
        let venue = FloorFixture(position: .oneWay(Quantity(lots: 20)))
        let listener = Listener(venue.instrument)
        let stream = venue.listen(.privateStream, ["order"])
        let trade = venue.openAuthorized(.trade)
        func sell(
            _ quantity: String,
            _ price: String,
            _ link: String,
            _ more: [(String, String)]
        )
            -> [Outgoing]
        {
            let fields = [
                ("side", "Sell"), ("orderType", "Limit"), ("qty", quantity), ("price", price),
                ("orderLinkId", link),
            ]
            let text = venue.request("order.create", fields + more, id: link)
            return venue.sayAll(text, on: trade).filter { $0.session == stream }
        }
        let link = OrderLinkID.text(Self.child(0), FloorFixture.session)
        let rest = sell("0.020", "60010", link, [("reduceOnly", "true")])
        #expect(rest.last?.string.contains(#""orderStatus":"New""#) == true)
        let told = sell("0.012", "59999.8", "other", [("timeInForce", "IOC")])
        guard case .update(let cut) = try #require(listener.orderEvents(told).last) else {
            Issue.record("\(told.map(\.string))")
            return
        }
        #expect(cut.status == .new && cut.quantity.lots == 8 && cut.child == Self.child(0))
        let gone = sell("0.008", "59999.8", "another", [("timeInForce", "IOC")])
        let text = try #require(gone.last).string
        #expect(text.contains(#""orderStatus":"Cancelled""#), "\(text)")
        #expect(text.contains(#""cancelType":"CancelByReduceOnly""#), "\(text)")
        #expect(text.contains(#""leavesQty":"0.000""#), "\(text)")
        guard case .update(let end) = try #require(listener.orderEvents(gone).last) else {
            Issue.record("\(text)")
            return
        }
        #expect(end.status == .cancelled && end.reason == .other && end.child == Self.child(0))
    }
}

import Testing
import Units
import Venues

@testable import LoopbackVenue

@Suite("Sessions of the loopback venue", .timeLimit(.minutes(3)))
struct SessionTests {
    @Test("a signed auth is accepted, in each endpoint's own shape")
    func auth() {
        let venue = FloorFixture()
        let text = BybitSession.auth(FloorFixture.credentials, at: venue.now)
        let stream = venue.say(text, on: venue.open(.privateStream))
        #expect(stream.count == 1)
        #expect(stream[0].hasPrefix(#"{"success":true,"ret_msg":"","conn_id":"#))
        #expect(stream[0].hasSuffix(#""req_id":"auth","op":"auth"}"#))
        let trade = venue.say(text, on: venue.open(.trade))
        #expect(trade[0].hasPrefix(#"{"reqId":"auth","retCode":0,"retMsg":"OK","op":"auth""#))
    }

    @Test(
        "a wrong key, signature, time or shape is refused, and so is a second auth",
        arguments: [
            (#"["other",1700000010000,"00"]"#, 10_003),
            (#"["loopback",1700000010000,"00"]"#, 10_004),
            (#"["loopback",1699999999999,"00"]"#, 10_004),
            (#"["loopback",1700000010000]"#, 10_001),
            (#"[]"#, 10_001),
        ]
    )
    func badAuth(_ args: String, _ code: Int) {
        let venue = FloorFixture()
        let number = venue.open(.trade)
        let replies = venue.say(#"{"op":"auth","args":\#(args)}"#, on: number)
        #expect(replies.count == 1 && replies[0].contains("\"retCode\":\(code),"), "\(replies)")
        let order = venue.say(venue.create("Buy", "0.01", at: "59999", link: "a"), on: number)
        #expect(order[0].contains(#""retCode":10003,"#))
        let good = BybitSession.auth(FloorFixture.credentials, at: venue.now)
        #expect(venue.say(good, on: number)[0].contains(#""retCode":0,"#))
        #expect(venue.say(good, on: number)[0].contains(#""retCode":20001,"#))
    }

    @Test("each endpoint answers a ping in its own shape")
    func pong() {
        let venue = FloorFixture()
        func pong(_ endpoint: VenueEndpoint, _ ping: String) -> (String, String) {
            let number = venue.open(endpoint)
            let id = venue.floor.names.connection(number)
            let text = venue.say(ping, on: number)[0]
            return (text, id)
        }
        let ping = #"{"op":"ping"}"#
        var (text, id) = pong(.publicMarket(.linear), ping)
        #expect(
            text == #"{"success":true,"ret_msg":"pong","conn_id":"\#(id)","req_id":"","op":"ping"}"#
        )
        (text, id) = pong(.publicMarket(.spot), ping)
        #expect(text == #"{"success":true,"ret_msg":"pong","conn_id":"\#(id)","op":"ping"}"#)
        (text, id) = pong(.privateStream, #"{"req_id":"x","op":"ping"}"#)
        #expect(
            text == #"{"req_id":"x","op":"pong","args":["1700000000000"],"conn_id":"\#(id)"}"#
        )
        (text, id) = pong(.trade, ping)
        let data = #""op":"pong","data":["1700000000000"]"#
        #expect(text == #"{"retCode":0,"retMsg":"OK",\#(data),"connId":"\#(id)"}"#)
    }

    @Test("a subscription is acknowledged first and then gets the whole book")
    func subscribe() {
        let venue = FloorFixture()
        let number = venue.open(.publicMarket(.linear))
        let texts = venue.say(
            BybitSession.subscribe(["orderbook.50.BTCUSDT", "publicTrade.BTCUSDT"], request: "s1"),
            on: number
        )
        #expect(texts.count == 2)
        #expect(texts[0].contains(#""success":true"#) && texts[0].contains(#""req_id":"s1""#))
        #expect(
            texts[1].hasPrefix(
                #"{"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1700000000000,"data":"#
                    + #"{"s":"BTCUSDT","b":[["60000.0","0.010"],["59999.9","0.010"],["#
            ),
            "\(texts[1])"
        )
    }

    @Test(
        "a topic the venue does not have fails the whole request",
        arguments: [
            "orderbook.100.BTCUSDT", "orderbook.25.BTCUSDT", "orderbook.050.BTCUSDT",
            "orderbook.50.ETHUSDT", "orderbook.BTCUSDT", "orderbook.x.BTCUSDT",
            "liquidation.BTCUSDT",
            "", ".", "orderbook.50.", "order",
        ]
    )
    func badTopic(_ topic: String) {
        let venue = FloorFixture()
        let number = venue.open(.publicMarket(.linear))
        let texts = venue.say(
            #"{"op":"subscribe","args":["publicTrade.BTCUSDT","\#(topic)"]}"#,
            on: number
        )
        #expect(texts.count == 1)
        #expect(
            texts[0].contains(
                #""success":false,"ret_msg":"error:handler not found,topic:\#(topic)""#
            )
        )
        #expect(venue.floor.sessions[number]?.topics.isEmpty == true)
        #expect(venue.floor.nextDeadline == nil, "a refused subscription starts no feed")
    }

    @Test("private topics need auth, and general and categorised ones do not mix")
    func privateTopics() {
        let venue = FloorFixture()
        let stranger = venue.open(.privateStream)
        let subscribe = BybitSession.subscribe(BybitSession.privateTopics, request: "p")
        #expect(venue.say(subscribe, on: stranger)[0].contains(#""success":false"#))
        let number = venue.openAuthorized(.privateStream)
        let mixed = #"{"op":"subscribe","args":["order","order.linear"]}"#
        #expect(venue.say(mixed, on: number)[0].contains(#""success":false"#))
        #expect(venue.say(subscribe, on: number)[0].contains(#""success":true"#))
        let again = venue.say(subscribe, on: number)[0]
        #expect(again.contains("error:already subscribed,topic:order"))
    }

    @Test("a subscription that ended hears nothing; taken up again, it starts with the book")
    func unsubscribe() {
        let venue = FloorFixture(feed: SyntheticFeed(seed: 3))
        let topics = ["orderbook.50.BTCUSDT"]
        let number = venue.listen(.publicMarket(.linear), topics)
        #expect(!venue.advance(by: .milliseconds(20)).isEmpty)
        let reply = venue.say(BybitSession.unsubscribe(topics, request: "u"), on: number)
        #expect(reply.count == 1 && reply[0].contains(#""success":true"#))
        #expect(venue.advance(by: .milliseconds(100)).isEmpty)
        let again = venue.say(BybitSession.subscribe(topics, request: "s"), on: number)
        #expect(again.count == 2 && again[1].contains(#""type":"snapshot""#))
    }

    @Test("spot takes ten topics a request")
    func spotTopics() {
        let venue = FloorFixture(category: .spot)
        let number = venue.open(.publicMarket(.spot))
        let eleven = Array(repeating: "publicTrade.BTCUSDT", count: 11)
        let reply = venue.say(BybitSession.subscribe(eleven, request: "s"), on: number)
        #expect(reply[0].contains("error:args size >10"))
    }

    @Test("random damage to messages never breaks the venue, and every answer is JSON")
    func mutations() {
        for seed in UInt64(1)...40 {
            var random = SplitMix64(seed: seed)
            let venue = FloorFixture()
            let sockets = [
                venue.open(.publicMarket(.linear)), venue.openAuthorized(.privateStream),
                venue.openAuthorized(.trade), venue.open(.trade),
            ]
            let valid = [
                #"{"req_id":"s1","op":"subscribe","args":["orderbook.50.BTCUSDT"]}"#,
                #"{"op":"subscribe","args":["order","execution","position"]}"#,
                BybitSession.auth(FloorFixture.credentials, at: venue.now),
                venue.create("Buy", "0.01", at: "60001", link: "a"),
                venue.request("order.cancel", [("orderLinkId", "a")]),
                venue.request("order.amend", [("orderLinkId", "a"), ("qty", "0.02")]),
            ]
            for _ in 0..<200 {
                var bytes = Array(valid[Int(random.next() % UInt64(valid.count))].utf8)
                for _ in 0...random.next() % 3 {
                    let at = Int(random.next() % UInt64(bytes.count))
                    switch random.next() % 4 {
                    case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes.remove(at: at)
                    case 2: bytes.insert(UInt8(ascii: "9"), at: at)
                    default: bytes = Array(bytes[..<max(1, at)])
                    }
                    if bytes.isEmpty { bytes = [0] }
                }
                let number = sockets[Int(random.next() % UInt64(sockets.count))]
                for text in venue.say(bytes: bytes, on: number) {
                    #expect(isJSON(text.text), "seed \(seed): \(text.string)")
                }
                for text in venue.advance(by: .milliseconds(1)) {
                    #expect(isJSON(text.text), "seed \(seed): \(text.string)")
                }
                #expect(venue.desk.exchange.brokenInvariant == nil, "seed \(seed)")
            }
        }
    }
}

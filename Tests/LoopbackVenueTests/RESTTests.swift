import Orders
import Testing
import Units
import Venues

@testable import LoopbackVenue

@Suite("REST of the loopback venue", .timeLimit(.minutes(3)))
struct RESTTests {
    /// The venue's answer to a request in the bytes that the product sends.
    private func ask(_ bytes: [UInt8], _ venue: FloorFixture) -> RESTAnswer {
        venue.floor.answer(RESTRequest(parsing: bytes), venue.now)
    }

    private let client = BybitREST(host: "localhost", credentials: FloorFixture.credentials)

    @Test("market data reads back as it was meant")
    func marketData() throws {
        let venue = FloorFixture()
        let time = ask(client.serverTime(), venue)
        #expect(time.status == 200)
        #expect(try BybitReplies.serverTime(time.body) == venue.now)
        let info = ask(client.instrumentsInfo(.linear, symbol: "BTCUSDT"), venue)
        let id = InstrumentID(0)
        let read = try BybitReplies.instrument(info.body, .linear, symbol: "BTCUSDT", id: id)
        #expect(read.tick == venue.instrument.tick && read.lot == venue.instrument.lot)
        #expect(read.priceRange == venue.instrument.priceRange)
        #expect(read.quantityRange == venue.instrument.quantityRange)
        #expect(read.minimumNotional == venue.instrument.minimumNotional && read.isTrading)
        #expect(read.baseCoin == "BTC" && read.quoteCoin == "USDT")
        let rate = ask(client.feeRate(.linear, symbol: "BTCUSDT", at: venue.now), venue)
        #expect(try BybitReplies.feeRate(rate.body, symbol: "BTCUSDT") == .bybitBasePerpetual)
    }

    @Test("a spot instrument reads back through its own field names")
    func spotInstrument() throws {
        let venue = FloorFixture(category: .spot)
        let info = ask(client.instrumentsInfo(.spot, symbol: "BTCUSDT"), venue)
        let id = InstrumentID(0)
        let read = try BybitReplies.instrument(info.body, .spot, symbol: "BTCUSDT", id: id)
        #expect(read.tick == venue.instrument.tick && read.lot == venue.instrument.lot)
        #expect(read.quantityRange == venue.instrument.quantityRange)
        #expect(read.minimumNotional == venue.instrument.minimumNotional)
    }

    @Test("bars are newest first, aligned, and busiest in the afternoon", arguments: [1, 5, 60])
    func klines(_ minutes: Int) throws {
        let venue = FloorFixture()
        let limit = min(1_000, 1_440 / minutes)
        let request = client.klines(
            .linear,
            symbol: "BTCUSDT",
            intervalMinutes: minutes,
            limit: limit
        )
        let answer = ask(request, venue)
        let text = String(decoding: answer.body, as: UTF8.self)
        let length = Int64(minutes) * 60_000
        let newest = venue.now.millisecondCount / length * length
        #expect(text.contains(#""list":[["\#(newest)","#))
        let bars = try BybitReplies.klines(answer.body)
        #expect(bars.count == limit)
        for (before, after) in zip(bars, bars.dropFirst()) {
            #expect((after.start - before.start).millisecondCount == length)
            #expect(before.close == after.open)
        }
        #expect(bars.allSatisfy { $0.low <= min($0.open, $0.close) && $0.volume > 0 })
        #expect(bars.allSatisfy { $0.high >= max($0.open, $0.close) })
        #expect(ask(request, venue).body == answer.body, "the same at the same time")
        if minutes == 60 {
            func hour(_ wanted: Int64) throws -> Double {
                let bar = bars.first { $0.start.count / 3_600_000_000_000 % 24 == wanted }
                return try #require(bar).volume
            }
            // 7.1 % against 2.1 % of a day, with a jitter that an hour averages out.
            let afternoon = try hour(14)
            let ratio = afternoon / (try hour(6))
            #expect(ratio > 3 && ratio < 3.8, "\(ratio)")
        }
        let odd = client.klines(.linear, symbol: "BTCUSDT", intervalMinutes: 7, limit: 1)
        #expect(String(decoding: ask(odd, venue).body, as: UTF8.self).contains("10001"))
    }

    @Test("account requests need the right key, time and signature")
    func signatures() {
        let venue = FloorFixture()
        let good = RESTRequest(parsing: client.position(symbol: "BTCUSDT", at: venue.now))
        func code(_ request: RESTRequest) -> String {
            let body = String(decoding: venue.floor.answer(request, venue.now).body, as: UTF8.self)
            return String(body.prefix { $0 != "," })
        }
        #expect(code(good) == #"{"retCode":0"#)
        var bad = good
        bad.key = nil
        #expect(code(bad) == #"{"retCode":10003"#)
        #expect(venue.floor.answer(bad, venue.now).status == 401)
        bad = good
        bad.query += "&limit=1"
        #expect(code(bad) == #"{"retCode":10004"#)
        bad = good
        bad.signature = nil
        #expect(code(bad) == #"{"retCode":10004"#)
        bad = RESTRequest(
            parsing: client.position(symbol: "BTCUSDT", at: venue.now - .milliseconds(5_001))
        )
        #expect(code(bad) == #"{"retCode":10002"#)
        bad = RESTRequest(parsing: client.position(symbol: "BTCUSDT", at: venue.now + .seconds(1)))
        #expect(code(bad) == #"{"retCode":10002"#)
        bad = RESTRequest(parsing: client.cancelAll(.linear, symbol: "BTCUSDT", at: venue.now))
        bad.body[3] ^= 1
        #expect(code(bad) == #"{"retCode":10004"#)
        let lost = RESTRequest(path: "/v5/market/nothing")
        #expect(venue.floor.answer(lost, venue.now).status == 404)
    }

    @Test("orders, fills and position can be asked for after the fact")
    func recovery() throws {
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        let links = (1...3).map { "Te5tRun0-00000000-0000000\($0)" }
        func place(_ i: Int, _ price: String) {
            let text = venue.create("Buy", "0.01", at: price, link: links[i], id: "r\(i)")
            #expect(venue.say(text, on: trade)[0].contains(#""retCode":0,"#))
        }
        place(0, "59990")
        place(1, "60000.1")
        place(2, "59991")
        let list = [venue.instrument]
        let open = try BybitReplies.orders(
            ask(client.openOrders(.linear, symbol: "BTCUSDT", at: venue.now), venue).body,
            list,
            FloorFixture.session
        )
        #expect(open.entries.map(\.child.number) == [3, 1] && open.cursor.isEmpty)
        let ended = client.order(.linear, symbol: "BTCUSDT", linkID: links[1], at: venue.now)
        let found = try BybitReplies.orders(ask(ended, venue).body, list, FloorFixture.session)
        #expect(found.entries.map(\.status) == [.filled])
        let since = client.executions(.linear, symbol: "BTCUSDT", since: venue.now, at: venue.now)
        let fills = try BybitReplies.executions(ask(since, venue).body, list, FloorFixture.session)
        #expect(fills.entries.map(\.child.number) == [2])
        #expect(fills.entries.first?.fee.billionths == 330_000_550)
        let later = venue.now + .milliseconds(1)
        let none = client.executions(.linear, symbol: "BTCUSDT", since: later, at: venue.now)
        let empty = try BybitReplies.executions(ask(none, venue).body, list, FloorFixture.session)
        #expect(empty.entries.isEmpty)
        let position = try BybitReplies.position(
            ask(client.position(symbol: "BTCUSDT", at: venue.now), venue).body,
            venue.instrument
        )
        #expect(position.lots == 10 && position.averagePrice == 60_000.1)

        let gone = ask(client.cancelAll(.linear, symbol: "BTCUSDT", at: venue.now), venue)
        #expect(String(decoding: gone.body, as: UTF8.self).contains(links[2]))
        #expect(venue.desk.exchange.openOrders.isEmpty)
    }

    @Test("requests with any parameters get JSON and break nothing")
    func anyParameters() {
        let values = [
            "", "0", "1", "-1", "60", "999", "9223372036854775807", "-9223372036854775808", "x",
            "linear", "spot", "BTCUSDT", "%2", "%00", "%E2%82%AC", "1700000000000",
        ]
        let names = [
            "category", "symbol", "interval", "limit", "start", "end", "cursor", "orderId",
            "orderLinkId", "openOnly", "startTime", "endTime",
        ]
        let paths = [
            "/v5/market/time", "/v5/market/instruments-info", "/v5/market/kline",
            "/v5/account/fee-rate", "/v5/order/realtime", "/v5/execution/list",
            "/v5/position/list",
        ]
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        _ = venue.say(venue.create("Buy", "0.01", at: "60001", link: "f", id: "1"), on: trade)
        _ = venue.say(venue.create("Buy", "0.01", at: "59000", link: "r", id: "2"), on: trade)
        var random = SplitMix64(seed: 11)
        func pick(_ list: [String]) -> String { list[Int(random.next() % UInt64(list.count))] }
        var answered = 0
        for _ in 0..<4_000 {
            var query =
                random.next() % 4 == 0 ? [] : [("category", "linear"), ("symbol", "BTCUSDT")]
            for _ in 0...random.next() % 3 { query.append((pick(names), pick(values))) }
            if random.next() % 2 == 0 { query.append(("interval", "5")) }
            let answer = ask(client.get(pick(paths), query, signedAt: venue.now), venue)
            #expect(isJSON(answer.body), "\(query)")
            if answer.body.starts(with: Array(#"{"retCode":0,"#.utf8)) { answered += 1 }
        }
        #expect(answered > 500 && answered < 4_000)
    }

    @Test("a fault befalls an order by REST: it is lost, done in silence, or answered late")
    func faults() throws {
        let script = "create 1 lose\ncreate 2 lose-answer\ncreate 3 delay 300ms\ncreate 4 hush"
        let venue = FloorFixture(faults: try FaultScript(text: script))
        let deliveries: [RESTAnswer.Delivery] = [
            .never, .closing, .after(.milliseconds(300)), .after(.zero), .after(.zero),
        ]
        for (i, delivery) in deliveries.enumerated() {
            let order = PlaceOrder(
                child: ChildID(parent: ParentID(0), number: UInt32(i)),
                instrument: venue.instrument.id,
                side: .buy,
                timeInForce: .goodTillCancel,
                price: Price(ticks: 590_000),
                quantity: Quantity(lots: 2)
            )
            let request = client.create(order, venue.instrument, linkID: "a\(i)", at: venue.now)
            let answer = ask(request, venue)
            #expect(answer.delivery == delivery, "\(i)")
            #expect((BybitReplies.code(answer.body) == 0) == ![0, 3].contains(i))
        }
        #expect(venue.desk.exchange.openOrders.map(\.link) == ["a1", "a2", "a3", "a4"])
    }

    @Test("what the account held before is a position like any other", arguments: [false, true])
    func opening(isHedged: Bool) throws {
        let (long, short) = (Quantity(lots: 30), Quantity(lots: -20))
        let held: VenuePosition = isHedged ? .hedged(long: long, short: short) : .oneWay(short)
        let venue = FloorFixture(position: held)
        func position() throws -> VenuePosition {
            let answer = ask(client.position(symbol: "BTCUSDT", at: venue.now), venue)
            return try BybitReplies.position(answer.body, venue.instrument).held
        }
        #expect(try position() == held)
        let before = venue.floor.wallet().balances[0].billionths
        #expect(before == Int128(Wallet.deposit.billionths))
        let order = PlaceOrder(
            child: ChildID(parent: ParentID(0), number: 0),
            instrument: venue.instrument.id,
            side: .buy,
            timeInForce: .immediateOrCancel,
            price: Price(ticks: 610_000),
            quantity: Quantity(lots: 25),
            reduceOnly: true
        )
        let request = client.create(
            order,
            venue.instrument,
            linkID: "reduces",
            isHedged: isHedged,
            at: venue.now
        )
        #expect(BybitReplies.code(ask(request, venue).body) == 0)
        // It is cut to what there was to reduce.
        #expect(try position() == (isHedged ? .hedged(long: long, short: .zero) : .oneWay(.zero)))
    }

    @Test("lists come in pages, newest first, without loss or repetition")
    func pages() throws {
        let venue = FloorFixture()
        let trade = venue.openAuthorized(.trade)
        for i in 1...57 {
            let link = "Te5tRun0-00000000-000000\(i < 10 ? "0" : "")\(i)"
            let text = venue.create("Buy", "0.01", at: "59990", link: link, id: "r\(i)")
            _ = venue.sayAll(text, on: trade)
        }
        var numbers: [UInt32] = []
        var cursor = ""
        var pages = 0
        repeat {
            let request = client.openOrders(
                .linear,
                symbol: "BTCUSDT",
                cursor: cursor,
                at: venue.now
            )
            let page = try BybitReplies.orders(
                ask(request, venue).body,
                [venue.instrument],
                FloorFixture.session
            )
            numbers += page.entries.map(\.child.number)
            cursor = page.cursor
            pages += 1
        } while !cursor.isEmpty && pages < 10
        #expect(pages == 2)
        #expect(numbers.count == 57 && Set(numbers).count == 57)
    }
}

import Testing
import Units

@testable import LoopbackVenue

/// What a script's faults do to a trading floor, with the clock in the test's hand.
@Suite("Faults of the venue", .timeLimit(.minutes(3)))
struct FaultTests {
    private func floor(_ script: String) throws -> FloorFixture {
        FloorFixture(faults: try FaultScript(text: script))
    }

    private func place(_ fixture: FloorFixture, on socket: Int, link: String = "a") -> [String] {
        fixture.say(
            fixture.create("Buy", "0.002", at: "59000.0", link: link, id: link),
            on: socket
        )
    }

    @Test("a lost request leaves no trace, a lost answer leaves an order")
    func lost() throws {
        for (fault, count) in [("lose", 0), ("lose-answer", 1)] {
            let fixture = try floor("create 1 \(fault)")
            let trade = fixture.openAuthorized(.trade)
            #expect(place(fixture, on: trade) == [])
            #expect(fixture.desk.exchange.openOrders.count == count)
            #expect(place(fixture, on: trade, link: "b").count == 1)
        }
    }

    @Test("a refusal does nothing, a misanswer does it all the same; both say the code")
    func codes() throws {
        for (fault, count) in [("refuse 110007", 0), ("misanswer 10016", 1)] {
            let fixture = try floor("create 1 \(fault)")
            let trade = fixture.openAuthorized(.trade)
            let answer = try #require(place(fixture, on: trade).first)
            #expect(answer.contains(#""retCode":\#(fault.split(separator: " ")[1])"#))
            #expect(fixture.desk.exchange.openOrders.count == count)
        }
    }

    @Test("a late answer comes at its time, and behind the order's own message")
    func late() throws {
        let fixture = try floor("create 1 delay 300ms")
        let trade = fixture.openAuthorized(.trade)
        let account = fixture.listen(.privateStream, ["order"])
        let told = fixture.sayAll(
            fixture.create("Buy", "0.002", at: "59000.0", link: "a"),
            on: trade
        )
        #expect(told.map(\.session) == [account])
        #expect(fixture.advance(by: .milliseconds(299)).allSatisfy { $0.session != trade })
        let later = fixture.advance(by: .milliseconds(1)).filter { $0.session == trade }
        #expect(later.count == 1)
        #expect(later[0].string.contains(#""retCode":0"#))
    }

    @Test("fills can come late and twice while the order's message is on time")
    func streams() throws {
        let fixture = try floor("at 0s late executions 20ms\nat 0s repeat-executions")
        let trade = fixture.openAuthorized(.trade)
        let account = fixture.listen(.privateStream, ["order", "execution"])
        _ = fixture.advance(by: .zero)
        let told = fixture.sayAll(
            fixture.create("Buy", "0.002", at: "60000.1", link: "a"),
            on: trade
        ).filter { $0.session == account }
        #expect(told.count == 1 && told[0].string.contains(#""topic":"order""#))
        let later = fixture.advance(by: .milliseconds(20)).filter { $0.session == account }
        #expect(later.count == 2)
        #expect(later.allSatisfy { $0.string.contains(#""topic":"execution""#) })
        #expect(later.first?.text == later.last?.text)
    }

    @Test("a hushed order is done, and only asking tells of it")
    func hush() throws {
        let fixture = try floor("create 1 hush")
        let trade = fixture.openAuthorized(.trade)
        let account = fixture.listen(.privateStream, ["order", "execution"])
        let request = fixture.create("Buy", "0.002", at: "60000.1", link: "a")
        #expect(fixture.sayAll(request, on: trade).isEmpty)
        #expect(fixture.floor.desks[0].exchange.find(link: "a")?.status == .filled)
        let next = fixture.create("Buy", "0.002", at: "60000.1", link: "b", id: "b")
        #expect(fixture.sayAll(next, on: trade).contains { $0.session == account })
    }

    @Test("a gap loses what the account is told, and only then")
    func gap() throws {
        let fixture = try floor("at 0s gap 500ms")
        let trade = fixture.openAuthorized(.trade)
        let account = fixture.listen(.privateStream, ["order"])
        _ = fixture.advance(by: .zero)
        let request = fixture.create("Buy", "0.002", at: "59000.0", link: "a")
        #expect(!fixture.sayAll(request, on: trade).contains { $0.session == account })
        _ = fixture.advance(by: .milliseconds(500))
        let next = fixture.create("Buy", "0.002", at: "59000.0", link: "b", id: "b")
        #expect(fixture.sayAll(next, on: trade).contains { $0.session == account })
    }

    @Test("a cut ends the sockets of its kind alone", arguments: SocketKind.allCases)
    func cut(kind: SocketKind) throws {
        let fixture = try floor("at 1s cut \(kind.rawValue)")
        let sockets: [SocketKind: Int] = [
            .market: fixture.open(.publicMarket(.linear)),
            .account: fixture.openAuthorized(.privateStream),
            .trade: fixture.openAuthorized(.trade),
        ]
        _ = fixture.advance(by: .seconds(1))
        let ended = fixture.floor.takeEndedSessions()
        #expect(ended == [sockets[kind]].compactMap { $0 })
        #expect(Set(fixture.floor.sessions.keys) == Set(sockets.values).subtracting(ended))
    }

    @Test("maintenance answers 10016 and 503, a ban 403, a closed market 110074; then all is well")
    func states() throws {
        let request = RESTRequest(path: "/v5/market/time")
        for (fault, code, status) in [
            ("maintenance", 10_016, 503), ("ban", 0, 403), ("close", 110_074, 200),
        ] {
            let fixture = try floor("at 0s \(fault) 2s")
            let trade = fixture.openAuthorized(.trade)
            _ = fixture.advance(by: .zero)
            let answer = try #require(place(fixture, on: trade).first)
            #expect(answer.contains(#""retCode":\#(code),"#), "\(answer)")
            #expect(fixture.floor.answer(request, fixture.now).status == status)
            _ = fixture.advance(by: .seconds(2))
            let next = try #require(place(fixture, on: trade, link: "b").first)
            #expect(next.contains(#""retCode":0"#))
            #expect(fixture.floor.answer(request, fixture.now).status == 200)
        }
    }

    @Test("a closed market says so in its instrument")
    func closed() throws {
        let fixture = try floor("at 0s close 2s")
        _ = fixture.openAuthorized(.trade)
        let request = RESTRequest(path: "/v5/market/instruments-info", query: "category=linear")
        for (step, status) in [(0, "Closed"), (2, "Trading")] as [(Int64, String)] {
            _ = fixture.advance(by: .seconds(step))
            let body = fixture.floor.answer(request, fixture.now).body
            let text = String(decoding: body, as: UTF8.self)
            #expect(text.contains(#""status":"\#(status)""#), "\(text)")
        }
    }

    /// Messages of a book after a fault, one of ours changing it each time.
    private func books(_ fault: String) throws -> [String] {
        let fixture = try floor("at 0s book \(fault)")
        let market = fixture.listen(.publicMarket(.linear), ["orderbook.50.BTCUSDT"])
        let trade = fixture.openAuthorized(.trade)
        var texts: [String] = []
        for (i, name) in ["a", "b"].enumerated() {
            let request = fixture.create("Buy", "0.00\(i + 1)", at: "60000.0", link: name, id: name)
            _ = fixture.say(request, on: trade)
            texts += fixture.advance(by: .milliseconds(20)).filter { $0.session == market }
                .map(\.string)
        }
        return texts
    }

    @Test("a book's message can be lost, doubled, damaged, or start over")
    func bookFaults() throws {
        func updates(_ texts: [String]) -> [String] {
            texts.map { String($0.split(separator: #""u":"#)[1].prefix { $0.isNumber }) }
        }
        #expect(updates(try books("lose")) == ["1003"])
        #expect(updates(try books("repeat")) == ["1002", "1002", "1003"])
        let damaged = try books("corrupt")
        #expect(damaged.map { isJSON(Array($0.utf8)) } == [false, true])
        let restarted = try books("reset")
        #expect(updates(restarted) == ["1", "2"])
        #expect(restarted[0].contains(#""type":"snapshot""#))
    }

    @Test("in a silence the book says nothing, and afterwards all at once")
    func silence() throws {
        let fixture = try floor("at 0s silence 2s")
        let market = fixture.listen(.publicMarket(.linear), ["orderbook.50.BTCUSDT"])
        let trade = fixture.openAuthorized(.trade)
        _ = fixture.advance(by: .zero)
        for name in ["a", "b"] {
            _ = fixture.say(
                fixture.create("Buy", "0.002", at: "59999.0", link: name, id: name),
                on: trade
            )
            #expect(!fixture.advance(by: .milliseconds(500)).contains { $0.session == market })
        }
        let texts = fixture.advance(by: .seconds(1)).filter { $0.session == market }
        #expect(texts.count == 1)
        #expect(texts.first?.string.contains(#"["59999.0","0.004"]"#) == true)
    }

    @Test("funding is an execution that moves nothing; a liquidation closes what is held")
    func positions() throws {
        let fixture = try floor("at 1s funding 0.0001\nat 2s liquidate")
        let trade = fixture.openAuthorized(.trade)
        let account = fixture.listen(.privateStream, ["execution"])
        _ = fixture.say(fixture.create("Buy", "0.002", at: "60000.1", link: "a"), on: trade)
        _ = place(fixture, on: trade, link: "b")
        let funding = fixture.advance(by: .seconds(1)).filter { $0.session == account }
        #expect(funding.count == 1)
        #expect(funding.first?.string.contains(#""execType":"Funding""#) == true)
        // 0.002 × 60,000 × 0.0001
        #expect(funding.first?.string.contains(#""execFee":"0.012"#) == true)
        #expect(isJSON(funding[0].text))
        #expect(fixture.desk.netLots == 2)
        _ = fixture.advance(by: .seconds(1))
        #expect(fixture.desk.netLots == 0)
        #expect(fixture.desk.exchange.openOrders.isEmpty)
    }
}

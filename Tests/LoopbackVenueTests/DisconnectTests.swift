import Orders
import Testing
import Units
import Venues

@testable import LoopbackVenue

@Suite("Disconnect protection of the loopback venue", .timeLimit(.minutes(3)))
struct DisconnectTests {
    private static let link = "Te5tRun0-00000000-00000000"

    /// A venue with one resting order, and an account connection that is guarded for three seconds.
    private func guarded(
        _ category: ProductCategory = .linear
    ) throws -> (venue: FloorFixture, account: Int) {
        let venue = FloorFixture(category: category)
        try protect(venue, .seconds(3))
        let topics = ["order", BybitSession.disconnectTopic(category)]
        let account = venue.listen(.privateStream, topics)
        let trade = venue.openAuthorized(.trade)
        _ = venue.say(
            venue.create("Buy", "0.002", at: "59000.0", link: DisconnectTests.link),
            on: trade
        )
        #expect(venue.desk.exchange.openOrders.count == 1)
        _ = venue.advance(by: .seconds(60))
        #expect(venue.desk.exchange.openOrders.count == 1)
        return (venue, account)
    }

    private func protect(_ venue: FloorFixture, _ window: Nanoseconds) throws {
        let client = BybitREST(host: "localhost", credentials: FloorFixture.credentials)
        let request = client.protectFromDisconnect(
            venue.instrument.category,
            window: window,
            at: venue.now
        )
        let answer = venue.floor.answer(RESTRequest(parsing: request), venue.now)
        #expect(BybitReplies.code(answer.body) == 0)
        let asked = client.disconnectProtection(at: venue.now)
        let state = venue.floor.answer(RESTRequest(parsing: asked), venue.now)
        let protections = try BybitReplies.disconnectProtection(state.body)
        #expect(protections.map(\.window) == [window] && protections[0].isOn)
    }

    @Test("orders go when the last guarded connection has been gone for the window, not before")
    func acts() throws {
        for category in ProductCategory.allCases {
            let (venue, account) = try guarded(category)
            let second = venue.listen(
                .privateStream,
                ["order", BybitSession.disconnectTopic(category)]
            )
            venue.floor.close(account)
            _ = venue.advance(by: .seconds(60))
            #expect(venue.desk.exchange.openOrders.count == 1, "another connection is there")
            venue.floor.close(second)
            _ = venue.advance(by: .milliseconds(1))
            #expect(venue.floor.nextDeadline.map { $0 <= venue.now + .seconds(3) } == true)
            _ = venue.advance(by: .milliseconds(2_999))
            #expect(venue.desk.exchange.openOrders.count == 1)
            _ = venue.advance(by: .milliseconds(1))
            #expect(venue.desk.exchange.openOrders.isEmpty)
            let order = try #require(venue.desk.exchange.find(link: DisconnectTests.link))
            #expect(order.reason == .disconnected)
        }
    }

    @Test("who comes back in time loses nothing; who comes later hears why")
    func comesBack() throws {
        let (venue, account) = try guarded()
        venue.floor.close(account)
        _ = venue.advance(by: .seconds(2))
        let again = venue.listen(.privateStream, ["order", "dcp.future"])
        _ = venue.advance(by: .seconds(60))
        #expect(venue.desk.exchange.openOrders.count == 1)
        // A connection that does not take part in it is not enough.
        let other = venue.listen(.privateStream, ["order"])
        venue.floor.close(again)
        _ = venue.advance(by: .milliseconds(1))
        let texts = venue.advance(by: .seconds(3)).filter { $0.session == other }.map(\.string)
        #expect(texts.contains { $0.contains(#""cancelType":"CancelByDCP""#) }, "\(texts)")
    }

    @Test("without the topic, or without the service, nothing is cancelled")
    func notAsked() throws {
        let venue = FloorFixture()
        try protect(venue, .seconds(3))
        let account = venue.listen(.privateStream, ["order"])
        let trade = venue.openAuthorized(.trade)
        _ = venue.say(venue.create("Buy", "0.002", at: "59000.0", link: "a"), on: trade)
        venue.floor.close(account)
        venue.floor.close(trade)
        _ = venue.advance(by: .seconds(600))
        #expect(venue.desk.exchange.openOrders.count == 1)
    }

    @Test("windows and products that the venue does not take are refused")
    func refused() {
        let venue = FloorFixture()
        for body in [
            #"{"product":"DERIVATIVES","timeWindow":2}"#, #"{"product":"SPOT","timeWindow":301}"#,
            #"{"product":"BONDS","timeWindow":10}"#, #"{"timeWindow":10}"#, #"{}"#,
        ] {
            let client = BybitREST(host: "localhost", credentials: FloorFixture.credentials)
            let path = "/v5/order/disconnected-cancel-all"
            let request = RESTRequest(parsing: client.post(path, body, signedAt: venue.now))
            let answer = venue.floor.answer(request, venue.now)
            #expect(BybitReplies.code(answer.body) == 10_001, "\(body)")
        }
    }
}

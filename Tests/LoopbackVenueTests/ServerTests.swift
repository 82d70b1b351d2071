import Foundation
import Testing
import Transport
import Units
import Venues

@testable import LoopbackVenue

@Suite("The loopback venue over TLS", .serialized, .timeLimit(.minutes(3)))
struct ServerTests {
    /// A client on one event loop: what was opened, and all that was heard.
    private final class Client {
        enum Unheard: Error { case notOpen }

        private var loop: EventLoop
        private let venue: VenueHost
        private(set) var opened: Set<ConnectionID> = []
        private(set) var heard: [(connection: ConnectionID, text: String)] = []
        private(set) var closed: [ConnectionID: CloseReason] = [:]

        init(_ venue: VenueHost) throws {
            self.venue = venue
            loop = try EventLoop(LoopConfiguration())
        }

        func endpoint(_ path: String, host: String = "localhost") -> Endpoint {
            Endpoint(
                host: host,
                port: venue.port,
                path: path,
                trust: .file(venue.caFile),
                address: "127.0.0.1"
            )
        }

        func connect(_ path: String) throws -> ConnectionID {
            let id = try loop.openWebSocket(endpoint(path))
            #expect(turn { opened.contains(id) }, "\(path): \(closed)")
            return id
        }

        func get(_ request: [UInt8]) throws -> String {
            let id = try loop.openHTTP(endpoint("/", host: "127.0.0.1"))
            #expect(turn { opened.contains(id) })
            request.withUnsafeBytes { _ = loop.sendRequest(id, $0) }
            #expect(turn { heard.contains { $0.connection == id } })
            return heard.first { $0.connection == id }?.text ?? ""
        }

        /// Asks on a connection of its own; nothing is waited for.
        func ask(_ requests: [[UInt8]]) throws -> ConnectionID {
            let id = try loop.openHTTP(endpoint("/", host: "127.0.0.1"))
            #expect(turn { opened.contains(id) })
            for request in requests { request.withUnsafeBytes { _ = loop.sendRequest(id, $0) } }
            return id
        }

        func say(_ text: String, on id: ConnectionID) throws {
            guard let room = loop.beginMessage(id) else { throw Unheard.notOpen }
            let bytes = Array(text.utf8)
            room.copyBytes(from: bytes)
            _ = loop.endMessage(id, length: bytes.count)
        }

        /// Waits for a text on `id` that contains `part`.
        func hears(_ part: String, on id: ConnectionID) -> Bool {
            turn { heard.contains { $0.connection == id && $0.text.contains(part) } }
        }

        /// Runs the loop until `condition`; false when ten seconds were not enough.
        func turn(until condition: () -> Bool) -> Bool {
            let deadline = Date().addingTimeInterval(10)
            while !condition() {
                if Date() > deadline { return false }
                loop.poll(timeout: .milliseconds(100))
                while let event = loop.next() { note(event) }
            }
            return true
        }

        private func note(_ event: TransportEvent) {
            switch event {
            case .opened(let id): opened.insert(id)
            case .message(let id, let message):
                heard.append((id, String(decoding: message.payload, as: UTF8.self)))
            case .response(let id, let view):
                heard.append((id, String(decoding: view.body, as: UTF8.self)))
            case .closed(let id, let reason): closed[id] = reason
            default: break
            }
        }
    }

    private static func now() -> Nanoseconds {
        Nanoseconds(Int64(Date().timeIntervalSince1970 * 1e9))
    }

    private func order(_ side: String, _ price: String, _ link: String) -> String {
        """
        {"reqId":"\(link)","header":{"X-BAPI-TIMESTAMP":"\(Self.now().millisecondCount)"},\
        "op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","side":"\(side)",\
        "orderType":"Limit","qty":"0.010","price":"\(price)","timeInForce":"IOC",\
        "orderLinkId":"\(link)"}]}
        """
    }

    @Test("one order goes all the way over three sockets and REST")
    func wholeWay() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let lot = DecimalScale(multiplier: 1, decimals: 3)
        let served = VenueMarket(symbol: "BTCUSDT", category: .linear, depth: 50, lot: lot)
        #expect(venue.symbols == [served])
        let client = try Client(venue)
        let market = try client.connect("/v5/public/linear")
        let stream = try client.connect("/v5/private")
        let trade = try client.connect("/v5/trade")
        try client.say(
            BybitSession.subscribe(["orderbook.50.BTCUSDT", "publicTrade.BTCUSDT"], request: "m"),
            on: market
        )
        #expect(client.hears(#""type":"snapshot""#, on: market))
        #expect(client.hears(#""type":"delta""#, on: market), "the feed's clock runs")
        let auth = BybitSession.auth(FloorFixture.credentials, at: Self.now())
        try client.say(auth, on: stream)
        try client.say(BybitSession.subscribe(["order", "execution"], request: "p"), on: stream)
        try client.say(auth, on: trade)
        #expect(client.hears(#""op":"subscribe""#, on: stream))
        #expect(client.hears(#""op":"auth""#, on: trade))
        try client.say(order("Buy", "62000.0", "first"), on: trade)
        #expect(client.hears(#""reqId":"first","retCode":0,"#, on: trade))
        #expect(client.hears(#""orderStatus":"Filled""#, on: stream))
        let rest = BybitREST(host: "localhost", credentials: FloorFixture.credentials)
        let position = try client.get(rest.position(symbol: "BTCUSDT", at: Self.now()))
        #expect(position.contains(#""side":"Buy","size":"0.010""#), "\(position)")
    }

    @Test("answers by REST come late in their order, or the connection ends without them")
    func lateAnswers() throws {
        var wanted = LoopbackVenueConfiguration()
        wanted.faults = try FaultScript(text: "create 1 delay 200ms\ncreate 2 lose-answer")
        let venue = try VenueHost(wanted)
        venue.start()
        defer { venue.stop() }
        let client = try Client(venue)
        let rest = BybitREST(host: "localhost", credentials: FloorFixture.credentials)
        func create(_ link: String) -> [UInt8] {
            let text =
                #"{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","#
                + #""qty":"0.010","price":"59000.0","orderLinkId":"\#(link)"}"#
            return rest.post("/v5/order/create", text, signedAt: Self.now())
        }
        let late = try client.ask([create("late"), rest.serverTime()])
        #expect(client.turn { client.heard.count == 2 })
        #expect(client.heard.allSatisfy { $0.connection == late })
        #expect(client.heard.first?.text.contains(#""orderLinkId":"late""#) == true)
        let unanswered = try client.ask([create("unanswered")])
        #expect(client.turn { client.closed[unanswered] != nil })
        let open = try client.get(rest.openOrders(.linear, symbol: "BTCUSDT", at: Self.now()))
        #expect(open.contains("late") && open.contains("unanswered") && client.heard.count == 3)
    }

    @Test("paths that the venue does not have are no WebSockets")
    func unknownPath() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let client = try Client(venue)
        var loop = try EventLoop(LoopConfiguration())
        let id = try loop.openWebSocket(client.endpoint("/v5/nothing"))
        var reason: CloseReason?
        let deadline = Date().addingTimeInterval(10)
        while reason == nil && Date() < deadline {
            loop.poll(timeout: .milliseconds(100))
            while let event = loop.next() {
                if case .closed(id, let why) = event { reason = why }
            }
        }
        #expect(reason == .upgradeRefused(status: 404))
    }

    @Test("keys lie in a directory of one's own, which goes with the venue")
    func directory() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        let directory = String(venue.caFile.dropLast("/ca.pem".count))
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(directory) == 0o700)
        #expect(try mode(directory + "/server.key") == 0o600)
        venue.start()
        venue.stop()
        #expect(!FileManager.default.fileExists(atPath: directory))
        venue.stop()
    }

    @Test("a venue that never served leaves nothing behind either")
    func neverStarted() throws {
        var directory = ""
        do {
            let venue = try VenueHost(LoopbackVenueConfiguration())
            directory = String(venue.caFile.dropLast("/ca.pem".count))
            #expect(FileManager.default.fileExists(atPath: directory))
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }
}

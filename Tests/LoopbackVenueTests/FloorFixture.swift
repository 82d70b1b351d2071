import Book
import Orders
import Simulation
import TestSupport
import Testing
import Units
import Venues
import Wire

@testable import LoopbackVenue

/// A feed of a few written actions.
final class ScriptedFeed: MarketFeed {
    let depth: Int
    let ending = "the script ended"
    private var actions: [FeedAction]

    init(depth: Int = 50, _ actions: [FeedAction]) {
        self.depth = depth
        self.actions = actions.reversed()
    }

    func next() -> FeedAction? { actions.popLast() }

    /// Ten lots a level, three levels a side around 60,000.0 | 60,000.1.
    static var still: ScriptedFeed {
        let bids = (0..<3).map { LevelChange(ticks: 600_000 - $0, lots: 10) }
        let asks = (0..<3).map { LevelChange(ticks: 600_001 + $0, lots: 10) }
        return ScriptedFeed([
            FeedAction(at: .zero, kind: .depth(.snapshot, bids: bids, asks: asks))
        ])
    }
}

/// A trading floor with clients that speak text, and a clock that the test turns.
final class FloorFixture {
    static let session = SessionPrefix("Te5tRun0")!
    static let credentials = BybitCredentials(
        key: LoopbackCredentials.key,
        secret: LoopbackCredentials.secret
    )

    let floor: TradingFloor
    let instrument: Instrument
    var now = Nanoseconds.seconds(1_700_000_000)

    init(
        feed: any MarketFeed = ScriptedFeed.still,
        category: ProductCategory = .linear,
        faults: FaultScript = FaultScript(),
        requestsPerSecond: Int? = 1_000,
        position: VenuePosition = .flat(isHedged: false)
    ) {
        instrument = Instrument(
            loopback: "BTCUSDT",
            category,
            tick: DecimalScale(multiplier: 1, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 3),
            id: InstrumentID(0)
        )
        var generator = SplitMix64(seed: 7)
        floor = TradingFloor(
            [
                MarketDesk(
                    index: 0,
                    instrument,
                    fees: .bybitBasePerpetual,
                    feed: feed,
                    speed: 1,
                    opening: position
                )
            ],
            names: VenueNames(&generator),
            faults: faults,
            requestsPerSecond: requestsPerSecond
        )
    }

    var desk: MarketDesk { floor.desks[0] }

    /// Opens a socket; returns its number.
    func open(_ endpoint: VenueEndpoint) -> Int { floor.open(endpoint) }

    /// Opens a socket and logs in.
    func openAuthorized(_ endpoint: VenueEndpoint) -> Int {
        let number = open(endpoint)
        _ = say(BybitSession.auth(FloorFixture.credentials, at: now), on: number)
        return number
    }

    /// Opens a socket and subscribes to `topics`; what follows is left in the outbox's past.
    func listen(_ endpoint: VenueEndpoint, _ topics: [String]) -> Int {
        let number = endpoint.needsAuth ? openAuthorized(endpoint) : open(endpoint)
        let replies = say(BybitSession.subscribe(topics, request: "s"), on: number)
        #expect(replies.first?.contains(#""success":true"#) == true, "\(replies)")
        return number
    }

    /// Sends a text; returns what comes back on the same socket.
    func say(_ text: String, on number: Int) -> [String] {
        sayAll(text, on: number).filter { $0.session == number }.map(\.string)
    }

    /// Sends a text; returns everything that it caused, in order.
    func sayAll(_ text: String, on number: Int) -> [Outgoing] {
        say(bytes: Array(text.utf8), on: number)
    }

    /// Sends bytes; returns everything that they caused, in order.
    func say(bytes: [UInt8], on number: Int) -> [Outgoing] {
        let padded = PaddedBytes(bytes)
        withExtendedLifetime(padded) { floor.receive(padded.payload, from: number, now) }
        return floor.takeOutbox()
    }

    /// Turns the clock and lets the venue act.
    func advance(by step: Nanoseconds) -> [Outgoing] {
        now = now + step
        floor.advance(now)
        return floor.takeOutbox()
    }

    /// An order request as the trade socket takes it.
    func request(
        _ op: String,
        _ fields: [(String, String)],
        id: String = "r1",
        timestamp: Int64? = nil
    ) -> String {
        var members = [("category", instrument.category.name), ("symbol", "BTCUSDT")]
        members += fields
        let text = members.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
        let time = timestamp ?? now.millisecondCount
        return """
            {"reqId":"\(id)","header":{"X-BAPI-TIMESTAMP":"\(time)"},"op":"\(op)","args":[{\(text)}]}
            """
    }

    /// A limit order.
    func create(
        _ side: String,
        _ quantity: String,
        at price: String,
        _ terms: String = "GTC",
        link: String,
        id: String = "r1"
    ) -> String {
        request(
            "order.create",
            [
                ("side", side), ("orderType", "Limit"), ("qty", quantity), ("price", price),
                ("timeInForce", terms), ("orderLinkId", link),
            ],
            id: id
        )
    }
}

extension Outgoing {
    var string: String { String(decoding: text, as: UTF8.self) }
}

extension RESTRequest {
    /// Reads the bytes that the product sends.
    init(parsing bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts[0].split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        let target = words[1].split(separator: "?", maxSplits: 1)
        self.init(
            method: String(words[0]),
            path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "",
            body: parts.count > 1 ? Array(parts[1].utf8) : []
        )
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            let value = String(pair[1].drop { $0 == " " })
            switch pair[0] {
            case "X-BAPI-API-KEY": key = value
            case "X-BAPI-TIMESTAMP": timestamp = value
            case "X-BAPI-RECV-WINDOW": window = value
            case "X-BAPI-SIGN": signature = value
            default: continue
            }
        }
    }
}

/// Whether `text` is one JSON value and nothing else.
func isJSON(_ text: [UInt8]) -> Bool {
    let padded = PaddedBytes(text)
    return withExtendedLifetime(padded) {
        var json = JSONScanner(padded.payload)
        do throws(DecodeError) {
            try json.skipValue()
            try json.finish()
            return true
        } catch {
            return false
        }
    }
}

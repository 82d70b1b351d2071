import Foundation
import LoopbackVenue
import Orders
import Runtime
import Transport
import Units
import Venues

/// What a venue says of the account that a session used, asked as anybody may: signed, by REST.
struct VenueTruth {
    /// Names and prices of the open orders.
    var open: [String] = []
    /// What was bought and sold together.
    var filled = Decimal(0)
    /// The worst prices paid: highest of purchases, lowest of sales; nil without fills.
    var highest: Decimal?
    var lowest: Decimal?
    var fills = 0
    /// Fills that are told twice.
    var doubles = 0
    /// The sum of the positions' sizes, sales below zero; nil in spot.
    var position: Decimal?
}

/// Asks a venue process over one connection of its own.
final class VenueAsker {
    private let endpoint: Endpoint
    private let requests: BybitREST
    private let category: ProductCategory
    private let symbol = "BTCUSDT"
    private var loop: EventLoop
    private var link: ConnectionID?

    init(port: UInt16, ca: String, _ category: ProductCategory) throws {
        endpoint = VenueEndpoints.loopback(port: port, caFile: ca).rest
        self.category = category
        let credentials = BybitCredentials(
            key: LoopbackCredentials.key,
            secret: LoopbackCredentials.secret
        )
        requests = BybitREST(host: endpoint.host, credentials: credentials)
        var small = LoopConfiguration()
        small.connections = 4
        small.receiveBuffers = 16
        small.completionEntries = 64
        small.backend = .sockets
        loop = try EventLoop(small)
    }

    /// How many orders are open; nil when it does not answer within `patience`.
    func openOrders(patience: Nanoseconds = .seconds(2)) -> [String]? {
        pages(patience) { requests.openOrders(category, symbol: symbol, cursor: $0, at: $1) }?
            .map { "\($0["orderLinkId"] ?? "") at \($0["price"] ?? "")" }
    }

    /// Everything; nil when it does not answer.
    func truth() -> VenueTruth? {
        let patience = Nanoseconds.seconds(10)
        guard let open = openOrders(patience: patience),
            let fills = pages(
                patience,
                { requests.executions(category, symbol: symbol, since: .zero, cursor: $0, at: $1) }
            )
        else { return nil }
        var truth = VenueTruth(open: open, fills: fills.count)
        truth.doubles = fills.count - Set(fills.map { "\($0["execId"] ?? "")" }).count
        for fill in fills {
            truth.filled += VenueAsker.number(fill["execQty"])
            let price = VenueAsker.number(fill["execPrice"])
            truth.highest = max(truth.highest ?? price, price)
            truth.lowest = min(truth.lowest ?? price, price)
        }
        guard category == .linear else { return truth }
        guard let positions = pages(patience, { requests.position(symbol: symbol, at: $1) }) else {
            return nil
        }
        truth.position = positions.reduce(0) {
            let size = VenueAsker.number($1["size"])
            return $0 + ($1["side"] as? String == "Sell" ? -size : size)
        }
        return truth
    }

    /// Leaves an order behind, as a session must not: far from the market.
    func plant(isHedged: Bool) {
        let order =
            #"{"category":"\#(category.name)","symbol":"\#(symbol)","side":"Buy","#
            + #""orderType":"Limit","qty":"0.010","price":"50000","timeInForce":"GTC","#
            + #""positionIdx":\#(isHedged ? 1 : 0),"orderLinkId":"planted0-1"}"#
        _ = ask(requests.post("/v5/order/create", order, signedAt: VenueAsker.now), .seconds(5))
    }

    static func number(_ value: Any?) -> Decimal {
        if let text = value as? String { return Decimal(string: text) ?? 0 }
        if let number = value as? NSNumber { return Decimal(string: "\(number)") ?? 0 }
        return 0
    }

    private static var now: Nanoseconds {
        Nanoseconds(Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000)
    }

    // MARK: One question

    private func pages(
        _ patience: Nanoseconds,
        _ make: (String, Nanoseconds) -> [UInt8]
    ) -> [[String: Any]]? {
        var (cursor, found) = ("", [[String: Any]]())
        repeat {
            guard let body = ask(make(cursor, VenueAsker.now), patience),
                let document = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
                let result = document["result"] as? [String: Any],
                let list = result["list"] as? [[String: Any]]
            else { return nil }
            found += list
            cursor = result["nextPageCursor"] as? String ?? ""
            if list.isEmpty { break }
        } while !cursor.isEmpty
        return found
    }

    private func ask(_ request: [UInt8], _ patience: Nanoseconds) -> Data? {
        let latest = ContinuousClock.now + .seconds(patience.inSeconds)
        while ContinuousClock.now < latest {
            if link == nil { connect(latest) }
            guard let link else {
                usleep(50_000)
                continue
            }
            if case .refused = request.withUnsafeBytes({ loop.sendRequest(link, $0) }) {
                forget()
                continue
            }
            var answer: Data?
            turn(latest) { event in
                guard case .response(let from, let response) = event, from == link else {
                    return false
                }
                answer = Data(response.body)
                return true
            }
            if let answer { return answer }
            // An answer that comes late must not be taken for that of the next question.
            forget()
        }
        return nil
    }

    private func connect(_ latest: ContinuousClock.Instant) {
        guard let opened = try? loop.openHTTP(endpoint) else { return }
        link = opened
        var isOpen = false
        turn(latest) { event in
            if case .opened(let id) = event, id == opened { isOpen = true }
            return isOpen
        }
        if !isOpen { forget() }
    }

    private func forget() {
        if let link { loop.close(link, code: 1_000) }
        link = nil
    }

    /// Turns the loop until `isDone` says so, time is over, or the connection is.
    private func turn(_ latest: ContinuousClock.Instant, _ isDone: (TransportEvent) -> Bool) {
        while ContinuousClock.now < latest {
            loop.poll(timeout: .milliseconds(20))
            while let event = loop.next() {
                if isDone(event) { return }
                if case .closed(let id, _) = event, id == link {
                    link = nil
                    return
                }
            }
        }
    }
}

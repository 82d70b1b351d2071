import Foundation
import LoopbackVenue
import Synchronization
import Transport
import Units

/// Stands between a client and the loopback venue's WebSockets, ends TLS on both sides, and does
/// to the messages what networks and venues do.
///
/// One thread of its own; `strike` may be called from any.
final class Middleman: @unchecked Sendable {
    /// What can go wrong.
    enum Fault: Sendable {
        /// The next change of the book is lost.
        case drop
        /// The next change of the book comes twice.
        case double
        /// The next change of the book is no message any more.
        case corrupt
        /// The next message of the venue is no message any more.
        case garble
        /// The next message of that topic holds something else after that piece of its text.
        case spoil(topic: String, after: String)
        /// The connection is closed.
        case cut
        /// The connection is closed at the client's next message with that word, which the venue
        /// gets before or never.
        case cutAt(String, passes: Bool)
        /// Nothing is passed on any more; WebSocket pings are still answered.
        case freeze
        /// The book's topic falls silent until it is subscribed again.
        case mute
        /// The book's numbering begins at 1.
        case restart
        /// So many upgrades are answered with 403.
        case refuse(Int)
        /// Messages to the client come this much later.
        case delay(Nanoseconds)
    }

    let port: UInt16
    private var loop: EventLoop
    private let upstream: Endpoint
    private let waker: Waker
    private let orders = Mutex<[(fault: Fault, lines: Int)]>([])
    private let isStopping = Atomic(false)
    private var pairs: [MiddlemanPair] = []
    private var refusals = 0
    private var delayed: [(due: ContinuousClock.Instant, to: ConnectionID, text: [UInt8])] = []
    private let cutAfter: Int?
    private let hidesBook: Bool
    private let done = DispatchSemaphore(value: 0)
    /// Faults that have taken effect.
    let struck = Atomic(0)
    /// Client connections upgraded so far.
    let upgrades = Atomic(0)

    /// - Parameters:
    ///   - cutAfter: cut each connection after so many messages of the book.
    ///   - hidesBook: no message of a book is ever passed on.
    init(_ venue: VenueHost, cutAfter: Int? = nil, hidesBook: Bool = false) throws {
        var sizes = LoopConfiguration()
        sizes.connections = 256
        sizes.maxMessageBytes = 1 << 16
        sizes.sendBufferBytes = 1 << 17
        sizes.closeTimeout = .milliseconds(200)
        loop = try EventLoop(sizes)
        let directory = (venue.caFile as NSString).deletingLastPathComponent
        port = try loop.listen(
            port: 0,
            identity: ServerIdentity(
                certificate: directory + "/server.pem",
                key: directory + "/server.key"
            )
        )
        waker = loop.waker
        upstream = Endpoint(
            host: "localhost",
            port: venue.port,
            trust: .file(venue.caFile),
            address: "127.0.0.1"
        )
        self.cutAfter = cutAfter
        self.hidesBook = hidesBook
    }

    func start() {
        let thread = Thread { [self] in
            while !isStopping.load(ordering: .acquiring) { turn() }
            done.signal()
        }
        thread.start()
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        done.wait()
    }

    /// Does `fault` to the oldest connection, once `lines` connections carry the book.
    func strike(_ fault: Fault, lines: Int = 1) {
        orders.withLock { $0.append((fault, lines)) }
        waker.wake()
    }

    private func turn() {
        loop.poll(timeout: .milliseconds(delayed.isEmpty ? 100 : 1))
        while let event = loop.next() { handle(event) }
        // A line must have told some of what the other told before either can stand in.
        let carrying = pairs.count { $0.bookMessages >= 10 }
        let due = orders.withLock { orders in
            defer { orders.removeAll { $0.lines <= max(1, carrying) } }
            return orders.filter { $0.lines <= max(1, carrying) }
        }
        for order in due {
            if case .refuse(let count) = order.fault { refusals += count }
            if let pair = pairs.first { apply(order.fault, pair) }
            struck.add(1, ordering: .releasing)
        }
        let now = ContinuousClock.now
        while let first = delayed.first, first.due <= now {
            delayed.removeFirst()
            send(first.text, first.to)
        }
    }

    private func apply(_ fault: Fault, _ pair: MiddlemanPair) {
        switch fault {
        case .drop: pair.dropsNext = true
        case .double: pair.doublesNext = true
        case .corrupt: pair.corruptsNext = true
        case .garble: pair.garblesNext = true
        case .spoil(let topic, let piece): pair.spoils = (topic, piece)
        case .cut: end(pair)
        case .cutAt(let word, let passes): pair.cut = (word, passes)
        case .freeze: pair.isFrozen = true
        case .mute: pair.isMute = true
        case .refuse: break
        case .delay(let span): pair.delay = span
        case .restart:
            pair.awaitsRestart = true
            for op in ["unsubscribe", "subscribe"] {
                send(Array(#"{"op":"\#(op)","args":["\#(pair.bookTopic)"]}"#.utf8), pair.upstream)
            }
        }
    }

    private func handle(_ event: TransportEvent) {
        switch event {
        case .request(let id, let view):
            guard view.isWebSocketUpgrade, refusals == 0 else {
                refusals = max(0, refusals - 1)
                let body = Array("{}".utf8)
                body.withUnsafeBytes { _ = loop.respond(id, status: 403, body: $0) }
                return
            }
            var endpoint = upstream
            endpoint.path = String(decoding: view.path, as: UTF8.self)
            guard let other = try? loop.openWebSocket(endpoint) else { return loop.close(id) }
            loop.acceptUpgrade(id)
            upgrades.add(1, ordering: .relaxed)
            let pair = MiddlemanPair(client: id, upstream: other)
            pair.hidesBook = hidesBook
            pairs.append(pair)
        case .opened(let id):
            guard let pair = pairs.first(where: { $0.upstream == id }) else { return }
            pair.isOpen = true
            for text in pair.waiting { send(text, id) }
            pair.waiting = []
        case .message(let id, let message):
            let text = Array(message.payload)
            if let pair = pairs.first(where: { $0.client == id }) {
                fromClient(text, pair)
            } else if let pair = pairs.first(where: { $0.upstream == id }) {
                fromVenue(text, pair)
            }
        case .closed(let id, _):
            if let pair = pairs.first(where: { $0.client == id || $0.upstream == id }) {
                end(pair)
            }
        default:
            break
        }
    }

    private func fromClient(_ text: [UInt8], _ pair: MiddlemanPair) {
        if pair.isFrozen { return }
        pair.noteRequest(text)
        if let cut = pair.cut, String(decoding: text, as: UTF8.self).contains(cut.word) {
            if cut.passes { send(text, pair.upstream) }
            return end(pair)
        }
        if pair.isOpen { send(text, pair.upstream) } else { pair.waiting.append(text) }
    }

    private func fromVenue(_ text: [UInt8], _ pair: MiddlemanPair) {
        for text in pair.pass(text) {
            if pair.delay > .zero {
                let due = ContinuousClock.now + .nanoseconds(pair.delay.count)
                delayed.append((due, pair.client, text))
            } else {
                send(text, pair.client)
            }
        }
        if let cutAfter, pair.bookMessages >= cutAfter { end(pair) }
    }

    private func end(_ pair: MiddlemanPair) {
        pairs.removeAll { $0 === pair }
        loop.close(pair.client, code: 1_001)
        loop.close(pair.upstream)
    }

    private func send(_ text: [UInt8], _ id: ConnectionID) {
        guard let room = loop.beginMessage(id), room.count >= text.count else { return }
        room.copyBytes(from: text)
        loop.endMessage(id, length: text.count)
    }
}

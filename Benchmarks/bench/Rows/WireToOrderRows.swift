import Book
import Engine
import Orders
import Transport
import Units
import Venues
import Wire

extension Rows {
    /// The whole way in memory: TLS record of a book message in, TLS record of an order out.
    static func wireToOrder(_ feed: FeedInput) -> [Row] {
        [
            Row(
                name: "wire.order.hot",
                operation:
                    "record of a 3 + 3 delta that moves the best bid → record of an order.amend",
                count: 1_000
            ) {
                let state = try WireState()
                return .each { state.run($0, $1, coldBytes: 0) }
            },
            Row(
                name: "wire.ours",
                operation: "wire.order.hot without TLS: everything of it that is not OpenSSL",
                count: 1_000
            ) {
                let state = try WireState(isSecure: false)
                return .each { state.run($0, $1, coldBytes: 0) }
            },
            Row(
                name: "order.decided",
                operation:
                    "a book that has moved → decided, checked, encoded, framed and masked order",
                count: 1_000
            ) {
                let state = try WireState(isSecure: false)
                return .each { state.decide($0, $1) }
            },
            Row(
                name: "wire.openssl",
                operation: "OpenSSL's part of wire.order.hot: one SSL_read_ex, one SSL_write_ex",
                count: 1_000
            ) {
                let state = try BareWireState()
                return .each { state.run($0, $1) }
            },
            Row(
                name: "machine.spin",
                operation: "1.6 µs of looking at the clock: its tail is the machine's",
                count: 1_000
            ) {
                .each { spin($0, $1) }
            },
            Row(
                name: "wire.order.cold",
                operation: "the same, after a walk over 8 MB",
                count: 50
            ) {
                let state = try WireState()
                return .each { state.run($0, $1, coldBytes: 8 << 20) }
            },
            Row(
                name: "wire.book.feed",
                operation: "record of one message of the feed → book, engine with a working parent",
                count: 1_000
            ) {
                let state = try WireFeedState(feed)
                return .each { state.run($0, $1) }
            },
        ]
    }
}

/// One parent with one resting order, and a best bid that steps up and down under it.
final class WireState {
    fileprivate let market: MemoryLink
    fileprivate let trade: MemoryLink
    fileprivate var decoder: BybitDecoder
    fileprivate var encoder: BybitEncoder
    fileprivate let engine = EngineState(parents: 1)
    fileprivate var script = TouchScript()
    /// Length of the last command's message.
    private(set) var commandBytes = 0
    private var isFirst = true
    private let cold = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 64)

    init(isSecure: Bool = true) throws {
        let certificates = isSecure ? try BenchCertificates.shared() : nil
        market = try MemoryLink(certificates)
        trade = try MemoryLink(certificates)
        let session = SessionPrefix("benchrun")!
        decoder = BybitDecoder(instruments: [FeedInput.bitcoin], session: session)
        encoder = BybitEncoder(instruments: [FeedInput.bitcoin], session: session)
        cold.initializeMemory(as: UInt8.self, repeating: 1)
        // The engine's book numbers its messages by itself; a snapshot starts ours.
        let snapshot = script.snapshot()
        guard case .market(let event) = decoder.decode(snapshot.bytes) else { return }
        engine.engine.observe(event, now: engine.now)
        engine.engine.decide(now: engine.now, commands: &engine.commands)
        engine.confirmAll()
    }

    deinit { cold.deallocate() }

    func run(_ count: Int, _ watch: Stopwatch, coldBytes: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let delta = script.next()
            let record = market.seal(delta.bytes)
            defer { withExtendedLifetime((delta, record)) {} }
            engine.now.count &+= 20_000_000
            var walked: UInt8 = 0
            var at = 0
            while at < coldBytes {
                walked &+= cold[at]
                at &+= 64
            }
            let start = watch.start()
            guard let message = market.receive(record.bytes, ticks: start),
                case .market(let event) = decoder.decode(message.payload)
            else { return 0 }
            engine.commands.removeAll()
            engine.engine.observe(event, now: engine.now)
            engine.engine.decide(now: engine.now, commands: &engine.commands)
            guard engine.commands.count == 1 else { return 0 }
            let length = encoder.encode(
                engine.commands[0],
                at: engine.now,
                into: trade.outgoing
            )
            let sent = trade.send(length)
            watch.stop()
            guard case .amend(let amend) = engine.commands[0], sent > length else { return 0 }
            commandBytes = length
            hash = fold(hash, UInt64(bitPattern: amend.price.ticks) &+ UInt64(walked))
            if isFirst {
                // The whole order, as the venue reads it.
                guard let order = trade.delivered() else { return 0 }
                hash = fold(hash, order)
            }
            engine.confirmAll()
        }
        isFirst = false
        return hash
    }
}

extension WireState {
    /// From the decision on: the book has taken its message in when the watch starts.
    func decide(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            guard let delta = observe() else { return 0 }
            defer { withExtendedLifetime(delta) {} }
            watch.start()
            engine.engine.decide(now: engine.now, commands: &engine.commands)
            guard engine.commands.count == 1 else { return 0 }
            let length = encoder.encode(
                engine.commands[0],
                at: engine.now,
                into: trade.outgoing
            )
            let sent = trade.send(length)
            watch.stop()
            guard case .amend(let amend) = engine.commands[0], sent > length else { return 0 }
            hash = fold(hash, UInt64(bitPattern: amend.price.ticks))
            engine.confirmAll()
        }
        return hash
    }

    /// The engine takes in the script's next message.
    private func observe() -> PaddedBytes? {
        let delta = script.next()
        let record = market.seal(delta.bytes)
        engine.now.count &+= 20_000_000
        engine.commands.removeAll()
        guard let message = market.receive(record.bytes, ticks: 0),
            case .market(let event) = decoder.decode(message.payload)
        else { return nil }
        engine.engine.observe(event, now: engine.now)
        withExtendedLifetime(record) {}
        return delta
    }
}

/// The feed's own messages, through a parent that follows them.
private final class WireFeedState {
    private let feed: FeedInput
    private let market: MemoryLink
    private var decoder: BybitDecoder
    private let engine = EngineState(parents: 1)
    private var at = 0
    private var isFirst = true

    init(_ feed: FeedInput) throws {
        self.feed = feed
        market = try MemoryLink(BenchCertificates.shared())
        decoder = BybitDecoder(
            instruments: [feed.instrument],
            session: SessionPrefix("benchrun")!
        )
    }

    func run(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        var decisions = 0
        for _ in 0..<count {
            let record = market.seal(feed.messages[at].bytes)
            defer { withExtendedLifetime(record) {} }
            at = at + 1 == feed.messages.count ? 0 : at + 1
            engine.now.count &+= 20_000_000
            let start = watch.start()
            guard let message = market.receive(record.bytes, ticks: start),
                case .market(let event) = decoder.decode(message.payload)
            else { return 0 }
            engine.commands.removeAll()
            engine.engine.observe(event, now: engine.now)
            engine.engine.decide(now: engine.now, commands: &engine.commands)
            watch.stop()
            let quote = engine.engine.withBook(InstrumentID(0)) { $0.bbo }
            hash = fold(hash, UInt64(bitPattern: quote.bid.ticks ^ quote.askQuantity.lots))
            decisions &+= engine.commands.count
            engine.confirmAll()
        }
        // The first message moves the market away from the resting order: it must follow.
        if isFirst && decisions == 0 { return 0 }
        isFirst = false
        return hash
    }
}

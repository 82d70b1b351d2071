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
private final class WireState {
    private let market: MemoryLink
    private let trade: MemoryLink
    private var decoder: BybitDecoder
    private var encoder: BybitEncoder
    private let engine = EngineState(parents: 1)
    private var sequence: Int64 = 100
    private var isFirst = true
    private let cold = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 64)

    init() throws {
        market = try MemoryLink(BenchCertificates.shared())
        trade = try MemoryLink(BenchCertificates.shared())
        let session = SessionPrefix("benchrun")!
        decoder = BybitDecoder(instruments: [FeedInput.bitcoin], session: session)
        encoder = BybitEncoder(instruments: [FeedInput.bitcoin], session: session)
        cold.initializeMemory(as: UInt8.self, repeating: 1)
        // The engine's book numbers its messages by itself; a snapshot starts ours.
        let bids = (0..<50).map { LevelChange(ticks: 600_000 - Int64($0), lots: 2_000) }
        let asks = (0..<50).map { LevelChange(ticks: 600_002 + Int64($0), lots: 2_000) }
        let snapshot = FeedInput.message(.snapshot, bids, asks, sequence: sequence)
        guard case .market(let event) = decoder.decode(snapshot.bytes) else { return }
        engine.engine.step(.market(event), now: engine.now, commands: &engine.commands)
        engine.confirmAll()
    }

    deinit { cold.deallocate() }

    /// A bid that leads by a tick, or its end: either way the peg must follow.
    private func nextMessage() -> PaddedBytes {
        sequence &+= 1
        let leads = sequence & 1 == 1
        let lots = 1_000 + sequence & 511
        return FeedInput.message(
            .delta,
            [
                LevelChange(ticks: 600_001, lots: leads ? 5_000 : 0),
                LevelChange(ticks: 600_000, lots: 5_000 + lots),
                LevelChange(ticks: 599_999, lots: lots),
            ],
            [
                LevelChange(ticks: 600_002, lots: lots), LevelChange(ticks: 600_003, lots: lots),
                LevelChange(ticks: 600_004, lots: lots),
            ],
            sequence: sequence
        )
    }

    func run(_ count: Int, _ watch: Stopwatch, coldBytes: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let delta = nextMessage()
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
            engine.engine.observe(.market(event), now: engine.now)
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
            engine.engine.observe(.market(event), now: engine.now)
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

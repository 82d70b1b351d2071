import Book
import CTwins
import Units
import Venues

/// Depth messages, decoded once, for the book alone: a snapshot and what follows it.
final class DepthScript {
    private(set) var depths: [twin_depth] = []
    private var storage: [UnsafeMutablePointer<LevelChange>] = []

    deinit { storage.forEach { $0.deallocate() } }

    private func append(_ isSnapshot: Bool, _ bids: [LevelChange], _ asks: [LevelChange]) {
        let changes = UnsafeMutablePointer<LevelChange>.allocate(
            capacity: max(1, bids.count + asks.count)
        )
        for (i, change) in (bids + asks).enumerated() { changes[i] = change }
        storage.append(changes)
        let raw = UnsafeRawPointer(changes).assumingMemoryBound(to: twin_change.self)
        depths.append(
            twin_depth(
                bids: raw,
                asks: raw + bids.count,
                bid_count: Int32(bids.count),
                ask_count: Int32(asks.count),
                is_snapshot: isSnapshot ? 1 : 0
            )
        )
    }

    /// Message `index` for the book.
    @inline(__always)
    func update(_ index: Int, sequence: Int64) -> DepthUpdate {
        let depth = depths[index]
        return DepthUpdate(
            instrument: InstrumentID(0),
            kind: depth.is_snapshot != 0 ? .snapshot : .delta,
            depth: 50,
            sequence: sequence,
            crossSequence: sequence,
            publishedAt: .zero,
            matchedAt: .zero,
            bids: DepthScript.levels(depth.bids, depth.bid_count),
            asks: DepthScript.levels(depth.asks, depth.ask_count)
        )
    }

    @inline(__always)
    private static func levels(
        _ start: UnsafePointer<twin_change>?,
        _ count: Int32
    ) -> UnsafeBufferPointer<LevelChange> {
        // The two types have one layout: two 64-bit integers.
        UnsafeBufferPointer(
            start: UnsafeRawPointer(start)?.assumingMemoryBound(to: LevelChange.self),
            count: Int(count)
        )
    }

    /// Deltas of 4 + 3 levels near the touch of a book of 50 + 50.
    static func near() -> DepthScript {
        let script = DepthScript()
        script.append(
            true,
            (0..<50).map { LevelChange(ticks: 600_000 - Int64($0), lots: 1_000) },
            (0..<50).map { LevelChange(ticks: 600_001 + Int64($0), lots: 1_000) }
        )
        script.appendDeltas(511, bids: 4, asks: 3, reach: 50)
        return script
    }

    private func appendDeltas(_ count: Int, bids: Int, asks: Int, reach: Double) {
        var random = SplitMix64(seed: 7)
        func change(_ best: Int64, _ sign: Int64) -> LevelChange {
            let distance = Int64(random.uniform() * random.uniform() * reach)
            let lots = 1 + Int64(random.uniform() * 4_000)
            return LevelChange(ticks: best + sign * distance, lots: lots)
        }
        for _ in 0..<count {
            append(
                false,
                (0..<bids).map { _ in change(600_000, -1) },
                (0..<asks).map { _ in change(600_001, 1) }
            )
        }
    }

    /// The recorded 200-level stream; without it, deltas of 27 + 27 levels.
    static func wide(_ feed: FeedInput) throws -> DepthScript {
        let script = DepthScript()
        guard let path = feed.wideRecording else {
            script.append(
                true,
                (0..<200).map { LevelChange(ticks: 600_000 - Int64($0), lots: 1_000) },
                (0..<200).map { LevelChange(ticks: 600_001 + Int64($0), lots: 1_000) }
            )
            script.appendDeltas(1_023, bids: 27, asks: 27, reach: 200)
            return script
        }
        return try messages(FeedInput.read(path), of: feed.instrument)
    }

    /// A feed's messages, decoded.
    static func messages(_ texts: [PaddedBytes], of instrument: Instrument) -> DepthScript {
        let script = DepthScript()
        var decoder = BybitDecoder(
            instruments: [instrument],
            session: SessionPrefix("benchrun")!
        )
        for message in texts {
            guard case .market(.depth(let update)) = decoder.decode(message.bytes) else { continue }
            script.append(update.kind == .snapshot, Array(update.bids), Array(update.asks))
        }
        return script
    }
}

/// A script through our book, round and round.
final class DepthState {
    private let script: DepthScript
    private var book = OrderBook(instrument: InstrumentID(0))
    // The snapshot's own number must not be 1, which means a reset.
    private var sequence: Int64 = 1
    private var at = 0

    init(_ script: DepthScript) { self.script = script }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        let messages = script.depths.count
        for _ in 0..<count {
            sequence &+= 1
            _ = book.apply(script.update(at, sequence: sequence))
            at = at &+ 1 == messages ? 0 : at &+ 1
            let quote = book.bbo
            hash = fold(hash, UInt64(bitPattern: quote.bidQuantity.lots ^ quote.ask.ticks))
        }
        return hash
    }
}

/// A script through the C book.
final class TwinDepthState {
    private let script: DepthScript
    private let twin = twin_book_make(4_096, 2_048)
    private var at: Int32 = 0

    init(_ script: DepthScript) { self.script = script }
    deinit { twin_book_free(twin) }

    func run(_ count: Int) -> UInt64 {
        script.depths.withUnsafeBufferPointer {
            twin_book_run(twin, $0.baseAddress, Int32($0.count), &at, Int32(count))
        }
    }
}

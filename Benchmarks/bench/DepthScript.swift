import Book
import CTwins
import Units
import Venues

/// Depth messages, decoded once, for the book alone: a snapshot and what follows it, ready for
/// our book and for its twin. Neither builds a message while it is timed.
final class DepthScript {
    private(set) var updates: [DepthUpdate] = []
    private(set) var depths: [twin_depth] = []
    private var storage: [UnsafeMutablePointer<LevelChange>] = []

    deinit { storage.forEach { $0.deallocate() } }

    private func append(
        _ kind: DepthUpdate.Kind,
        _ bids: [LevelChange],
        _ asks: [LevelChange]
    ) {
        let changes = UnsafeMutablePointer<LevelChange>.allocate(
            capacity: max(1, bids.count + asks.count)
        )
        for (i, change) in (bids + asks).enumerated() { changes[i] = change }
        storage.append(changes)
        // The snapshot's own number must not be 1, which means a reset.
        let sequence = Int64(updates.count) + 2
        updates.append(
            DepthUpdate(
                instrument: InstrumentID(0),
                kind: kind,
                depth: 50,
                sequence: sequence,
                crossSequence: sequence,
                publishedAt: .zero,
                matchedAt: .zero,
                bids: UnsafeBufferPointer(start: changes, count: bids.count),
                asks: UnsafeBufferPointer(start: changes + bids.count, count: asks.count)
            )
        )
        // The two level types have one layout: two 64-bit integers.
        let raw = UnsafeRawPointer(changes).assumingMemoryBound(to: twin_change.self)
        depths.append(
            twin_depth(
                instrument: 0,
                is_snapshot: kind == .snapshot ? 1 : 0,
                depth: 50,
                sequence: sequence,
                cross_sequence: sequence,
                published_at: 0,
                matched_at: 0,
                bids: raw,
                bid_count: Int64(bids.count),
                asks: raw + bids.count,
                ask_count: Int64(asks.count)
            )
        )
    }

    /// 127 deltas of 4 + 3 levels near the touch of a book of 50 + 50: 25 kB with the messages.
    static func near() -> DepthScript {
        let script = DepthScript()
        script.append(
            .snapshot,
            (0..<50).map { LevelChange(ticks: 600_000 - Int64($0), lots: 1_000) },
            (0..<50).map { LevelChange(ticks: 600_001 + Int64($0), lots: 1_000) }
        )
        script.appendDeltas(127, bids: 4, asks: 3, reach: 50)
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
                .delta,
                (0..<bids).map { _ in change(600_000, -1) },
                (0..<asks).map { _ in change(600_001, 1) }
            )
        }
    }

    /// The first 512 messages of the recorded 200-level stream, 450 kB of changes; without it,
    /// deltas of 27 + 27 levels.
    static func wide(_ feed: FeedInput) throws -> DepthScript {
        let script = DepthScript()
        guard let path = feed.wideRecording else {
            script.append(
                .snapshot,
                (0..<200).map { LevelChange(ticks: 600_000 - Int64($0), lots: 1_000) },
                (0..<200).map { LevelChange(ticks: 600_001 + Int64($0), lots: 1_000) }
            )
            script.appendDeltas(511, bids: 27, asks: 27, reach: 200)
            return script
        }
        return try messages(FeedInput.read(path, atMost: 512), of: feed.instrument)
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
            script.append(update.kind, Array(update.bids), Array(update.asks))
        }
        return script
    }
}

/// A script through our book, round and round.
final class DepthState {
    private let script: DepthScript
    private var book = OrderBook(instrument: InstrumentID(0))
    private var at = 0

    init(_ script: DepthScript) { self.script = script }

    func run(_ count: Int) -> UInt64 {
        script.updates.withUnsafeBufferPointer { updates in
            guard let first = updates.baseAddress else { return 0 }
            var hash: UInt64 = 1
            for _ in 0..<count {
                hash = fold(hash, UInt64(book.apply(at: first + at).rawValue))
                at = at &+ 1 == updates.count ? 0 : at &+ 1
                let quote = book.bbo
                hash = fold(hash, UInt64(bitPattern: quote.bidQuantity.lots ^ quote.ask.ticks))
            }
            return hash
        }
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

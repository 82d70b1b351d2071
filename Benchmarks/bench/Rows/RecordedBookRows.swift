import Book
import Foundation
import Recordings
import Units
import Venues

extension Rows {
    /// The book on a recorded day of 200 levels; no rows where the recording is absent.
    static func recordedBook() -> [Row] {
        let folder = ProcessInfo.processInfo.environment["SLUICE_DATA"] ?? "../shared/data"
        let path = folder + "/bybit-shape/usdm_btcusdt_20240808.ob200.ndjson.gz"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return [
            Row(
                name: "book.apply.ob200",
                operation: "apply one changed level of a recorded 200-level book (54 a message)",
                count: 400_000
            ) {
                let state = try RecordedBookState(path)
                return .batch { state.run($0) }
            }
        ]
    }
}

/// A recording, decoded beforehand, and the book it makes.
private final class RecordedBookState {
    private var book = OrderBook(instrument: InstrumentID(0))
    private var updates: [DepthUpdate] = []
    private var levels: [UnsafeMutableBufferPointer<LevelChange>] = []
    private var at = 0

    /// The first messages only: their levels stay in the cache, as a live message's would.
    private static let messageCount = 256

    init(_ path: String) throws {
        let file = try FeedFile(path)
        var decoder = BybitDecoder(
            instruments: [FeedInput.bitcoin],
            session: SessionPrefix("benchrun")!
        )
        while updates.count < RecordedBookState.messageCount, let line = try file.next() {
            let message = PaddedBytes(line)
            guard case .market(.depth(var update)) = decoder.decode(message.bytes) else { continue }
            update.bids = kept(update.bids)
            update.asks = kept(update.asks)
            updates.append(update)
        }
    }

    deinit { for level in levels { level.deallocate() } }

    private func kept(
        _ source: UnsafeBufferPointer<LevelChange>
    ) -> UnsafeBufferPointer<LevelChange> {
        let copy = UnsafeMutableBufferPointer<LevelChange>.allocate(capacity: source.count)
        _ = copy.initialize(from: source)
        levels.append(copy)
        return UnsafeBufferPointer(copy)
    }

    /// Applies about `count` level changes, whole messages, and reads the touch after each.
    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        var left = count
        while left > 0 {
            let update = updates[at]
            at = at &+ 1 == updates.count ? 0 : at &+ 1
            left &-= update.bids.count &+ update.asks.count
            _ = book.apply(update)
            let quote = book.bbo
            hash = fold(hash, UInt64(bitPattern: quote.bid.ticks ^ quote.askQuantity.lots))
        }
        return hash
    }
}

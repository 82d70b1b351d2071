import Book
import Foundation
import Units
import Venues

/// What `Tools/peers` gives to other programs: our rows' own messages as files, and the hashes that
/// whoever reads them whole must come to.
struct PeerInput {
    struct Disagreement: Error, CustomStringConvertible {
        var description: String
    }

    private let feed: FeedInput

    init(_ feed: FeedInput) { self.feed = feed }

    /// Writes `decode.3.ndjson`, `decode.20.ndjson`, `decode.200.ndjson`, `feed.ndjson` and
    /// `expected.json`, one message a line.
    func write(_ folder: String) throws {
        let folder = URL(fileURLWithPath: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var expected = ["feed": try feedHash()]
        for levels in [3, 20, 200] {
            let messages = (0..<64 as Range<Int64>).map {
                Rows.delta(levels: levels, variant: $0, sequence: $0 + 1_000)
            }
            try lines(messages).write(to: folder.appendingPathComponent("decode.\(levels).ndjson"))
            expected["decode.\(levels)"] = try decodeHash(messages)
        }
        try lines(feed.messages).write(to: folder.appendingPathComponent("feed.ndjson"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(expected.mapValues { String($0, radix: 16) })
            .write(to: folder.appendingPathComponent("expected.json"))
    }

    private func lines(_ messages: [PaddedBytes]) -> Data {
        Data(messages.flatMap { Array($0.bytes) + [UInt8(ascii: "\n")] })
    }

    /// Every level of every message: ticks, then lots; bids, then asks.
    private func decodeHash(_ messages: [PaddedBytes]) throws -> UInt64 {
        var decoder = BybitDecoder(
            instruments: [feed.instrument],
            session: SessionPrefix("benchrun")!
        )
        var hash: UInt64 = 1
        for message in messages {
            guard case .market(.depth(let update)) = decoder.decode(message.bytes) else {
                throw Disagreement(description: "the decoder refuses a message of its own row")
            }
            for side in [update.bids, update.asks] {
                for level in side {
                    hash = fold(fold(hash, UInt64(bitPattern: level.ticks)), UInt64(level.lots))
                }
            }
        }
        return hash
    }

    /// The best bid's ticks and the best ask's lots after each message of the feed: by the oracle,
    /// and by what our rows time.
    private func feedHash() throws -> UInt64 {
        let quotes = try FeedOracle.quotes(
            feed.messages,
            feed.messages.count,
            of: feed.instrument
        )
        var decoder = BybitDecoder(
            instruments: [feed.instrument],
            session: SessionPrefix("benchrun")!
        )
        var book = OrderBook(instrument: feed.instrument.id)
        var hash: UInt64 = 1
        for (message, quote) in zip(feed.messages, quotes) {
            guard case .market(.depth(let update)) = decoder.decode(message.bytes) else {
                throw Disagreement(description: "the decoder refuses a message of \(feed.name)")
            }
            _ = book.apply(update)
            hash = fold(hash, UInt64(bitPattern: quote.bid.ticks ^ quote.ask.lots))
            guard book.bbo.bid.ticks == quote.bid.ticks,
                book.bbo.askQuantity.lots == quote.ask.lots
            else {
                throw Disagreement(description: "book and oracle differ on \(feed.name)")
            }
        }
        return hash
    }
}

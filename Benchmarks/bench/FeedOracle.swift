import Book
import Foundation
import TestSupport
import Units

/// What the feed rows must compute, by the plainest means: Foundation's JSON, decimals as text, and
/// the sorted-array book. It holds for any recording, so the feed rows need no stored hash.
struct FeedOracle {
    private let instrument: Instrument
    private var book = NaiveOrderBook()
    private var sequence: Int64 = 1
    /// Text that is not a book message of this instrument, or whose numbers do not fit.
    struct Unreadable: Error {}

    init(_ instrument: Instrument) { self.instrument = instrument }

    /// The book's best levels after each of the first `count` of `messages`.
    static func quotes(
        _ messages: some Collection<PaddedBytes>,
        _ count: Int,
        of instrument: Instrument
    ) throws -> [Quote] {
        var oracle = FeedOracle(instrument)
        return try messages.prefix(count).map { try oracle.take($0.bytes) }
    }

    /// Best bid and ask, in ticks and lots; zero where a side is empty.
    struct Quote {
        var bid = LevelChange(ticks: 0, lots: 0)
        var ask = LevelChange(ticks: 0, lots: 0)
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) throws -> Quote {
        guard
            let message = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let data = message["data"] as? [String: Any]
        else { throw Unreadable() }
        let isSnapshot = message["type"] as? String == "snapshot"
        sequence += 1
        let bids = try levels(data["b"])
        let asks = try levels(data["a"])
        bids.withUnsafeBufferPointer { bids in
            asks.withUnsafeBufferPointer { asks in
                _ = book.apply(
                    DepthUpdate(
                        instrument: instrument.id,
                        kind: isSnapshot ? .snapshot : .delta,
                        depth: 50,
                        sequence: sequence,
                        crossSequence: sequence,
                        publishedAt: .zero,
                        matchedAt: .zero,
                        bids: bids,
                        asks: asks
                    )
                )
            }
        }
        return Quote(
            bid: book.bids.first ?? Quote().bid,
            ask: book.asks.first ?? Quote().ask
        )
    }

    private func levels(_ side: Any?) throws -> [LevelChange] {
        guard let pairs = side as? [[String]] else { throw Unreadable() }
        return try pairs.map { pair in
            guard pair.count == 2 else { throw Unreadable() }
            return LevelChange(
                ticks: try units(pair[0], instrument.tick),
                lots: try units(pair[1], instrument.lot)
            )
        }
    }

    private func units(_ text: String, _ scale: DecimalScale) throws -> Int64 {
        guard let value = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) else {
            throw Unreadable()
        }
        var units = value
        for _ in 0..<scale.decimals { units *= 10 }
        let count = NSDecimalNumber(decimal: units / Decimal(scale.multiplier))
        guard Decimal(count.int64Value) == count.decimalValue else { throw Unreadable() }
        return count.int64Value
    }
}

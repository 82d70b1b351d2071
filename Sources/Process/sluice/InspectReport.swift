import Book
import Foundation
import Recordings
import Reports
import Units

/// A feed's summary as text for people and as JSON for programs.
struct InspectReport: Encodable {
    /// One level, in the instrument's own decimals.
    struct Level: Encodable {
        var price: String
        var quantity: String
    }

    /// The spread's distribution in ticks.
    struct Spread: Encodable {
        var states: Int
        var minimumTicks: Int64
        var meanTicks: Double
        var maximumTicks: Int64
    }

    var symbol: String
    var depth: Int
    var messages: Int
    var levels: Int
    var gaps: Int
    var resets: Int
    var crossed: Int
    var unknownDeletes: Int
    var overflows: Int
    var staleMessages: Int
    var trades: Int
    var otherMessages: Int
    var first: Int64
    var last: Int64
    var spread: Spread
    var bids: [Level]
    var asks: [Level]
    var digest: [String]?

    init(_ summary: FeedSummary, tick: DecimalScale, lot: DecimalScale, digest: [String]?) {
        func levels(_ levels: [LevelChange]) -> [Level] {
            levels.map { Level(price: tick.text($0.ticks), quantity: lot.text($0.lots)) }
        }
        symbol = summary.symbol
        depth = summary.depth
        messages = summary.messages
        self.levels = summary.levels
        gaps = summary.gaps
        resets = summary.resets
        crossed = summary.crossed
        unknownDeletes = summary.unknownDeletes
        overflows = summary.overflows
        staleMessages = summary.staleMessages
        trades = summary.trades
        otherMessages = summary.otherMessages
        first = summary.first?.millisecondCount ?? 0
        last = summary.last?.millisecondCount ?? 0
        spread = Spread(
            states: summary.spread.count,
            minimumTicks: summary.spread.minimum,
            meanTicks: summary.spread.mean,
            maximumTicks: summary.spread.maximum
        )
        bids = levels(summary.bids)
        asks = levels(summary.asks)
        self.digest = digest
    }

    /// One JSON document. Times are milliseconds since the epoch.
    func json() throws -> String {
        try JSONTree(self).document
    }

    /// A page for people.
    func text() -> String {
        let mean = (spread.meanTicks * 100).rounded() / 100
        var lines = [
            "\(symbol), depth \(depth)",
            "  messages        \(messages)",
            "  levels          \(levels)",
            "  gaps            \(gaps)",
            "  resets          \(resets)",
            "  crossed         \(crossed)",
            "  unknown deletes \(unknownDeletes)",
            "  overflows       \(overflows)",
            "  stale messages  \(staleMessages)",
            "  trades          \(trades)",
            "  other messages  \(otherMessages)",
            "  span            \(Double(last - first) / 1_000) s from \(first) to \(last) ms",
            "  spread          min \(spread.minimumTicks), mean \(mean), "
                + "max \(spread.maximumTicks) ticks",
            "  last book       bids                 asks",
        ]
        for i in 0..<max(bids.count, asks.count) {
            let bid = i < bids.count ? "\(bids[i].quantity) @ \(bids[i].price)" : "-"
            let ask = i < asks.count ? "\(asks[i].quantity) @ \(asks[i].price)" : "-"
            lines.append("                  \(bid)   \(ask)")
        }
        return lines.joined(separator: "\n")
    }
}

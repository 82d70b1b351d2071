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
        var medianTicks: Int64
        var p90Ticks: Int64
        var meanTicks: Double
        var maximumTicks: Int64
    }

    /// A hole in the book's numbering.
    struct Gap: Encodable {
        var file: String
        var line: Int
        var time: String
        var after: Int64
        var before: Int64
    }

    var symbol: String
    var tick: String
    var lot: String
    /// Whether the steps were found in the recording, and not given.
    var stepsFound: Bool
    var depth: Int
    var messages: Int
    var messagesPerSecond: Double
    var levels: Int
    var gaps: Int
    var gapPlaces: [Gap]
    var repeats: Int
    var resets: Int
    var crossed: Int
    var unknownDeletes: Int
    var overflows: Int
    var staleMessages: Int
    var trades: Int
    var volume: String
    var unreadablePrints: Int
    var otherMessages: Int
    var first: Int64
    var last: Int64
    var firstTime: String
    var lastTime: String
    var spread: Spread
    var bids: [Level]
    var asks: [Level]
    var digest: [String]?

    init(
        _ summary: FeedSummary,
        tick: DecimalScale,
        lot: DecimalScale,
        stepsFound: Bool,
        digest: [String]?
    ) {
        func levels(_ levels: [LevelChange]) -> [Level] {
            levels.map { Level(price: tick.text($0.ticks), quantity: lot.text($0.lots)) }
        }
        symbol = summary.symbol
        self.tick = tick.text(1)
        self.lot = lot.text(1)
        self.stepsFound = stepsFound
        depth = summary.depth
        messages = summary.messages
        let seconds = summary.span.inSeconds
        messagesPerSecond = seconds > 0 ? Double(summary.messages) / seconds : 0
        self.levels = summary.levels
        gaps = summary.gaps
        gapPlaces = summary.gapPlaces.map {
            Gap(
                file: $0.place.file,
                line: $0.place.line,
                time: $0.time,
                after: $0.after,
                before: $0.before
            )
        }
        repeats = summary.repeats
        resets = summary.resets
        crossed = summary.crossed
        unknownDeletes = summary.unknownDeletes
        overflows = summary.overflows
        staleMessages = summary.staleMessages
        trades = summary.trades
        volume = lot.text(Int64(clamping: summary.volume))
        unreadablePrints = summary.unreadablePrints
        otherMessages = summary.otherMessages
        first = summary.first?.millisecondCount ?? 0
        last = summary.last?.millisecondCount ?? 0
        firstTime = summary.firstTime
        lastTime = summary.lastTime
        spread = Spread(
            states: summary.spread.count,
            minimumTicks: summary.spread.minimum,
            medianTicks: summary.spread.percentile(0.5),
            p90Ticks: summary.spread.percentile(0.9),
            meanTicks: summary.spread.mean,
            maximumTicks: summary.spread.maximum
        )
        bids = levels(summary.bids)
        asks = levels(summary.asks)
        self.digest = digest
    }

    /// One JSON document. `first` and `last` are milliseconds since the epoch.
    func json() throws -> String {
        try JSONTree(self).document
    }
}

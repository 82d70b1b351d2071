import Book
import Foundation
import Recordings
import Reports
import Units

/// A feed's summary as text for people and as JSON for programs.
struct InspectReport: Encodable {
    /// One level, in the instrument's own decimals: a string in the document, as all decimals are.
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
        var publishedAt: String
        var after: Int64
        var before: Int64
    }

    /// A message of prints that cannot be read.
    struct Unreadable: Encodable {
        var file: String
        var line: Int
        var reason: String
    }

    /// A print that goes back in time.
    struct Earlier: Encodable {
        var file: String
        var line: Int
        var madeAt: String
        var afterOneAt: String
    }

    /// Since when the last book cannot be trusted, and why.
    struct Stale: Encodable {
        var file: String
        var line: Int
        var publishedAt: String
        var reason: String
    }

    var schema = "sluice.recording/1"
    var symbol: String
    var tick: String
    var lot: String
    /// Whether the steps were found in the recording, and not given.
    var stepsFound: Bool
    /// Levels a side of its book; nil for a recording of trades only.
    var depth: Int?
    var messages: Int
    /// Nil where all came at once.
    var messagesPerSecond: Double?
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
    var unreadablePlaces: [Unreadable]
    var earlierPrints: Int
    var earlierPlaces: [Earlier]
    var otherMessages: Int
    var firstAt: String?
    var lastAt: String?
    /// Nil where no sound book had two sides.
    var spread: Spread?
    /// Nil where the last book can be trusted.
    var staleSince: Stale?
    var bids: [Level]
    var asks: [Level]
    var digest: [String]?
    /// Why the files could not be read to their end; nil when they were.
    var fault: String?

    /// The same instants for the text.
    let first: Nanoseconds?
    let last: Nanoseconds?
    let gapTimes: [Nanoseconds]
    let staleTime: Nanoseconds?

    private enum CodingKeys: String, CodingKey {
        case schema, symbol, tick, lot, stepsFound, depth, messages, messagesPerSecond, levels, gaps
        case gapPlaces, repeats, resets, crossed, unknownDeletes, overflows, staleMessages, trades
        case volume, unreadablePrints, unreadablePlaces, earlierPrints, earlierPlaces, otherMessages
        case firstAt, lastAt, spread, staleSince, bids, asks, digest, fault
    }

    init(
        _ summary: FeedSummary,
        tick: DecimalScale,
        lot: DecimalScale,
        stepsFound: Bool,
        digest: [String]?,
        fault: String? = nil
    ) {
        func levels(_ levels: [LevelChange]) -> [Level] {
            levels.map { Level(price: tick.text($0.ticks), quantity: lot.text($0.lots)) }
        }
        symbol = summary.symbol
        self.tick = tick.text(1)
        self.lot = lot.text(1)
        self.stepsFound = stepsFound
        depth = summary.depth > 0 ? summary.depth : nil
        messages = summary.messages
        let seconds = summary.span.inSeconds
        messagesPerSecond = seconds > 0 ? Double(summary.messages) / seconds : nil
        self.levels = summary.levels
        gaps = summary.gaps
        gapPlaces = summary.gapPlaces.map {
            Gap(
                file: $0.place.file,
                line: $0.place.line,
                publishedAt: $0.at.utc(digits: 9),
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
        unreadablePlaces = summary.unreadablePlaces.map {
            Unreadable(file: $0.place.file, line: $0.place.line, reason: $0.reason)
        }
        earlierPrints = summary.earlierPrints
        earlierPlaces = summary.earlierPlaces.map {
            Earlier(
                file: $0.place.file,
                line: $0.place.line,
                madeAt: $0.at.utc(digits: 9),
                afterOneAt: $0.before.utc(digits: 9)
            )
        }
        otherMessages = summary.otherMessages
        first = summary.first
        last = summary.last
        gapTimes = summary.gapPlaces.map(\.at)
        firstAt = first?.utc(digits: 9)
        lastAt = last?.utc(digits: 9)
        spread = summary.spread.count > 0 ? Spread(summary.spread) : nil
        staleSince = summary.staleSince.map {
            Stale(
                file: $0.place.file,
                line: $0.place.line,
                publishedAt: $0.at.utc(digits: 9),
                reason: "\($0.integrity)"
            )
        }
        staleTime = summary.staleSince?.at
        bids = levels(summary.bids)
        asks = levels(summary.asks)
        self.digest = digest
        self.fault = fault
    }

    /// One JSON document.
    func json() throws -> String { try JSONTree(self).document }
}

extension InspectReport.Spread {
    init(_ spread: SpreadStatistics) {
        states = spread.count
        minimumTicks = spread.minimum
        medianTicks = spread.percentile(0.5)
        p90Ticks = spread.percentile(0.9)
        meanTicks = spread.mean
        maximumTicks = spread.maximum
    }
}

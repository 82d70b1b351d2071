import Book
import Foundation
import Recordings
import TestSupport
import Testing
import Units

@Suite("Inspecting feeds", .timeLimit(.minutes(3)))
struct FeedInspectionTests {
    private static func book(
        _ type: String,
        _ u: Int,
        bids: String = "",
        asks: String = "",
        depth: Int = 50,
        symbol: String = "XYZUSDT"
    ) -> String {
        #"{"topic":"orderbook.\#(depth).\#(symbol)","type":"\#(type)","ts":\#(1_000 + u),"data":{"s":"\#(symbol)","b":[\#(bids)],"a":[\#(asks)],"u":\#(u),"seq":\#(u)},"cts":1}"#
    }

    private static func inspect(
        _ texts: [String],
        tick: String = "0.5",
        lot: String = "0.01"
    ) throws -> (summary: FeedSummary, digest: [String]) {
        let files = try texts.map { try TemporaryFile($0) }
        defer { withExtendedLifetime(files) {} }
        var digest: [String] = []
        let inspection = FeedInspection(
            tick: try #require(DecimalScale(step: tick)),
            lot: try #require(DecimalScale(step: lot))
        ) { digest.append($0) }
        for file in files { try inspection.read(file.path) }
        return (try inspection.finish(), digest)
    }

    private static let snapshot = book(
        "snapshot",
        7,
        bids: #"["100.50","1.00"],["99.5","2"]"#,
        asks: #"["101","0.10"]"#
    )

    @Test("the digest follows snapshots, deltas, gaps and resets")
    func digest() throws {
        let lines = [
            Self.book("delta", 6, bids: #"["1","1"]"#),
            Self.snapshot,
            #"{"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"}"#,
            Self.book("delta", 8, bids: #"["100.5","0"]"#, asks: #"["101.0","0"]"#),
            Self.book("delta", 10, bids: #"["100.5","1"]"#),
            Self.book("delta", 11, bids: #"["100.5","1"]"#),
            Self.snapshot,
            Self.book("delta", 1, bids: #"["100.5","1"]"#),
            Self.book("delta", 2),
            Self.book("snapshot", 1, bids: #"["100.5","1"]"#),
            Self.book("delta", 2),
        ]
        let (summary, digest) = try Self.inspect([lines.joined(separator: "\r\n") + "\n\n"])
        // FNV-1a of "b201:100;b199:200;a202:10;", "b199:200;" and "b201:100;", computed apart.
        #expect(
            digest == [
                "6 stale",
                "7 201 100 202 10 \(Self.fnv("b201:100;b199:200;a202:10;"))",
                "8 199 200 - - \(Self.fnv("b199:200;"))",
                "10 stale",
                "11 stale",
                "7 201 100 202 10 \(Self.fnv("b201:100;b199:200;a202:10;"))",
                "1 stale",
                "2 stale",
                "1 201 100 - - \(Self.fnv("b201:100;"))",
                "2 201 100 - - \(Self.fnv("b201:100;"))",
            ]
        )
        #expect(summary.messages == 10 && summary.levels == 13)
        #expect(summary.gaps == 1 && summary.resets == 2 && summary.staleMessages == 5)
        #expect(summary.crossed == 0 && summary.otherMessages == 1 && summary.symbol == "XYZUSDT")
        #expect(summary.first == .milliseconds(1_006) && summary.last == .milliseconds(1_002))
        #expect(summary.bids == [LevelChange(ticks: 201, lots: 100)] && summary.asks == [])
        #expect(summary.spread.minimum == 1 && summary.spread.maximum == 1)
    }

    @Test("a repeated or older update is dropped and counted, and is no gap")
    func repeats() throws {
        let next = Self.book("delta", 8, bids: #"["100.5","3"]"#)
        let lines = [Self.snapshot, next, next, Self.book("delta", 3), Self.book("delta", 9)]
        let (summary, digest) = try Self.inspect([lines.joined(separator: "\n")])
        #expect(summary.repeats == 2 && summary.gaps == 0 && summary.staleMessages == 0)
        #expect(summary.messages == 5 && digest.count == 5 && digest[1] == digest[2])
        #expect(summary.bids.first == LevelChange(ticks: 201, lots: 300))
    }

    @Test("a line that is no object of the venue's is passed over and counted")
    func others() throws {
        let lines = [Self.snapshot, "[]", "7", #"{"op":"new"}"#, Self.book("delta", 8)]
        let (summary, _) = try Self.inspect([lines.joined(separator: "\n")])
        #expect(summary.otherMessages == 3 && summary.messages == 2 && summary.gaps == 0)
    }

    @Test("a gap is told with its place, and what came before trouble is told as well")
    func places() throws {
        let lines = [Self.snapshot, "", Self.book("delta", 8), Self.book("delta", 12), "{"]
        let file = try TemporaryFile(lines.joined(separator: "\n"))
        let inspection = FeedInspection(
            tick: DecimalScale(multiplier: 5, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 2)
        )
        let error = try #require(throws: RecordingError.self) { try inspection.read(file.path) }
        #expect(error.line == 5)
        let summary = try inspection.finish()
        #expect(summary.messages == 3 && summary.gaps == 1)
        let gap = try #require(summary.gapPlaces.first)
        #expect(gap.place.line == 4 && gap.place.file == file.path)
        #expect(gap.after == 8 && gap.before == 12 && gap.at == .milliseconds(1_012))
        #expect(summary.span == .milliseconds(5) && summary.last == gap.at)
    }

    @Test("of a book that cannot be trusted at the end is told since when, and why")
    func stale() throws {
        let (sound, _) = try Self.inspect([Self.snapshot])
        #expect(sound.staleSince == nil)
        let lines = [
            Self.snapshot, Self.book("delta", 9), Self.book("delta", 10), Self.snapshot,
            Self.book("delta", 12), Self.book("delta", 13),
        ]
        let (summary, _) = try Self.inspect([lines.joined(separator: "\n")])
        let since = try #require(summary.staleSince)
        #expect(since.place.line == 5 && since.at == .milliseconds(1_012))
        #expect(since.integrity == .gap)
        // A crossed book is shown as it is, and nobody may trade on it.
        let crossing = Self.book("delta", 8, bids: #"["101","1"]"#)
        let (crossed, _) = try Self.inspect([Self.snapshot + "\n" + crossing])
        #expect(crossed.staleSince?.integrity == .crossed && crossed.staleMessages == 0)
        let (unbegun, _) = try Self.inspect([Self.book("delta", 6) + "\n" + Self.book("delta", 7)])
        #expect(unbegun.staleSince?.integrity == .awaitingSnapshot)
        #expect(unbegun.staleSince?.place.line == 1)
    }

    @Test("files that are not in the order of their time are refused with both names")
    func order() throws {
        let trade =
            #"{"topic":"publicTrade.XYZUSDT","type":"snapshot","ts":900,"data":[{"T":1,"s":"#
            + #""XYZUSDT","S":"Buy","v":"0.5","p":"100.5","i":"a","BT":false,"seq":1}]}"#
        let later = try TemporaryFile(
            Self.book("snapshot", 20, bids: #"["100.5","1"]"#, asks: #"["101","1"]"#)
        )
        let (earlier, trades) = (try TemporaryFile(Self.snapshot), try TemporaryFile(trade))
        let inspection = FeedInspection(
            tick: DecimalScale(multiplier: 5, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 2)
        )
        try inspection.read(later.path)
        // Prints and books are recorded by day each.
        try inspection.read(trades.path)
        let error = try #require(throws: RecordingError.self) { try inspection.read(earlier.path) }
        #expect(error.file == earlier.path && error.line == 1)
        #expect(error.reason.contains("before \(later.path), "), "\(error)")
        #expect(error.reason.contains("1970-01-01T00:00:01.007Z"), "\(error)")
        #expect(try inspection.finish().messages == 1)
        // Files that overlap are one stream.
        let overlap = [Self.snapshot, Self.book("delta", 8), Self.book("delta", 9)]
        let (summary, _) = try Self.inspect([
            overlap.joined(separator: "\n"), overlap.dropFirst().joined(separator: "\n"),
        ])
        #expect(summary.repeats == 2 && summary.staleSince == nil)
    }

    @Test("the spread's distribution and the volume traded are told")
    func distribution() throws {
        func spread(_ u: Int, _ ask: String, _ old: String) -> String {
            Self.book("delta", u, asks: #"["\#(ask)","1"],["\#(old)","0"]"#)
        }
        let print =
            #"{"topic":"publicTrade.XYZUSDT","ts":5,"data":[{"T":5,"S":"Buy","v":"0.25","p":"101"},{"T":5,"S":"Sell","v":"2","p":"100.5"}]}"#
        let lines = [
            Self.snapshot, spread(8, "101.5", "101"), spread(9, "102", "101.5"), print,
            print.replacing("Sell", with: "None"), spread(10, "120", "102"),
        ]
        let (summary, _) = try Self.inspect([lines.joined(separator: "\n")])
        #expect(summary.trades == 2 && summary.volume == 225 && summary.unreadablePrints == 1)
        let spreads = summary.spread
        #expect(spreads.minimum == 1 && spreads.maximum == 39)
        #expect(spreads.percentile(0.5) == 2 && spreads.percentile(0.9) == 39)
        #expect(spreads.percentile(0.75) == 3 && SpreadStatistics().percentile(0.5) == 0)
    }

    /// FNV-1a, a second time.
    private static func fnv(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        return String(format: "%016lx", hash)
    }

    @Test("several files are one stream, and a last line needs no end")
    func severalFiles() throws {
        let delta = Self.book("delta", 8, bids: #"["100","3"]"#)
        let (summary, digest) = try Self.inspect([Self.snapshot, delta + "\n"])
        #expect(summary.gaps == 0 && digest.count == 2)
        #expect(throws: RecordingError.self) {
            try Self.inspect([Self.snapshot, Self.book("delta", 8, symbol: "ABCUSDT")])
        }
    }

    @Test("a crossed book and an unknown delete are counted, and their levels are shown")
    func desynchronised() throws {
        let crossing = Self.book("delta", 8, asks: #"["100.5","1"]"#)
        let (crossed, crossedLines) = try Self.inspect([Self.snapshot + "\n" + crossing])
        #expect(crossed.crossed == 1 && crossed.staleMessages == 0)
        #expect(crossedLines.last?.hasPrefix("8 ") == true && crossedLines.last != "8 stale")
        let deleting = Self.book("delta", 8, asks: #"["500","0"]"#)
        let (unknown, unknownLines) = try Self.inspect([Self.snapshot + "\n" + deleting])
        #expect(unknown.unknownDeletes == 1 && unknown.staleMessages == 0)
        #expect(unknownLines.last?.hasPrefix("8 ") == true && unknownLines.last != "8 stale")
    }

    @Test(
        "bad input names its line and its reason",
        arguments: [
            ("{", 2, "ends"), ("@json", 2, "JSON"),
            ("\u{0}\u{1}", 2, "JSON"),
            (book("delta", 8, bids: #"["100.3","1"]"#), 2, "multiple"),
            (book("delta", 8, bids: #"["100.5","1"]"#, depth: 200), 2, "depth"),
            (book("delta", 8, symbol: "ABCUSDT"), 2, "ABCUSDT"),
            ("\n\n" + book("delta", 8, bids: "1"), 4, "wrong type"),
        ] as [(String, Int, String)]
    )
    func badLines(_ second: String, _ line: Int, _ word: String) throws {
        let error = try #require(throws: RecordingError.self) {
            try Self.inspect([Self.snapshot + "\n" + second + "\n"])
        }
        #expect(error.line == line && error.reason.contains(word), "\(error)")
    }

    @Test("files that are no recordings are errors")
    func badFiles() throws {
        let inspection = FeedInspection(
            tick: DecimalScale(multiplier: 1, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 1)
        )
        let bad: [[UInt8]] = [
            [], [0x0a, 0x0a], [0x1f, 0x8b], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3],
            [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18),
            [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0xff, count: 18), [0xff, 0xfe],
        ]
        for bytes in bad {
            let file = try TemporaryFile(bytes)
            #expect(throws: RecordingError.self, "\(bytes)") { try inspection.read(file.path) }
        }
        #expect(throws: RecordingError.self) { try inspection.read("/nonexistent/file") }
        #expect(throws: RecordingError.self) { try inspection.read("/") }
        #expect(throws: RecordingError.self) { _ = try inspection.finish() }
    }

    @Test("a line without end is an error, not a memory full of it")
    func longLine() throws {
        let file = try TemporaryFile([UInt8](repeating: 0x20, count: FeedFile.longestLine + 1_000))
        let reader = try FeedFile(file.path)
        #expect(throws: RecordingError.self) { while try reader.next() != nil {} }
    }

    @Test(
        "recordings hold what an independent count says, without gap or cross",
        .enabled(if: SharedData.isPresent),
        arguments: SharedData.recordings
    )
    func recordings(_ recording: SharedData.Recording) throws {
        let inspection = FeedInspection(
            tick: try #require(DecimalScale(step: recording.tick)),
            lot: try #require(DecimalScale(step: recording.lot))
        )
        try inspection.read(recording.path)
        let summary = try inspection.finish()
        #expect(summary.messages == recording.messages)
        #expect(summary.levels == recording.levels)
        #expect(summary.gaps + summary.crossed + summary.resets + summary.unknownDeletes == 0)
        #expect(summary.staleMessages == 0 && summary.overflows == 0)
        #expect(summary.bids.count == 5 && summary.asks.count == 5)
    }

    @Test(
        "every cut of a real archive is an error or a shorter recording",
        .enabled(if: SharedData.isPresent)
    )
    func cutArchives() throws {
        for recording in SharedData.recordings.prefix(2) {
            let whole = try Data(contentsOf: URL(fileURLWithPath: recording.path))
            for part in 1..<12 {
                let file = try TemporaryFile(whole.prefix(whole.count * part / 12))
                let inspection = FeedInspection(
                    tick: try #require(DecimalScale(step: recording.tick)),
                    lot: try #require(DecimalScale(step: recording.lot))
                )
                #expect(throws: RecordingError.self) { try inspection.read(file.path) }
            }
        }
    }
}

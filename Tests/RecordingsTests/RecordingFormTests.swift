import Book
import Foundation
import Recordings
import Testing
import Units

/// Recordings as people have them: one book of three messages in every form, and what is no form.
@Suite("Forms of recordings", .timeLimit(.minutes(1)))
struct RecordingFormTests {
    private static func book(
        _ type: String,
        _ u: Int,
        bids: String = "",
        asks: String = ""
    ) -> String {
        #"{"topic":"orderbook.50.BTCUSDT","type":"\#(type)","ts":\#(1_700_000_000_000 + u),"#
            + #""data":{"s":"BTCUSDT","b":[\#(bids)],"a":[\#(asks)],"u":\#(u),"seq":\#(u)},"cts":1}"#
    }

    static let lines = [
        book("snapshot", 10, bids: #"["100.5","1"]"#, asks: #"["100.6","1.5"],["100.7","3"]"#),
        book("delta", 11, bids: #"["100.4","2"]"#),
        book("delta", 12, asks: #"["100.6","0.25"]"#),
    ]
    static let text = lines.joined(separator: "\n") + "\n"

    /// What an inspection of `files` finds, its steps found by themselves.
    private static func inspect(_ files: [TemporaryFile]) throws -> FeedSummary {
        defer { withExtendedLifetime(files) {} }
        let paths = files.map(\.path)
        let steps = try StepSearch(paths)
        let inspection = FeedInspection(tick: steps.tick, lot: steps.lot)
        for path in paths { try inspection.read(path) }
        return try inspection.finish()
    }

    private static func check(_ bytes: [UInt8], _ what: String = "") throws {
        let summary = try inspect([try TemporaryFile(bytes)])
        #expect(summary.messages == 3 && summary.gaps == 0, "\(what)")
        #expect(summary.staleMessages == 0 && summary.depth == 50, "\(what)")
        #expect(summary.bids.first == LevelChange(ticks: 1_005, lots: 100), "\(what)")
        #expect(summary.asks.first == LevelChange(ticks: 1_006, lots: 25), "\(what)")
    }

    @Test("gzip of several members, with zeros behind and between them, is read")
    func gzip() throws {
        let parts = [
            lines[0] + "\n" + lines[1].prefix(40), lines[1].dropFirst(40) + "\n" + lines[2],
        ]
        .map { Packed.gzip(String($0)) }
        let zeros = [UInt8](repeating: 0, count: 512)
        try Self.check(Packed.gzip(Self.text) + zeros, "padded")
        try Self.check(parts[0] + parts[1], "members")
        try Self.check(parts[0] + zeros + parts[1] + zeros, "members and zeros")
        let garbage = try TemporaryFile(Packed.gzip(Self.text) + Array("garbage".utf8))
        #expect(throws: RecordingError.self) { try Self.inspect([garbage]) }
    }

    private var lines: [String] { Self.lines }

    @Test("what else lies in a zip than the data is passed over")
    func besides() throws {
        let data = Packed.Entry(name: "2023-11-14_BTCUSDT_ob50.data", text: Self.text)
        let others = [
            Packed.Entry(name: "__MACOSX/._2023-11-14_BTCUSDT_ob50.data", text: "\0\u{5}Mac OS X"),
            Packed.Entry(name: ".DS_Store", text: "\0\0\0\u{1}Bud1"),
            Packed.Entry(name: "README.txt", text: "This is data\n"),
            Packed.Entry(name: "folder/", text: ""),
        ]
        try Self.check(Packed.zip(others + [data]))
        try Self.check(Packed.zip([data] + others))
        let alone = try TemporaryFile(Packed.zip(others))
        let error = try #require(throws: RecordingError.self) { try Self.inspect([alone]) }
        #expect(error.reason.contains("README.txt"), "\(error)")
    }

    @Test("an entry that cannot be read is named")
    func unreadableEntries() throws {
        for (entry, word) in [
            (Packed.Entry(name: "a.data", text: Self.text, flags: 1), "encrypted"),
            (Packed.Entry(name: "a.data", text: Self.text, method: 12), "method 12"),
        ] {
            let file = try TemporaryFile(Packed.zip([entry]))
            let error = try #require(throws: RecordingError.self) { try Self.inspect([file]) }
            #expect(error.reason.contains("a.data") && error.reason.contains(word), "\(error)")
        }
    }

    @Test("a zip with 64-bit sizes and places is read; every cut of it is an error")
    func zip64() throws {
        var entry = Packed.Entry(name: "a.data", text: Self.text)
        entry.isWide = true
        let whole = Packed.zip([entry])
        try Self.check(whole)
        try Self.check(Packed.zip([Packed.Entry(name: "note.md", text: "# Note"), entry]))
        for count in stride(from: 4, to: whole.count, by: 7) {
            let file = try TemporaryFile(whole[..<count])
            #expect(throws: RecordingError.self, "\(count)") { try Self.inspect([file]) }
        }
    }

    @Test("byte order marks, ends of lines of other systems and blank lines change nothing")
    func texts() throws {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        try Self.check(mark + Array(Self.text.utf8), "mark")
        let broken = "\r\n\r\n" + lines.joined(separator: "\r\n \t\r\n")
        try Self.check(mark + Array(broken.utf8), "ends of lines")
        try Self.check(Packed.gzip("\u{feff}" + Self.text), "mark in gzip")
        let wide = try TemporaryFile([0xff, 0xfe] + Self.text.utf8.flatMap { [$0, 0] })
        let error = try #require(throws: RecordingError.self) { try Self.inspect([wide]) }
        #expect(error.reason.contains("UTF-8"), "\(error)")
    }

    @Test(
        "what collectors put around a message is taken off",
        arguments: [
            ("1700000000000000000 ", ""), ("1700000000123 ", ""), ("1700000000.123456\t", ""),
            ("2023-11-14T22:13:20.123Z ", ""), ("2023-11-14 22:13:20,123 | ", ""),
            (#"{"ts":1700000000000,"msg":"#, "}"), (#"{"local":1,"data":"#, #","x":[1,{}]}"#),
            (#"{"topic":"bybit","payload":{"v":1,"message":"#, "}}"), ("17 {\"m\":", "}"),
        ]
    )
    func wrapped(_ before: String, _ after: String) throws {
        try Self.check(Array(lines.map { before + $0 + after }.joined(separator: "\n").utf8))
    }

    @Test("a message that stands in a text is taken out of it")
    func quoted() throws {
        for (before, after) in [
            (#"{"ts":1,"data":""#, #""}"#), (#"{"a":{"raw":""#, #"","n":"{x"}}"#),
        ] {
            let quoted = lines.map {
                before + $0.replacing("\"", with: "\\\"") + after
            }
            try Self.check(Array(quoted.joined(separator: "\n").utf8), before)
        }
    }

    @Test("JSON lists of messages are read, however they are broken into lines")
    func lists() throws {
        try Self.check(Array("[\(lines.joined(separator: ",\n"))]".utf8), "a message a line")
        try Self.check(Array(" [\(lines.joined(separator: ", "))]\n".utf8), "one line")
        try Self.check(Array(lines.map { "[1700,\($0)]\n" }.joined().utf8), "a list a line")
        let spread = lines.joined(separator: ",").replacing(",", with: ",\n  ")
        try Self.check(Array("[\n\(spread)\n]".utf8), "broken inside")
        try Self.check(Packed.gzip("[\(lines.joined(separator: ","))]"), "packed")
        let wrapped = lines.map { #"{"ts":"]}[","msg":\#($0)}"# }
        try Self.check(Array("[\(wrapped.joined(separator: ","))]".utf8), "wrapped")
        for bad in ["[" + lines[0] + "," + lines[1].dropLast(4), "[" + lines[0] + ", }]", "[@]"] {
            let file = try TemporaryFile(bad)
            #expect(throws: RecordingError.self, "\(bad)") { try Self.inspect([file]) }
        }
    }

    @Test("a list's messages are found at their lines")
    func listLines() throws {
        let broken = lines[1].replacing(#""u":11"#, with: #""u":x"#)
        let file = try TemporaryFile("[\n\(lines[0]),\n\n\(broken)]")
        let error = try #require(throws: RecordingError.self) { try Self.inspect([file]) }
        #expect(error.line == 4, "\(error)")
    }

    // MARK: Trades

    private static let derivatives = """
        timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,\
        foreignNotional,RPI
        1700000000.1234,BTCUSDT,Buy,0.5,100.6,PlusTick,a1,5e9,0.5,50.3,0
        1700000001.5,BTCUSDT,Sell,0.25,100.5,MinusTick,a2,5e9,0.5,50.3,1

        """

    @Test("tables of trades are read, with a book and alone")
    func trades() throws {
        let table = try TemporaryFile(Packed.gzip(Self.derivatives))
        let alone = try Self.inspect([table])
        #expect(alone.messages == 0 && alone.trades == 2 && alone.volume == 75)
        #expect(alone.first == .milliseconds(1_700_000_000_123) && alone.symbol == "BTCUSDT")
        #expect(alone.last == .milliseconds(1_700_000_001_500))
        let both = try Self.inspect([try TemporaryFile(Self.text), table])
        #expect(both.messages == 3 && both.trades == 2 && both.volume == 75)
        let bad = try TemporaryFile(Self.derivatives.replacing("1700000001.5", with: "yesterday"))
        let error = try #require(throws: RecordingError.self) { try Self.inspect([bad]) }
        #expect(error.line == 3, "\(error)")
    }

    @Test("a table of spot trades takes its symbol from the file's name")
    func spotTrades() throws {
        let text =
            "id,timestamp,price,volume,side\n1,1700000000123,60000.5,0.001,buy\n"
            + "2,1700000000456,60000.4,0.002,sell\n"
        for name in ["BTCUSDT_2023-11-14.csv", "BTCUSDT2023-11-14.csv", "BTCUSDT-2023-11.csv"] {
            let folder = NSTemporaryDirectory() + "sluice-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false
            )
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let path = folder + "/" + name
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let steps = try StepSearch([path])
            let inspection = FeedInspection(tick: steps.tick, lot: steps.lot)
            try inspection.read(path)
            let summary = try inspection.finish()
            #expect(summary.trades == 2 && summary.volume == 3 && summary.symbol == "BTCUSDT")
        }
        let nameless = try TemporaryFile(text)
        let error = try #require(throws: RecordingError.self) { try Self.inspect([nameless]) }
        #expect(error.reason.contains("symbol"), "\(error)")
    }

    // MARK: What is not read

    @Test(
        "a form that is not read is named, with what unpacks it",
        arguments: [
            ([0x28, 0xb5, 0x2f, 0xfd], "zstd -d "), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz -d "),
            ([0x42, 0x5a, 0x68, 0x39], "bzip2 -d "),
            ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7z x "), ([0x04, 0x22, 0x4d, 0x18], "lz4 -d "),
            (Array("PAR1".utf8), "duckdb"), (Array("ARROW1".utf8), "pyarrow"),
            (Array("Rar!".utf8), "unrar x "),
        ] as [([UInt8], String)]
    )
    func foreign(_ magic: [UInt8], _ remedy: String) throws {
        let file = try TemporaryFile(magic + [UInt8](repeating: 0, count: 40))
        let error = try #require(throws: RecordingError.self) { try Self.inspect([file]) }
        #expect(error.reason.contains(remedy), "\(error)")
        #expect(throws: RecordingError.self) { try KlineFile.bars(file.path) }
        withExtendedLifetime(file) {}
    }

    @Test("the smallest steps that fit are found")
    func steps() throws {
        let lines = [
            Self.book("snapshot", 1, bids: #"["0.01250","10.0"]"#, asks: #"["1.2","3.400"]"#),
            #"{"topic":"publicTrade.BTCUSDT","ts":1,"data":[{"p":"1.23456","v":"0.0010"}]}"#,
            "{",
        ]
        let file = try TemporaryFile(lines.joined(separator: "\n"))
        let steps = try withExtendedLifetime(file) { try StepSearch([file.path]) }
        #expect(steps.tick == DecimalScale(multiplier: 1, decimals: 5))
        #expect(steps.lot == DecimalScale(multiplier: 1, decimals: 3))
        let other = try TemporaryFile(#"{"data":{"b":[["5.0","7"]]}}"#)
        let whole = try withExtendedLifetime((file, other)) { try StepSearch([other.path]) }
        #expect(whole.tick == DecimalScale(multiplier: 1, decimals: 0) && whole.lot == whole.tick)
    }
}

import Foundation
import TestSupport
import Testing

/// What commands print with `--json` is what `docs/json.md` describes.
@Suite("Schemas", .serialized, .timeLimit(.minutes(2)))
struct SchemaTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// What a command prints.
    private func printed(_ words: [String]) throws -> String {
        let name = UUID().uuidString
        let program = try Program(words, state: folder.path, output: folder.file(name))
        _ = try #require(program.end(within: .seconds(60)), "\(words)")
        return folder.text(name)
    }

    private func check(_ schema: String, _ texts: [String], without parts: [String] = []) throws {
        let chapter = try DocumentChapter(schema)
        for text in texts {
            #expect(text.contains(schema))
            let objections = try chapter.objections(to: text)
            #expect(objections == [], "\(schema)")
        }
        let missing = try chapter.missing(from: texts).filter { name in
            !parts.contains { name.hasPrefix($0 + ".") }
        }
        #expect(missing == [], "\(schema)")
    }

    @Test("what recordings hold, with a book and without")
    func inspect() throws {
        func book(_ type: String, _ u: Int) -> String {
            #"{"topic":"orderbook.50.BTCUSDT","type":"\#(type)","ts":\#(1_700_000_000_000 + u),"#
                + #""data":{"s":"BTCUSDT","b":[["100.5","1"]],"a":[["100.6","1.5"]],"u":\#(u),"#
                + #""seq":\#(u)},"cts":1}"# + "\n"
        }
        func trade(_ time: Int, _ size: String) -> String {
            #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1700000000001,"data":[{"T":"#
                + #"\#(time),"s":"BTCUSDT","S":"Buy","v":"\#(size)","p":"100.5","i":"a\#(time)","#
                + #""BT":false,"seq":1}]}"# + "\n"
        }
        let trades = trade(2, "0.5") + trade(1, "0.5") + trade(3, "-0.5")
        let whole = book("snapshot", 10) + book("delta", 11) + book("delta", 15)
        var paths: [String] = []
        for (name, text) in [("book", whole), ("trades", trades)] {
            paths.append("\(folder.path)/\(name).ndjson")
            try text.write(toFile: paths.last!, atomically: false, encoding: .utf8)
        }
        let texts = try [paths[0], paths[1]].map { try printed(["inspect", $0, "--json"]) }
        let digests = try printed(["inspect", paths[0], "--json", "--digest"])
        try check("sluice.recording/1", texts + [digests])
        #expect(texts[0].contains(#""firstAt" : "2023-11-14T22:13:20.010000000Z""#))
        #expect(texts[1].contains(#""earlierPrints" : 1"#) && texts[1].contains(#""trades" : 2"#))
        let said = try printed(["inspect", paths[1]])
        #expect(said.contains("trades.ndjson:2, 1970-01-01T00:00:00.001"), "\(said)")
        #expect(said.contains("trades.ndjson:3: ") && said.contains("1 message of prints"))
        #expect(texts[1].contains(#""depth" : null"#) && texts[1].contains(#""spread" : null"#))
    }

    @Test("what was found of the host")
    func doctor() throws {
        try check("sluice.doctor/1", [try printed(["doctor", "--json"])])
    }

    /// Records of nearly every kind.
    private func golden() throws -> String {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("JournalTests/Golden")
        let text = try printed(
            ["journal", "--json", golden.appendingPathComponent("format-2.journal").path]
        )
        // Nothing in the words of the language it is written in.
        #expect(!text.contains("Units.") && !text.contains("Orders.") && !text.contains("ID("))
        #expect(text.contains(#""event":"feedGap""#) && text.contains(#""asked":"cancel""#))
        return text
    }

    @Test("a journal's records, a replay, and a recovery with and without an engine")
    func recovery() throws {
        let live = try RestingSessions()
        let sessions = try ["one", "two"].map { try live.start($0, try live.limited()) }
        try live.rest()
        let living = try printed(
            ["recover", "--json", "--journal", sessions[0].journal] + live.place
        )
        for session in sessions {
            session.program.signal(SIGKILL)
            #expect(session.program.end(within: .seconds(20)) == .signal(SIGKILL))
        }
        let records = try printed(["journal", "--json", sessions[0].journal])
        try check("sluice.journal/1", [try golden(), records])
        try check(
            "sluice.replay/1",
            [try printed(["replay", "--json", sessions[0].journal])],
            without: ["difference"]
        )
        let texts = try zip(sessions, ["halt", "settle"]).map { session, policy in
            try printed(
                ["recover", "--json", "--journal", session.journal, "--policy", policy] + live.place
            )
        }
        try check("sluice.recovery/1", texts + [living])
        // What the journal of the second cannot tell: it was settled without its engine.
        let settled = try printed(["replay", sessions[1].journal])
        #expect(settled.contains("afterwards  settled: 1 order cancelled"), "\(settled)")
        #expect(try !printed(["replay", sessions[0].journal]).contains("afterwards"))
        #expect(live.openOrders() == [])
    }
}

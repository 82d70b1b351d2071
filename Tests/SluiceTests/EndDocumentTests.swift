import Foundation
import Glibc
import TestSupport
import Testing

/// What `--json` prints where a command ends before it has a document of its own.
@Suite("Ends as documents", .serialized, .timeLimit(.minutes(2)))
struct EndDocumentTests {
    private struct Ended {
        var code: Program.Ending?
        var printed: String
        var said: String

        var members: [String: Any] {
            let value = try? JSONSerialization.jsonObject(with: Data(printed.utf8))
            return value as? [String: Any] ?? [:]
        }
    }

    private let live: RestingSessions
    private let chapter: DocumentChapter

    init() throws {
        live = try RestingSessions()
        chapter = try DocumentChapter("sluice.end/1")
    }

    private var order: [String] { ["--quantity", "0.010", "--over", "1s"] }
    private var place: [String] { live.place }
    /// Where nothing listens.
    private var nowhere: [String] { ["--port", "1", "--ca", live.venue.caFile] }

    private func run(
        _ words: [String],
        under wrapper: [String] = [],
        state: String? = nil,
        meanwhile: (Program, () -> String) -> Void = { _, _ in }
    ) throws -> Ended {
        let name = UUID().uuidString
        let program = try Program(
            words,
            under: wrapper,
            state: state ?? live.folder.path + "/state",
            output: live.folder.file(name + "-out"),
            errors: live.folder.file(name)
        )
        meanwhile(program) { live.folder.text(name) }
        return Ended(
            code: program.end(within: .seconds(30)),
            printed: live.folder.text(name + "-out"),
            said: live.folder.text(name)
        )
    }

    /// Holds an end to its document: one, of the schema, with the code and what stderr says.
    private func check(
        _ ended: Ended,
        _ code: Int32,
        _ reason: String,
        mayBeOpen: Bool = false
    )
        throws
    {
        #expect(ended.code == .code(code), "\(ended)")
        #expect(try chapter.objections(to: ended.printed) == [], "\(ended)")
        let members = ended.members
        #expect(Set(members.keys) == Set(chapter.types.keys.map { $0.filter(\.isLetter) }))
        #expect(members["exitCode"] as? Int == Int(code), "\(ended)")
        #expect(members["reason"] as? String == reason, "\(ended)")
        #expect(members["mayBeOpen"] as? Bool == mayBeOpen, "\(ended)")
        let faults = try #require(members["faults"] as? [String])
        #expect(!faults.isEmpty && faults.allSatisfy { ended.said.contains($0) }, "\(ended)")
        #expect(faults.allSatisfy { !$0.contains("Error: ") && !$0.contains("Usage: ") })
    }

    @Test("a command line that cannot be read, and a file that is not there")
    func usage() throws {
        for words in [
            ["execute"], ["execute", "--nonsense"], ["execute", "--quantity", "x", "--over", "y"],
            ["demo", "--side", "up"], ["demo", "--feed", "/nonexistent"], ["--nonsense"],
            ["execute", "--config", "/nonexistent"] + order, ["doctor", "--core", "x"],
            ["execute", "--symbol", "NOSUCHUSDT"] + place + order,
            ["execute", "--quantity", "0.0001", "--over", "1s"] + place,
            ["inspect", "/nonexistent"], ["journal", "/nonexistent"], ["replay", "/nonexistent"],
            ["inspect"], ["venue"],
        ] {
            let ended = try run(words + ["--json"])
            try check(ended, 2, "usage")
            #expect(ended.members["arguments"] as? [String] == words + ["--json"])
            let command = words[0].hasPrefix("-") ? nil : words[0]
            #expect(ended.members["command"] as? String == command)
        }
        let settings = live.folder.path + "/testnet.toml"
        try "[venue]\nenvironment = \"testnet\"\n".write(
            toFile: settings,
            atomically: false,
            encoding: .utf8
        )
        // A word that would otherwise be passed over, with orders at another venue.
        let elsewhere = ["execute", "--config", settings, "--venue", "loopback", "--json"] + order
        let misled = try run(elsewhere)
        try check(misled, 2, "usage")
        #expect(misled.said.contains("--venue loopback, but the settings lead to testnet"))
        let two = try run(["demo", "--quantity", "x", "--over", "y", "--json"])
        #expect((two.members["faults"] as? [String])?.count == 2, "\(two)")
        let recovery = ["recover", "--journal", "/nonexistent", "--json"] + place
        try check(try run(recovery), 2, "usage", mayBeOpen: true)
    }

    @Test("--json with a value, and with one dash")
    func misspelled() throws {
        for word in ["--json=yes", "-json", "--json-lines"] {
            let ended = try run(["replay", "j", word])
            try check(ended, 2, "usage")
            #expect(ended.said.contains("'\(word)' is not taken: the option is --json alone"))
        }
    }

    @Test("a folder of journals that is not there: nothing to recover, and one to make first")
    func noFolder() throws {
        let recovery = ["recover", "--journal", "nodir", "--json"] + place
        let recovered = try run(recovery)
        try check(recovered, 2, "usage", mayBeOpen: true)
        #expect(recovered.said.contains("nodir does not exist: there is nothing to recover"))
        #expect(!recovered.said.contains("make the directory"), "\(recovered.said)")
        for command in ["replay", "journal"] {
            let read = try run([command, "nodir", "--json"])
            #expect(read.said.contains("does not exist") && !read.said.contains("make the"))
        }
        let begun = try run(["execute", "--journal", "nodir", "--json"] + place + order)
        try check(begun, 2, "usage")
        #expect(begun.said.contains("make the directory first"), "\(begun.said)")
    }

    @Test("a venue that is away, a key that it refuses, and a parent that risk refuses")
    func venue() throws {
        let away = ["execute", "--json", "--patience", "10ms"] + nowhere + order
        try check(try run(away), 3, "venue")
        let strange = ["/usr/bin/env", "SLUICE_API_KEY=strangers-key", "SLUICE_API_SECRET=secret"]
        try check(try run(["execute", "--json"] + place + order, under: strange), 3, "denied")
        let reducing = ["execute", "--json", "--reduce-only"] + place + order
        try check(try run(reducing), 4, "refused")
    }

    @Test("a stop while the venue is waited for")
    func stopped() throws {
        let words = ["execute", "--json", "--patience", "60s"] + nowhere + order
        let ended = try run(words) { program, said in
            let deadline = ContinuousClock.now + .seconds(20)
            // What another process says is no event here.
            while !said().contains("refused"), ContinuousClock.now < deadline { usleep(5_000) }
            program.signal(SIGTERM)
        }
        try check(ended, 1, "stopped")
    }

    @Test("the kill switch")
    func halted() throws {
        #expect(try run(["halt"]).code == .code(0))
        for words in [["demo"], ["execute"] + place + order] {
            try check(try run(words + ["--json"]), 4, "halted")
        }
    }

    @Test("a session that works the same, and one that was killed")
    func others() throws {
        let session = try live.start("one")
        try live.rest()
        let words = ["execute", "--json"] + place + order
        try check(try run(words, state: session.journal + "/state"), 4, "occupied")
        let recovery = ["recover", "--json", "--journal", session.journal] + place
        let left = try run(recovery)
        #expect(left.code == .code(4) && left.members["exitCode"] as? Int == 4, "\(left)")
        #expect((left.members["atWork"] as? [String])?.count == 1)
        session.program.signal(SIGKILL)
        #expect(session.program.end(within: .seconds(20)) == .signal(SIGKILL))
        let again = try run(words + ["--journal", session.journal])
        try check(again, 4, "unfinished", mayBeOpen: true)
        let settled = try run(recovery + ["--policy", "settle"])
        #expect(settled.members["exitCode"] as? Int == 1, "\(settled)")
        #expect(live.openOrders() == [])
    }

    @Test("of recordings and journals that end early what came before is told, and why they end")
    func damaged() throws {
        let path = live.folder.path + "/cut.ndjson"
        let trade =
            #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1700000000001,"data":[{"T":1,"#
            + #""s":"BTCUSDT","S":"Buy","v":"0.5","p":"100.5","i":"a","BT":false,"seq":1}]}"#
        try (trade + "\n{\"topic\":").write(toFile: path, atomically: false, encoding: .utf8)
        let inspected = try run(["inspect", "--json", "--tick", "0.1", "--lot", "0.1", path])
        #expect(inspected.code == .code(2), "\(inspected)")
        #expect((inspected.members["fault"] as? String)?.contains("cut.ndjson:2") == true)
        #expect(inspected.members["trades"] as? Int == 1)
    }
}

import Foundation
import Glibc
import Testing

/// A document arrives, or its absence is told: never a 0 for what nobody got.
@Suite("Documents", .serialized, .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test(
        "what a command prints to a sink that takes nothing ends it with 70 and a word of why",
        arguments: [
            ["--help"], ["--version"], ["help", "execute"], ["check", "--example"], ["doctor"],
            ["doctor", "--json"], ["execute", "--help"], ["venue", "--seed", "3"],
            ["demo", "--help"],
        ]
    )
    func lost(_ words: [String]) throws {
        let folder = try Folder()
        for sink in [Sink.full, .closedPipe, .none] {
            let opened = sink.open()
            opened.spoil()
            let program = try Program(
                words,
                state: folder.path,
                output: opened.descriptor,
                errors: folder.file("\(sink)")
            )
            #expect(program.end(within: .seconds(20)) == .code(70), "\(words) \(sink)")
            let said = folder.text("\(sink)")
            #expect(said.contains("could not be delivered"), "\(words) \(sink): \(said)")
        }
    }

    @Test("a report that cannot be delivered leaves its gist on stderr")
    func gist() throws {
        let live = try RestingSessions()
        let terms = ["--quantity", "0.050", "--over", "1s", "--grace", "10s"]
        let sink = Sink.full.open()
        for (name, flags) in [("text", []), ("json", ["--json"])] {
            let program = try Program(
                ["execute"] + live.place + terms + flags,
                state: try live.folder.folder("state"),
                output: sink.descriptor,
                errors: live.folder.file(name)
            )
            #expect(program.end(within: .seconds(30)) == .code(70))
            let said = live.folder.text(name)
            #expect(said.contains("completed, filled 0.050 BTC at"), "\(said)")
            #expect(said.contains("open orders 0"), "\(said)")
        }
        #expect(live.openOrders() == [])
    }

    @Test("the lines of a journal that cannot be delivered end it with 70")
    func lines() throws {
        let live = try RestingSessions()
        let session = try live.start("journal")
        try live.rest()
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        for words in [["journal"], ["journal", "--json"], ["replay", "--json"], ["replay"]] {
            for sink in [Sink.full, .closedPipe, .none] {
                let opened = sink.open()
                opened.spoil()
                let program = try Program(
                    words + [session.journal],
                    state: live.folder.path,
                    output: opened.descriptor
                )
                #expect(program.end(within: .seconds(20)) == .code(70), "\(words) \(sink)")
            }
        }
    }

    @Test("a report whose reader sleeps waits for it, and not once the session is told to end")
    func sleepingReader() throws {
        let live = try RestingSessions()
        let sink = Sink.unreadPipe.open()
        let session = try live.start(
            "sleeper",
            output: sink.descriptor,
            errors: live.folder.file("errors")
        )
        try live.rest()
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(70))
        let said = live.folder.text("errors")
        #expect(said.contains("nobody reads it"), "\(said)")
        #expect(live.openOrders() == [])
    }
}

import Foundation
import Glibc
import TestSupport
import Testing

/// What the program makes of how it is started: its words, its files, a standing halt.
@Suite("Starts", .serialized, .timeLimit(.minutes(2)))
struct StartTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// How the program ends, and what it says on stdout and on stderr.
    private func run(
        _ words: [String],
        under wrapper: [String] = [],
        within time: Duration = .seconds(20)
    ) throws -> (end: Program.Ending?, printed: String, said: String) {
        let name = UUID().uuidString
        let program = try Program(
            words,
            under: wrapper,
            state: folder.path,
            output: folder.file(name + "-out"),
            errors: folder.file(name)
        )
        return (program.end(within: time), folder.text(name + "-out"), folder.text(name))
    }

    @Test("without a command the usage is told on stderr, and that is no success")
    func bare() throws {
        let ended = try run([])
        #expect(ended.end == .code(2) && ended.printed.isEmpty)
        #expect(ended.said.contains("USAGE: sluice <subcommand>"), "\(ended.said)")
        let help = try run(["--help"])
        #expect(help.end == .code(0) && help.said.isEmpty)
        #expect(help.printed.contains("USAGE: sluice <subcommand>"))
    }

    @Test("a library that moves the environment before the program begins costs no argument")
    func movedEnvironment() throws {
        let (source, library) = (folder.path + "/move.c", folder.path + "/move.so")
        let text = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>
            char *getenv(const char *name) {
                static int moved;
                if (!moved) { moved = 1; setenv("SLUICE_TEST_MOVED", "1", 1); }
                return ((char *(*)(const char *))dlsym(RTLD_NEXT, "getenv"))(name);
            }
            """
        try text.write(toFile: source, atomically: false, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
        let ended = try run(["--version"], under: ["/usr/bin/env", "LD_PRELOAD=" + library])
        #expect(ended.end == .code(0) && ended.printed.hasPrefix("0."), "\(ended)")
    }

    @Test("a file that is missing, a folder, a device or a pipe is refused at once, by its name")
    func files() throws {
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let order = ["execute", "--quantity", "1", "--over", "1s"]
        for (path, why) in [
            ("/nonexistent/file", "does not exist"), (folder.path, "is a directory"),
            ("/dev/zero", "is a device or a pipe"), (pipe, "is a device or a pipe"),
        ] {
            for words in [
                order + ["--config", path], ["check", "--config", path],
                order + ["--port", "1", "--ca", path], ["venue", "--faults", path],
                order + ["--config", path, "--algo", "vwap", "--profile", path],
                ["inspect", path], ["venue", "--feed", path], ["demo", "--feed", path],
            ] {
                let ended = try run(words, within: .seconds(10))
                #expect(ended.end == .code(2), "\(words): \(ended)")
                #expect(ended.said.contains(path) && ended.said.contains(why), "\(ended.said)")
            }
            for command in ["journal", "replay"] {
                let ended = try run([command, path], within: .seconds(10))
                #expect(ended.end == .code(2) && ended.said.contains(path), "\(command): \(ended)")
            }
        }
    }

    @Test("a demo begins under no standing halt, and says who halted")
    func halted() throws {
        #expect(try run(["halt", "--reason", "a test"]).end == .code(0))
        let demo = ["demo", "--quantity", "0.010", "--over", "3s"]
        let refused = try run(demo)
        #expect(refused.end == .code(4) && refused.printed.isEmpty)
        #expect(refused.said.contains("a test"), "\(refused.said)")
        #expect(refused.said.contains("`sluice resume` lets sessions begin"))
        #expect(try run(["resume"]).end == .code(0))
        #expect(try run(demo, within: .seconds(40)).end == .code(0))
    }

    @Test("a venue tells the faults that it draws, and a session's report that there were some")
    func drawnFaults() throws {
        let venue = try Program(
            ["venue", "--fault-seed", "7"],
            state: folder.path,
            output: folder.file("place"),
            errors: folder.file("venue")
        )
        let deadline = ContinuousClock.now + .seconds(20)
        // What another process writes is no event here.
        while !folder.text("place").contains("\n"), ContinuousClock.now < deadline {
            usleep(5_000)
        }
        struct Place: Decodable {
            var port: Int
            var ca: String
        }
        let place = try JSONDecoder().decode(Place.self, from: Data(folder.text("place").utf8))
        let words = [
            "execute", "--port", "\(place.port)", "--ca", place.ca, "--quantity", "0.010",
            "--over", "1s", "--live-money", "yes",
        ]
        let session = try run(words, within: .seconds(60))
        #expect(session.printed.contains("made by the venue, drawn by seed 7"), "\(session)")
        #expect(session.said.contains("this venue makes faults, drawn by seed 7"))
        #expect(session.said.contains("--live-money has no meaning here"), "\(session.said)")
        venue.signal(SIGTERM)
        #expect(venue.end(within: .seconds(20)) == .code(0))
        let said = folder.text("venue")
        #expect(said.contains("faults are drawn by seed 7: create "), "\(said)")
        // Nothing in the words of the language it is written in.
        #expect(!said.contains("(") && !session.said.contains("Units."), "\(said)")
    }

    @Test("of a recording of several symbols one is asked for, and its rows alone make the steps")
    func severalSymbols() throws {
        func book(_ symbol: String, _ price: String, _ size: String) -> String {
            #"{"topic":"orderbook.50.\#(symbol)","type":"snapshot","ts":1700000000000,"data":"#
                + #"{"s":"\#(symbol)","b":[["\#(price)","\#(size)"]],"a":[["999","1"]],"u":5,"#
                + #""seq":1},"cts":1}"# + "\n"
        }
        let path = folder.path + "/two.ndjson"
        let text = book("BTCUSDT", "100.5", "0.001") + book("XRPUSDT", "0.51234", "7")
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let asked = try run(["inspect", path])
        #expect(asked.end == .code(2), "\(asked)")
        #expect(asked.said.contains("say which with --symbol: BTCUSDT, XRPUSDT"), "\(asked.said)")
        for (symbol, steps) in [("BTCUSDT", "0.1 and 0.001"), ("XRPUSDT", "0.00001 and 1")] {
            let chosen = try run(["inspect", path, "--symbol", symbol])
            #expect(chosen.end == .code(0), "\(chosen)")
            #expect(chosen.printed.contains(steps), "\(chosen.printed)")
            #expect(chosen.printed.contains("messages        1,"), "\(chosen.printed)")
        }
        let other = try run(["inspect", path, "--symbol", "ETHUSDT"])
        #expect(other.end == .code(2) && other.said.contains("the files hold BTCUSDT, XRPUSDT"))
        #expect(try run(["inspect", path, "--tick", "0.1", "--lot", "0.001"]).end == .code(2))
    }
}

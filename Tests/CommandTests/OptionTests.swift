import Foundation
import Testing

@testable import sluice

/// Options as people get them wrong.
@Suite("Options", .timeLimit(.minutes(5)))
final class OptionTests {
    private let scratch: ScratchFolder
    private let ca: String

    init() throws {
        scratch = try ScratchFolder()
        ca = try scratch.file("ca.pem", "-----BEGIN CERTIFICATE-----\n")
    }

    @Test(
        "an option that cannot be taken is told why",
        arguments: [
            ("--quantity", "0", "must be more than 0"), ("--quantity", "NaN", "is not a number"),
            ("--quantity", "1e30", "has an exponent"),
            ("--quantity", "1e-3", "has an exponent: write 0.001"),
            ("--quantity", "1,5", "has a comma: decimals follow a point, 1.5"),
            ("--quantity", "+1", "has a sign"), ("--quantity", " 1", "has a space in it: write 1"),
            ("--quantity", "1.5BTC", "write 1.5 alone"), ("--quantity", "٣", "digits other than"),
            ("--quantity", "-1", "is negative: it must be more than 0"),
            ("--limit", "-0.5", "is negative"), ("--max-child", "x", "is not a number such as"),
            ("--over", "30", "30 what? 30s, 30m"), ("--over", "0.5s", "write 500ms"),
            ("--over", "1000d", "where a unit stands"), ("--over", "169h", "is more than 168h"),
            ("--display-share", "10", "is 1000%: write 10% or 0.10"),
            ("--price-band", "150%", "is more than 100%, the most"),
            ("--price-band", "1", "may be 100% or 1%: write which"),
            ("--display-share", "1.0", "may be 100% or 1%: write which"),
            ("--request-rate", "0", "is not from 1 to 10000"),
            ("--depth", "7", "1, 50, 200 or 1000"),
            ("--lines", "9", "is not from 1 to 8"), ("--dcp", "2s", "is less than 3s, the least"),
            ("--link-patience", "2h", "is more than 1h, the most"),
            ("--core", "999", "this process may use the cores"),
            ("--core", "-1", "is no core: this process may use the cores"),
            ("--live-money", "no", "it is yes, or the option is left out"),
            ("--symbol", "btcusdt", "did you mean BTCUSDT?"),
            ("--symbol", "BTC/USDT", "did you mean BTCUSDT?"),
            ("--symbol", "BTCPERP", "did you mean BTCUSDT?"),
        ]
    )
    func reasons(option: String, value: String, why: String) {
        let said = Parsing.parent([option, value], ca: ca) ?? "taken"
        #expect(said.contains("\(option) '\(value)' ") && said.contains(why), "\(said)")
    }

    @Test(
        "a share of all volume leaves some to the others",
        arguments: ["150%", "10", "90%", "1", "0"]
    )
    func rates(text: String) {
        let said = Parsing.parent(["--algo", "pov", "--rate", text], ca: ca) ?? "taken"
        #expect(said.hasPrefix("--rate '\(text)' "), "\(said)")
    }

    @Test("what is right is taken")
    func taken() {
        for changes in [
            [], ["--quantity", ".5"], ["--algo", "pov", "--rate", "89.99%"], ["--depth", "200"],
            ["--price-band", "0.005"], ["--over", "168h"], ["--duration", "1h30m"],
            ["--quantity=1"], ["--dcp", "300s"], ["--symbol", "BTC-29NOV24"],
        ] {
            #expect(Parsing.parent(changes, ca: ca) == nil, "\(changes)")
        }
    }

    /// The options of a parent, a value of each, and the algorithms that use it.
    private static let parentOptions: [(option: String, value: String, users: [String])] = [
        ("--side", "sell", all), ("--quantity", "2", all), ("--over", "5s", all),
        ("--limit", "100", all), ("--reduce-only", "", all), ("--rate", "20%", ["pov"]),
        ("--profile", "bars.csv", ["vwap"]), ("--display-share", "20%", all),
        ("--grace", "5s", ["twap", "vwap"]), ("--max-child", "1", all),
        ("--price-band", "1%", all), ("--request-rate", "5", all), ("--tier", "vip1", all),
    ]
    private static let all = ["twap", "vwap", "pov"]

    @Test("an option that an algorithm does not use is refused with whose it is")
    func algorithms() throws {
        for (option, value, users) in Self.parentOptions {
            for algorithm in Self.all {
                let words = [option] + (value.isEmpty ? [] : [value]) + ["--algo", algorithm]
                let said = Parsing.parent(words, ca: ca)
                if users.contains(algorithm) {
                    #expect(said == nil, "\(words): \(said ?? "")")
                } else {
                    let owners = "\(option) belongs to --algo \(users.joined(separator: " and "))"
                    #expect(said?.hasPrefix(owners) == true, "\(words): \(said ?? "taken")")
                }
            }
        }
        // None is left out.
        let labels = Mirror(reflecting: ParentOptions()).children.compactMap(\.label)
        let names = labels.map { label in
            "--"
                + label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }
                .joined()
        }
        #expect(Set(names) == Set(Self.parentOptions.map(\.option) + ["--algo"]))
    }

    @Test("an option that is stated twice is refused, by whatever name")
    func repeated() {
        for (words, both) in [
            (["--limit", "1", "--limit", "2"], "--limit 1 and --limit 2"),
            (["--over", "5s", "--duration", "3s"], "--over 5s and --duration 3s"),
            (["--side=buy", "--side", "buy"], "--side=buy and --side buy"),
            (
                ["--limit", "1", "--limit=2", "--limit", "-3"],
                "--limit 1 and --limit=2 and --limit=-3"
            ),
        ] {
            let said = Parsing.parent(words, ca: ca) ?? "taken"
            #expect(said.contains("\(both) state the same option: give it once"), "\(said)")
        }
        let two = Parsing.parent(
            ["--limit", "1", "--limit", "2", "--side", "buy", "--side", "sell"],
            ca: ca
        )
        #expect(two?.contains("--limit 1") == true && two?.contains("--side buy") == true)
        // A flag says no more the second time, what may be repeated may, and a value is no option.
        for words in [
            ["demo", "--json", "--json"], ["demo", "--feed", "x", "--feed", "y"],
            ["halt", "--reason", "two", "--wait", "5s"],
        ] {
            #expect(Parsing.refusal(words) == nil, "\(words)")
        }
        let every = Sluice.configuration.subcommands.compactMap { $0.configuration.commandName }
        for command in every where !["check", "resume", "journal", "replay"].contains(command) {
            let option = ["halt": "--wait", "inspect": "--symbol", "doctor": "--core"][command]
            let words = [option ?? "--port", "1", option ?? "--port", "2"]
            let said = Parsing.refusal([command] + words + ["--journal", "j"]) ?? "taken"
            #expect(command == "demo" || said.contains("state the same option"), "\(said)")
        }
    }

    @Test("what has no meaning is told as that alone, and not what is wrong with its value, too")
    func onlyOnce() {
        for (words, option) in [
            (["demo", "--rate", "0%"], "--rate"), (["demo", "--speed", "0"], "--speed"),
            (["demo", "--journal-segment", "0"], "--journal-segment"),
        ] {
            let said = Parsing.refusal(words) ?? "taken"
            #expect(said.hasPrefix("\(option) belongs to") && !said.contains("\n"), "\(said)")
        }
        let said = Parsing.parent(["--rate", "0%"], ca: ca) ?? "taken"
        #expect(said == "--rate belongs to --algo pov")
    }

    @Test("a recording that is named twice is refused, whatever leads to it")
    func sameFile() throws {
        let path = try scratch.file("feed.ndjson", "")
        let link = path + ".link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for words in [["inspect", path, link], ["venue", "--feed", path, path]] {
            let said = Parsing.refusal(words) ?? "taken"
            #expect(said.contains("are one file: name it once"), "\(words): \(said)")
        }
    }

    @Test("what has no meaning beside another option is refused")
    func meaningless() throws {
        let place = ["--port", "1", "--ca", ca]
        for (words, why) in [
            (["demo", "--rate", "20%"], "--rate belongs to --algo pov"),
            (["demo", "--speed", "2"], "--speed belongs to --feed"),
            (["demo", "--feed", "x", "--seed", "2"], "--seed is of the synthetic market"),
            (["venue", "--speed", "2"], "--speed belongs to --feed"),
            (["venue", "--feed", "x", "--seed", "2"], "--seed is of the synthetic market"),
            (
                ["recover", "--journal", "j", "--policy", "halt", "--resume-within", "5s"] + place,
                "--resume-within belongs to --policy resume"
            ),
            (["doctor", "--ca", ca], "--ca goes with --venue"),
        ] {
            let said = Parsing.refusal(words) ?? "taken"
            #expect(said.hasPrefix(why), "\(words): \(said)")
        }
        #expect(Parsing.refusal(["demo", "--algo", "pov", "--rate", "20%", "--seed", "3"]) == nil)
        #expect(Parsing.refusal(["venue", "--feed", "x", "--speed", "3"]) == nil)
    }

    @Test("every fault is told at once, each in a line of its own")
    func together() {
        let said = Parsing.parent(
            [
                "--quantity", "0", "--over", "30", "--limit", "1,5", "--depth", "7", "--rate",
                "10%",
                "--journal-segment", "0", "--lines", "x", "--symbol", "btcusdt",
            ],
            ca: "/nonexistent"
        )
        let lines = (said ?? "").split(separator: "\n")
        for option in [
            "--quantity", "--over", "--limit", "--depth", "--rate", "--journal-segment", "--lines",
            "--symbol", "--ca",
        ] {
            #expect(lines.contains { $0.contains(option) }, "\(option): \(said ?? "taken")")
        }
        #expect(lines.count >= 9)
    }

    @Test("the other commands tell reasons too")
    func others() throws {
        for (arguments, why) in [
            (["demo", "--feed", "x", "--speed", "0"], "--speed '0' must be more than 0"),
            (["demo", "--algo", "pov", "--rate", "95%"], "--rate '95%' must be below 90%"),
            (["halt", "--wait", "5"], "--wait '5' has no unit"),
            (["venue", "--seed", "-1"], "--seed '-1' is negative: it must be a whole number"),
            (["venue", "--port", "70000"], "--port '70000' is not from 0 to 65535"),
            (["doctor", "--core", "one"], "--core 'one' is not a whole number"),
            (["recover", "--journal", "j", "--port", "1"], "--port and --ca belong together"),
            (
                ["recover", "--journal", "j", "--config", "f", "--patience", "5"],
                "--patience '5' has"
            ),
            (["venue", "--category", "inverse"], "linear"),
        ] {
            let said = Parsing.refusal(arguments) ?? "taken"
            #expect(said.contains(why), "\(arguments): \(said)")
        }
    }

    @Test("a script of faults is refused with all its mistakes, its name and their lines")
    func script() throws {
        let path = try scratch.file(
            "rules.txt",
            "create 1 lose\ndestroy 1 lose\nat 1s freese 2s\ncreate 1 lose twice\n"
        )
        let said = Parsing.refusal(["venue", "--faults", path]) ?? "taken"
        #expect(said.contains("\(path):2: destroy: a rule starts with"))
        #expect(
            said.contains("\(path):3: freese: no such fault of the venue, did you mean freeze?")
        )
        #expect(said.contains("\(path):4: twice: there is more than the rule takes"))
        let missing = Parsing.refusal(["venue", "--faults", "/nonexistent"]) ?? "taken"
        #expect(missing.contains("--faults: /nonexistent does not exist"))
    }

    @Test("a certificate file that is none is told")
    func certificates() throws {
        let empty = try scratch.file("empty.pem", "")
        for (path, why) in [
            (empty, "holds no certificate"), (scratch.url.path, "is a directory"),
            ("/nonexistent", "does not exist"),
        ] {
            let said = Parsing.parent([], ca: path) ?? "taken"
            #expect(said.contains(why), "\(said)")
        }
    }

    @Test("a word that a variable does not have ends every command before it begins")
    func environment() {
        for (name, word) in [
            ("SLUICE_IO", "sockets"), ("SLUICE_SCAN", "plain"), ("SLUICE_TICKS", "monotonic"),
        ] {
            #expect(EnvironmentWords.faults([name: word]).isEmpty)
            let said = EnvironmentWords.faults([name: "banana"])
            #expect(said.count == 1 && said[0].hasPrefix("\(name) must be "), "\(said)")
            #expect(throws: (any Error).self) {
                try Sluice.command(["resume"], environment: [name: "banana"])
            }
        }
        #expect(EnvironmentWords.faults([:]).isEmpty)
    }

    @Test("only a number below zero is joined to the option before it")
    func negatives() {
        #expect(
            Sluice.joiningNegatives([
                "a", "--b", "-1", "-.5", "--c", "-d", "--e=1", "-2", "--", "-3",
            ])
                == ["a", "--b=-1", "-.5", "--c", "-d", "--e=1", "-2", "--", "-3"]
        )
    }
}

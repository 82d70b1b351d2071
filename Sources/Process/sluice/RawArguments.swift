import ArgumentParser
import Foundation

/// The words of a command line as they were typed: what the parser would take without a word, or
/// refuse without saying why.
struct RawArguments {
    /// Those before "--": what follows it is no option.
    private let words: [String]
    /// The command that they name.
    private let command: (any ParsableCommand.Type)?

    init(_ arguments: [String]) {
        words = Array(arguments.prefix { $0 != "--" })
        command = Sluice.configuration.subcommands.first {
            $0.configuration.commandName == arguments.first
        }
    }

    /// Whether programs are to read how the process ends. Who writes "--json=yes" or "-json" wants
    /// that, too.
    var wantsDocument: Bool { words.contains(where: RawArguments.meansJSON) }

    /// What is wrong with them, each in a sentence.
    var faults: [String] { documentFaults + repetitions }

    private static func meansJSON(_ word: String) -> Bool {
        word.hasPrefix("--json") || word == "-json"
    }

    private var documentFaults: [String] {
        words.filter { RawArguments.meansJSON($0) && $0 != "--json" }.map {
            "'\($0)' is not taken: the option is --json alone, without a value"
        }
    }

    /// Options that are stated more than once, by one name or two: the parser takes the last.
    private var repetitions: [String] {
        guard let command else { return [] }
        let options = ToolInfo.options(of: command)
        var stated: [Int: [String]] = [:]
        var place = words.startIndex + 1
        while place < words.endIndex {
            let word = words[place]
            place += 1
            let name = word.prefix { $0 != "=" }
            guard let option = options.firstIndex(where: { $0.isCalled(name) }) else { continue }
            var text = word
            if name.endIndex == word.endIndex, place < words.endIndex, !words[place].hasPrefix("-")
            {
                text += " " + words[place]
                place += 1
            }
            stated[option, default: []].append(text)
        }
        return stated.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }.map {
            "\($0.joined(separator: " and ")) state the same option: give it once"
        }
    }
}

/// What the parser says of a command's options, as far as it is of use here.
private struct ToolInfo: Decodable {
    struct Command: Decodable {
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        func isCalled(_ word: Substring) -> Bool {
            names?.contains { $0.kind == "long" && word == "--" + $0.name } == true
        }
    }

    let command: Command

    /// Those of `command` that take one value.
    static func options(of command: any ParsableCommand.Type) -> [Argument] {
        let text = Data(command._dumpHelp().utf8)
        guard let info = try? JSONDecoder().decode(ToolInfo.self, from: text) else { return [] }
        return info.command.arguments?.filter { $0.kind == "option" && !$0.isRepeating } ?? []
    }
}

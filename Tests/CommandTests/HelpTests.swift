import ArgumentParser
import Foundation
import Testing

@testable import sluice

/// What a person copies from the help.
@Suite("Help", .timeLimit(.minutes(5)))
struct HelpTests {
    private static let commands = Sluice.configuration.subcommands

    private static func help(
        _ command: any ParsableCommand.Type,
        columns: Int = 80
    ) -> String {
        Sluice.helpMessage(for: command, columns: columns)
    }

    /// The commands printed as examples: indented lines that begin with sluice, and what a
    /// backslash continues.
    private static func examples(_ help: String) -> [String] {
        var found: [String] = []
        var isOpen = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if isOpen {
                found[found.count - 1] += "\n" + line
            } else if line.hasPrefix("  sluice ") {
                found.append(String(line))
            } else {
                continue
            }
            isOpen = line.hasSuffix("\\")
        }
        return found
    }

    @Test("no line of help is wider than a terminal of 80 columns", arguments: commands.indices)
    func width(index: Int) {
        for line in Self.help(Self.commands[index]).split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test("every command has an example, and each can be pasted", arguments: commands.indices)
    func examples(index: Int) async throws {
        let scratch = try ScratchFolder()
        let ca = try scratch.file("ca.pem", "-----BEGIN CERTIFICATE-----\n")
        let rules = try scratch.file("rules.txt", "create 3 lose\n")
        let examples = Self.examples(Self.help(Self.commands[index]))
        #expect(!examples.isEmpty)
        // What a terminal wraps does not continue where its backslash has moved to.
        let unwrapped = Self.examples(Self.help(Self.commands[index], columns: 10_000))
        #expect(examples == unwrapped)
        for example in examples {
            let read = try await Shell.arguments(example)
            let arguments = try #require(read, "\(example)")
            let placed = arguments.map { ["ca.pem": ca, "rules.txt": rules][$0] ?? $0 }
            #expect(placed.count > 0 && Parsing.refusal(placed) == nil, "\(example)")
        }
    }

    @Test("an example ends where no backslash continues it")
    func wrapped() throws {
        let example = "  sluice execute --port 1 --ca a \\\n--quantity 1 --over 30s\n\\\n --json\n"
        #expect(Self.examples(example).map { $0.contains("--over") } == [true])
        #expect(Self.examples(example).map { $0.contains("--json") } == [false])
    }
}

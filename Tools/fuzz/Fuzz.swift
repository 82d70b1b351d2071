import ArgumentParser
import Glibc
import Invocation

/// The fuzzer: mutated input against everything that reads what others wrote.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Feeds mutated input to decoders, framers and the book, and compares answers.",
        discussion: """
            Each execution depends on its number and the seed alone: a failure prints both, and \
            --first with --executions 1 runs it again.

            Example:
              swift run -c release fuzz --entry json --executions 1000000 --seed 7
            """
    )

    static func main() { main(Invocation.arguments) }

    @Option(help: "Run this entry; all but the canary when it is not given.")
    var entry: String?

    @Option(help: "Executions an entry.")
    var executions: UInt64 = 100_000

    @Option(help: "The first execution's number.")
    var first: UInt64 = 0

    @Option(help: "Seed of all executions.")
    var seed: UInt64 = 1

    @Flag(help: "Run every entry briefly, and see the canary fail.")
    var smoke = false

    @Flag(help: "Print the entries and end.")
    var list = false

    func run() throws {
        if list {
            for entry in FuzzEntry.all { print(entry.name) }
            return
        }
        let chosen = FuzzEntry.all.filter { entry in
            self.entry.map { $0 == entry.name } ?? (entry.name != FuzzEntry.canary.name)
        }
        guard !chosen.isEmpty else { throw ValidationError("no entry of that name; see --list") }
        Watch.install()
        var isSound = true
        for entry in chosen {
            let count = smoke ? min(executions, 3_000) : executions
            if let failure = FuzzRun(entry, seed: seed).run(first: first, count: count) {
                print(failure)
                isSound = false
            }
        }
        if smoke {
            // A fuzzer that cannot fail finds nothing.
            guard FuzzRun(.canary, seed: seed).run(first: 0, count: 3_000) != nil else {
                print("canary: the planted fault was not found")
                throw ExitCode.failure
            }
            print("canary: found, as it must be")
        }
        if !isSound { throw ExitCode.failure }
    }
}

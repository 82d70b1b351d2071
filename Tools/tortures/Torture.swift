import ArgumentParser
import Invocation

/// Long runs of seeded faults, by hand or at night; the tests run the same, briefly.
@main
struct Torture: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Long runs of seeded faults against the parts that must survive them.",
        subcommands: [
            FaultsCommand.self, CrashCommand.self, LinesCommand.self, SocketsCommand.self,
            OperatorCommand.self, CrashSession.self,
        ]
    )

    static func main() { main(Invocation.arguments) }
}

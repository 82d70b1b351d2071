import ArgumentParser
import Runtime

@main
struct Sluice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Works large orders into Bybit's book tick by tick, and proves what they cost.",
        discussion: """
            Exit codes: 0 done; 1 finished short; 2 usage or configuration; 3 venue or network; \
            4 refused by risk; 70 internal.
            """,
        version: Session.version,
        subcommands: [
            DemoCommand.self, ExecuteCommand.self, CheckCommand.self, HaltCommand.self,
            ResumeCommand.self, VenueCommand.self, InspectCommand.self, DoctorCommand.self,
            JournalCommand.self, ReplayCommand.self, RecoverCommand.self,
        ]
    )

    static func main() {
        do {
            var command = try command()
            try command.run()
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            // Usage errors leave with 2, the contract's code; help and version with 0.
            let isClean = exitCode(for: error) == .success
            if isClean { exit(withError: error) }
            Terminal.error(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }
}

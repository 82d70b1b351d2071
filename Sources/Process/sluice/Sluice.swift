import ArgumentParser
import Recordings
import Runtime

@main
struct Sluice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Works large orders into Bybit's book tick by tick, and proves what they cost.",
        discussion: """
            Exit codes: 0 done; 1 finished short; 2 usage or configuration; 3 venue or network; \
            4 refused by risk, or by what else trades; 70 the report could not be delivered, or an \
            internal error.
            """,
        version: Session.version,
        subcommands: [
            DemoCommand.self, ExecuteCommand.self, CheckCommand.self, HaltCommand.self,
            ResumeCommand.self, VenueCommand.self, InspectCommand.self, DoctorCommand.self,
            JournalCommand.self, ReplayCommand.self, RecoverCommand.self,
        ]
    )

    /// Without a sub-command nothing was asked for that could be done.
    func run() throws {
        Terminal.error("name a command\n\n\(Sluice.helpMessage())")
        throw ExitCode(2)
    }

    static func main() {
        Launch.prepare()
        Terminal.leave(code())
    }

    /// Runs the command, and says what its exit code is.
    private static func code() -> Int32 {
        do {
            var command = try prepared()
            try command.run()
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch let lost as DocumentLost {
            return undelivered(lost)
        } catch let error as RecordingError {
            // A file that was named and cannot be used.
            Terminal.error("\(error)")
            return 2
        } catch {
            return code(for: error)
        }
    }

    /// The command, with the signals as it wants them.
    private static func prepared() throws -> any ParsableCommand {
        var takesSignals = false
        defer { if !takesSignals { Launch.letSignalsEnd() } }
        let command = try command()
        takesSignals = command is any InterruptibleCommand
        return command
    }

    /// Usage errors leave with 2; help and version, which come as errors too, with 0.
    private static func code(for error: any Error) -> Int32 {
        let text = fullMessage(for: error)
        switch exitCode(for: error) {
        case .success:
            do {
                try Terminal.document(text)
                return 0
            } catch {
                return undelivered(error)
            }
        case .validationFailure:
            Terminal.error(text)
            return 2
        default:
            Terminal.error(text)
            return 70
        }
    }

    private static func undelivered(_ lost: DocumentLost) -> Int32 {
        Terminal.error("what was asked for could not be delivered: \(lost)")
        return SessionRunner.undelivered
    }
}

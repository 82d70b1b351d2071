import ArgumentParser
import Foundation
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
        throw CommandEnd(.usage, "name a command\n\n\(Sluice.helpMessage())")
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
        } catch let end as CommandEnd {
            return told(end)
        } catch let error as RecordingError {
            // A file that was named and cannot be used.
            return told(CommandEnd(.usage, "\(error)"))
        } catch {
            return code(for: error)
        }
    }

    /// What is wrong with the words of a command, without its usage.
    private static func faults(_ error: any Error) -> [String] {
        message(for: error).components(separatedBy: OptionFaults.separator)
    }

    /// Says why a command ended, to people and, where they want it, to programs.
    ///
    /// - Parameter text: what people are told; nil for the faults, one a line.
    private static func told(_ end: CommandEnd, _ text: String? = nil) -> Int32 {
        Terminal.endProgress()
        for fault in text.map({ [$0] }) ?? end.faults { Terminal.error(fault) }
        guard EndDocument.isWanted, !Terminal.hasDocument else { return end.reason.exitCode }
        do {
            try Terminal.document(EndDocument(end).json())
            return end.reason.exitCode
        } catch let lost as DocumentLost {
            return undelivered(lost)
        } catch {
            return 70
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
            return told(CommandEnd(.usage, faults(error)), text)
        default:
            return told(CommandEnd(.internal, faults(error)), text)
        }
    }

    private static func undelivered(_ lost: DocumentLost) -> Int32 {
        Terminal.error("what was asked for could not be delivered: \(lost)")
        return SessionRunner.undelivered
    }
}

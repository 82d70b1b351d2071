import ArgumentParser
import Foundation
import Runtime

/// Throws the kill switch.
struct HaltCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop every session of this user on this host, and let none begin.",
        discussion: """
            Each session cancels what it has open, asks the venue whether anything is left, reports \
            and ends. `execute` refuses to begin until a person says `sluice resume`. Exit code 1 \
            when a session has not ended in time: it is named.

            Example:
              sluice halt --reason "fat finger in ETH"
            """
    )

    @Option(help: "What a person reads who tries to begin.")
    var reason = "no reason given"

    @Option(help: "How long to wait for the sessions to end: 1ms to 168h.")
    var wait = DurationArgument(argument: "30s")

    func validate() throws { try OptionFaults(self).finish() }

    func run() throws {
        let killSwitch = try KillSwitchLocator.find()
        let when = ISO8601DateFormatter().string(from: Date())
        let halt: KillSwitch.Halt
        do {
            halt = try killSwitch.halt(reason: "\(when): \(reason)")
        } catch {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
        let told = halt.told
        let processes = told.map(String.init).joined(separator: ", ")
        Terminal.note(
            told.isEmpty
                ? "halted; no session is at work"
                : "halted; told the sessions of process \(processes)"
        )
        if let unmarked = halt.unmarked {
            Terminal.error("\(unmarked.description); sessions may begin in spite of the halt")
        }
        let deadline = Date().addingTimeInterval(wait.value.inSeconds)
        var left = told
        while !left.isEmpty && Date() < deadline {
            // The end of a process that is not our child is no event we could wait for.
            usleep(20_000)
            left = left.filter(killSwitch.isLiving)
        }
        guard left.isEmpty else {
            Terminal.error(
                "still at work: process \(left.map(String.init).joined(separator: ", "))"
            )
            throw ExitCode(1)
        }
        if !told.isEmpty { Terminal.note("all have ended; their reports say what is left") }
        if halt.unmarked != nil { throw ExitCode(2) }
    }
}

/// Lets sessions begin again.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Undo `sluice halt`: let sessions begin again.",
        discussion: """
            Example:
              sluice resume
            """
    )

    func run() throws {
        let killSwitch = try KillSwitchLocator.find()
        do {
            let wasThrown = try killSwitch.resume()
            Terminal.note(wasThrown ? "sessions may begin again" : "was not halted")
        } catch {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }
}

/// Where this user's kill switch is.
enum KillSwitchLocator {
    static func find() throws -> KillSwitch {
        let environment = ProcessInfo.processInfo.environment
        guard let found = KillSwitch(environment: environment) else {
            Terminal.error("no folder for the kill switch: set SLUICE_STATE_DIR or HOME")
            throw ExitCode(2)
        }
        return found
    }

    /// Enters this process among the sessions; refuses while the switch is thrown.
    static func enter() throws -> KillSwitch.Entry {
        let killSwitch = try find()
        do {
            let entry = try killSwitch.enter()
            if let reason = killSwitch.reason {
                Terminal.error("halted since \(reason); `sluice resume` lets sessions begin")
                throw ExitCode(4)
            }
            return entry
        } catch let error as KillSwitchError {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }
}

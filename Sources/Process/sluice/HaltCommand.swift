import ArgumentParser
import Foundation
import Runtime
import Units

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

    /// What to do about a session that does not end.
    private static let advice = """
        each goes on cancelling until the venue has answered: say `sluice halt` again to wait \
        longer. `kill -KILL` ends a process that hangs, and leaves its orders: cancel them on the \
        venue's page, or by `sluice recover --journal DIR --policy halt` where it keeps a journal
        """

    /// How long a session may be out of sight whose entry was removed, in seconds.
    private static let surfacing = 1.0

    func validate() throws { try OptionFaults(self).finish() }

    func run() throws {
        let killSwitch = try KillSwitchLocator.find()
        let when = ISO8601DateFormatter().string(from: Date())
        let halt: KillSwitch.Halt
        do {
            halt = try killSwitch.halt(reason: "\(when): \(reason)")
        } catch {
            throw CommandEnd(.usage, error.description)
        }
        if let notice = halt.notice { Terminal.note(notice) }
        if !halt.told.isEmpty {
            Terminal.note("halted; told the sessions of process \(list(halt.told))")
        }
        if let unmarked = halt.unmarked {
            Terminal.error("\(unmarked.description); sessions may begin in spite of the halt")
        }
        if let unseen = halt.unseen {
            Terminal.error("\(unseen.description); a session of that process was not told")
        }
        let (seen, left) = try waitForEnds(halt, killSwitch)
        guard left.isEmpty else {
            let waited = Stated.text(wait.value)
            for process in left {
                let work = killSwitch.work(of: process)
                Terminal.error(
                    "still at work after \(waited): process \(process), "
                        + (work.isEmpty ? "which has begun nothing yet" : work)
                )
            }
            Terminal.note(HaltCommand.advice)
            throw ExitCode(1)
        }
        Terminal.note(
            seen.isEmpty
                ? "halted; no session is at work by \(killSwitch.folder)"
                : "all have ended; their reports say what is left"
        )
        if halt.unmarked != nil || halt.unseen != nil { throw ExitCode(2) }
    }

    /// Waits for the end of the sessions that were told, and of those that were out of sight: one
    /// whose entry was removed makes it again, and halts by the marker.
    private func waitForEnds(
        _ halt: KillSwitch.Halt,
        _ killSwitch: KillSwitch
    ) throws -> (seen: [Int32], left: [Int32]) {
        let began = Date()
        let deadline = began.addingTimeInterval(wait.value.inSeconds)
        let surfacing = min(deadline, began.addingTimeInterval(HaltCommand.surfacing))
        var (seen, left) = (halt.told, halt.told)
        while Date() < (left.isEmpty ? surfacing : deadline) {
            // The end of a process that is not our child is no event we could wait for.
            usleep(20_000)
            left = left.filter(killSwitch.isLiving)
            guard Date() < surfacing else { continue }
            let surfaced = (try? killSwitch.living())?.filter { !seen.contains($0) } ?? []
            if !surfaced.isEmpty {
                Terminal.note("halted; process \(list(surfaced)) had been out of sight")
            }
            seen += surfaced
            left += surfaced
        }
        return (seen, left)
    }

    private func list(_ processes: [Int32]) -> String {
        processes.map(String.init).joined(separator: ", ")
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
            let folder = killSwitch.folder
            Terminal.note(wasThrown ? "sessions may begin again" : "was not halted by \(folder)")
        } catch {
            throw CommandEnd(.usage, error.description)
        }
    }
}

/// Where this user's kill switch is.
enum KillSwitchLocator {
    static func find() throws -> KillSwitch {
        do {
            return try KillSwitch.find(ProcessInfo.processInfo.environment)
        } catch {
            throw CommandEnd(.usage, error.description)
        }
    }

    /// Enters this process among the sessions; refuses while the switch is thrown.
    static func enter(_ interrupts: Interrupts) throws -> Presence {
        let presence: Presence
        do {
            presence = try find().enter(tell: listener(interrupts))
        } catch let error as KillSwitchError {
            throw CommandEnd(.usage, error.description)
        }
        if let notice = presence.notice { Terminal.note(notice) }
        if let reason = presence.haltReason {
            throw CommandEnd(
                .halted,
                "halted since \(reason); `sluice resume` lets sessions begin"
            )
        }
        return presence
    }

    /// Passes on what becomes of the presence.
    static func listener(_ interrupts: Interrupts) -> @Sendable (Presence.Word) -> Void {
        { word in
            switch word {
            case .note(let text): Terminal.note(text)
            case .halted: interrupts.take(Interrupts.Call(wish: .halt, name: "the kill switch"))
            case .supplanted(let text):
                interrupts.take(Interrupts.Call(wish: .stop, name: text, isFault: true))
            }
        }
    }
}

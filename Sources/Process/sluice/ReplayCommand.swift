import ArgumentParser
import Engine
import Foundation
import Journal
import Orders
import Replay
import Units

/// `sluice replay`: a journal through the engine again.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a journal through the engine again, and compare every command.",
        discussion: """
            Makes the engine the journal begins with, gives it every event on record, and says \
            what became of the parents. With --verify each command must be the recorded one, byte \
            for byte.

            Exit codes: 0 read, and with --verify all commands are equal; 1 the first difference \
            is printed; 2 unreadable, damaged or incomplete.

            Example:
              sluice replay journals --verify
            """
    )

    @Argument(help: ArgumentHelp("A first segment's file, or a directory.", valueName: "file|dir"))
    var path: String

    @Flag(help: "Fail at the first command that is not the recorded one.")
    var verify = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() throws {
        do {
            var replay = try Replay.open(path)
            JournalNotes.sessions(replay.segments)
            if replay.session.behaviour != Engine.behaviour {
                Terminal.note(
                    "recorded by an engine of behaviour \(replay.session.behaviour), this one has "
                        + "\(Engine.behaviour): other commands are to be expected"
                )
            }
            try replay.run()
            let summary = ReplaySummary(replay)
            try Terminal.document(json ? try summary.json() : summary.text())
            let code = exitCode(replay)
            if code != 0 { throw ExitCode(code) }
        } catch let error as ReplayError {
            throw CommandEnd(.usage, "\(error)")
        }
    }

    private func exitCode(_ replay: borrowing Replay) -> Int32 {
        if replay.difference != nil { return verify ? 1 : 0 }
        if case .corrupt = replay.end { return 2 }
        return verify && replay.gap != nil ? 2 : 0
    }
}

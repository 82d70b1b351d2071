import ArgumentParser
import Foundation
import Journal
import Runtime
import Units

/// Recovers the sessions of a directory one by one, and maps the worst end to an exit code.
struct RecoveryRunner {
    let request: RecoveryRequest
    let interrupts: Interrupts
    let json: Bool

    /// Recovers every session that did not end, or the one named `only`.
    func run(only: String?) throws {
        let (sessions, living) = try unfinished(only)
        var summaries: [RecoverySummary] = []
        // A session at work is refused, by its name or without.
        var worst: Int32 = living.isEmpty ? 0 : 4
        if sessions.count > 1 { withdraw(sessions.dropFirst()) }
        for session in sessions {
            do {
                let outcome = try recover(session)
                let code = RecoveryRunner.exitCode(outcome)
                worst = max(worst, code)
                summaries.append(RecoverySummary(outcome, exitCode: code))
            } catch {
                let (text, code) = RecoveryRunner.failure(of: session.name, error)
                Terminal.endProgress()
                Terminal.error(text)
                worst = max(worst, code)
                summaries.append(RecoverySummary(session.name, error: text, exitCode: code))
            }
            if !json, let summary = summaries.last {
                worst = max(worst, deliver([summary]) { summary.text })
            }
        }
        if json {
            worst = max(
                worst,
                deliver(summaries) {
                    try RecoveryDocument(exitCode: worst, atWork: living, sessions: summaries)
                        .json()
                }
            )
        } else if sessions.isEmpty {
            let others = living.isEmpty ? "no session" : "no other session"
            Terminal.note("\(others) in \(request.journal.directory) is unfinished")
        }
        if worst != 0 { throw ExitCode(worst) }
    }

    /// Prints a document; where that cannot be done the next session is recovered all the same.
    ///
    /// - Returns: the exit code that this adds.
    private func deliver(_ summaries: [RecoverySummary], _ text: () throws -> String) -> Int32 {
        do {
            try Terminal.document(text())
            return 0
        } catch {
            let lines = summaries.map { summary in
                "session \(summary.session) \(summary.action)"
                    + (summary.report.map { ", \($0.summary)" } ?? "")
            }
            Terminal.error(
                "the report could not be delivered (\(error)): "
                    + (lines.isEmpty ? "nothing to recover" : lines.joined(separator: "; "))
            )
            return SessionRunner.undelivered
        }
    }

    /// What cannot be taken off is told, and done when the session's turn comes.
    private func withdraw(_ sessions: ArraySlice<JournalFolder.Session>) {
        let control = SessionControl(stopsOfSetUp: 2)
        let stopping = Stopping(control, before: "the venue is not reached yet")
        interrupts.handle { stopping.take($0) }
        for session in sessions {
            let text: String
            do throws(SessionError) {
                let count = try Recovery.withdraw(session, request, control)
                if count == 0 { continue }
                text =
                    count.counted("order")
                    + " of session \(session.name) taken off, until its turn"
            } catch {
                text =
                    "what session \(session.name) has open cannot be taken off before its turn: "
                    + error.text
            }
            Terminal.note(text)
        }
    }

    private func recover(
        _ session: JournalFolder.Session
    ) throws(SessionError) -> RecoveryOutcome {
        let control = SessionControl(stopsOfSetUp: 2)
        let stopping = Stopping(control, before: "the venue is not reached yet")
        interrupts.handle { stopping.take($0) }
        let ticker = SessionRunner.progressTicker(control)
        defer { ticker.stop() }
        Terminal.note("recovering session \(session.name)")
        let outcome = try Recovery.run(session, request, control)
        Terminal.endProgress()
        Terminal.errors(outcome.outcome?.fault)
        return outcome
    }

    private func unfinished(_ only: String?) throws -> ([JournalFolder.Session], living: [String]) {
        let folder: JournalFolder
        do {
            folder = try Recovery.folder(request.journal.directory)
        } catch {
            throw CommandEnd(.usage, error.text)
        }
        if let only, !folder.sessions.contains(where: { $0.name == only }) {
            throw CommandEnd(.usage, "\(folder.path) holds no session \(only)")
        }
        var living: [String] = []
        let sessions = folder.sessions.filter { session in
            guard only == nil || session.name == only else { return false }
            switch session.standing {
            case .ended: return false
            case .unfinished, .unreadable:
                for note in session.notes { Terminal.note(note) }
                return true
            // Named, it is refused; else it is left alone.
            case .living:
                if only == nil {
                    living.append(session.name)
                    Terminal.note("session \(session.name) is at work: left alone")
                }
                return only != nil
            }
        }
        return (sessions, living)
    }

    /// What a recovery that did not come about is told with. One that was stopped left what it was
    /// to look after: no good end.
    private static func failure(of session: String, _ error: SessionError) -> (String, Int32) {
        guard case .stopped = error else { return (error.text, SessionRunner.exitCode(error)) }
        return (
            "stopped before session \(session) was recovered: its orders may be open at the venue, "
                + "run `sluice recover` again",
            3
        )
    }

    private static func exitCode(_ outcome: RecoveryOutcome) -> Int32 {
        if let settlement = outcome.settlement {
            return settlement.isComplete && outcome.isRecorded ? 1 : 3
        }
        guard let session = outcome.outcome else { return outcome.isRecorded ? 0 : 3 }
        if !outcome.isRecorded || !session.isSettled { return 3 }
        return SessionRunner.exitCode(session)
    }
}

import ArgumentParser
import Foundation
import Orders
import Reports
import Runtime
import Synchronization
import Units

/// Runs one session while a person may watch or interrupt it, and maps its end to an exit code.
enum SessionRunner {
    /// Works the parent, prints its report, and leaves with the contract's code when it is not 0.
    static func run(
        _ configuration: SessionConfiguration,
        _ interrupts: Interrupts,
        json: Bool
    ) throws {
        let control = SessionControl()
        let stopping = Stopping(control)
        interrupts.handle { stopping.take($0) }
        let ticker = progressTicker(control)
        var configuration = configuration
        configuration.notice = { Terminal.note($0) }
        let outcome: SessionOutcome
        do {
            defer {
                ticker.stop()
                Terminal.endProgress()
            }
            outcome = try Session.run(configuration, control)
        } catch {
            throw CommandEnd(error)
        }
        var report = outcome.report
        report.exitCode = exitCode(outcome)
        let isDelivered = deliver(report, json: json)
        if let reason = outcome.reason { Terminal.note(reason) }
        for warning in report.warnings { Terminal.note(warning) }
        Terminal.errors(outcome.fault)
        let code = isDelivered ? exitCode(outcome) : undelivered
        if code != 0 { throw ExitCode(code) }
    }

    /// What a process leaves with whose report did not reach its reader.
    static let undelivered: Int32 = 70

    /// Prints the report; where that cannot be done, its summary goes to stderr.
    private static func deliver(_ report: ParentReport, json: Bool) -> Bool {
        do {
            let text =
                json
                ? String(decoding: try report.json(), as: UTF8.self)
                : report.text(width: Terminal.width(of: 1))
            try Terminal.document(text)
            return true
        } catch {
            Terminal.error("the report could not be delivered (\(error)): \(report.summary)")
            return false
        }
    }

    /// Done is only what the venue confirms.
    static func exitCode(_ outcome: SessionOutcome) -> Int32 {
        if outcome.state == .completed {
            return outcome.isConfirmed && outcome.fault == nil ? 0 : 3
        }
        if outcome.isRefused { return 4 }
        return outcome.fault == nil ? 1 : 3
    }

    static func exitCode(_ error: SessionError) -> Int32 {
        CommandEnd(error).reason.exitCode
    }

    static func progressTicker(_ control: SessionControl) -> Ticker {
        let absences = Mutex(AbsenceNotices())
        let pauses = Mutex(PauseNotices())
        let room = Mutex(RoomNotices())
        return Ticker(every: .milliseconds(500)) {
            guard let now = control.latest else { return }
            if let text = absences.withLock({ $0.text(now) }) { Terminal.note(text) }
            if let text = pauses.withLock({ $0.text(now) }) { Terminal.note(text) }
            if let text = room.withLock({ $0.text(now) }) { Terminal.note(text) }
            Terminal.progress(ProgressLine.text(now, width: Terminal.width(of: 2)))
        }
    }
}

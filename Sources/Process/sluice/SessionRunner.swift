import ArgumentParser
import Dispatch
import Foundation
import Orders
import Reports
import Runtime
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
        interrupts.handle { wish in
            let what = wish == .halt ? "halted by SIGUSR1" : "stopping"
            Terminal.note("\n\(what): cancelling what is open and waiting for the answers")
            if wish == .halt { control.request(.halt) } else { control.requestStop() }
        }
        let ticker = progressTicker(control)
        defer { ticker.cancel() }
        var configuration = configuration
        configuration.notice = { Terminal.note($0) }
        let outcome: SessionOutcome
        do {
            outcome = try Session.run(configuration, control)
        } catch {
            Terminal.endProgress()
            throw fail(error)
        }
        Terminal.endProgress()
        if json {
            Terminal.document(String(decoding: try outcome.report.json(), as: UTF8.self))
        } else {
            Terminal.document(outcome.report.text())
        }
        if let reason = outcome.reason { Terminal.note(reason) }
        if let fault = outcome.fault { Terminal.error(fault) }
        let code = exitCode(outcome)
        if code != 0 { throw ExitCode(code) }
    }

    /// Done is only what the venue confirms.
    static func exitCode(_ outcome: SessionOutcome) -> Int32 {
        if outcome.state == .completed { return outcome.isConfirmed ? 0 : 3 }
        if outcome.isRefused { return 4 }
        return outcome.fault != nil || outcome.state == .halted ? 3 : 1
    }

    static func exitCode(_ error: SessionError) -> Int32 {
        switch error {
        case .usage: 2
        case .venue: 3
        case .refused: 4
        }
    }

    private static func fail(_ error: SessionError) -> ExitCode {
        Terminal.error(error.text)
        return ExitCode(exitCode(error))
    }

    static func progressTicker(_ control: SessionControl) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + 0.5, repeating: 0.5)
        timer.setEventHandler {
            guard let now = control.latest else { return }
            let whole = Double(now.quantity.lots)
            let percent = Double(now.filled.lots) / whole * 100
            let due = Double(now.target.lots) / whole * 100
            let line = String(
                format: "filled %.1f %%, due %.1f %%, %d children",
                percent,
                due,
                now.children
            )
            Terminal.progress(line)
        }
        timer.resume()
        return timer
    }
}

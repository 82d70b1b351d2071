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
        let code = exitCode(outcome)
        var report = outcome.report
        report.exitCode = code
        if json {
            Terminal.document(String(decoding: try report.json(), as: UTF8.self))
        } else {
            Terminal.document(report.text(width: Terminal.width(of: 1)))
        }
        if let fault = outcome.fault { Terminal.error(fault) }
        if code != 0 { throw ExitCode(code) }
    }

    /// Done is only what the venue confirms.
    static func exitCode(_ outcome: SessionOutcome) -> Int32 {
        if outcome.state == .completed { return outcome.isConfirmed ? 0 : 3 }
        if outcome.isTooLarge { return 4 }
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
            Terminal.progress(ProgressLine.text(now, width: Terminal.width(of: 2)))
        }
        timer.resume()
        return timer
    }
}

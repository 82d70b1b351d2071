import Foundation
import Units

/// The session's end against what its venue says.
extension OperatorLife {
    /// Whether it had no chance to clear up.
    private var diedAtOnce: Bool {
        if case .died = session.end { return true }
        return false
    }

    func judge() {
        if diedAtOnce || endedInTheDark, venue.isThere { afterwards() }
        defer { collectEvidence() }
        guard venue.isThere else { return judgeExitWithoutVenue() }
        guard let truth = asker.truth() else {
            outcome.violations.append("the venue does not answer")
            return
        }
        judge(truth)
        if !diedAtOnce { judgeReport(truth) }
        if drawn.hasFollower, outcome.violations.isEmpty { follow(truth) }
    }

    private func collectEvidence() {
        if outcome.violations.isEmpty { return }
        let kept = "kept in \(folder)"
        outcome.evidence = ([drawn.description, kept] + story + tail).joined(separator: "\n")
    }

    private var tail: [String] {
        ["-- stderr:", String(errors.content.suffix(1_500))]
    }

    // MARK: The account

    private func judge(_ truth: VenueTruth) {
        if !truth.open.isEmpty { judgeOpen(truth.open) }
        if truth.doubles > 0 { outcome.violations.append("\(truth.doubles) fills told twice") }
        let asked = VenueAsker.number(drawn.quantity)
        if truth.filled > asked {
            outcome.violations.append("over-filled: \(truth.filled) of \(asked)")
        }
        let sign: Decimal = drawn.side == .buy ? 1 : -1
        if let position = truth.position, position != sign * truth.filled {
            outcome.violations.append("position \(position), filled \(truth.filled)")
        }
        if let limit = drawn.limit,
            let worst = drawn.side == .buy ? truth.highest : truth.lowest,
            (worst - limit) * sign > 0
        {
            outcome.violations.append("past the limit: a fill at \(worst), limit \(limit)")
        }
        outcome.fills = truth.fills
    }

    /// Only who was cut off, and has no record of itself, may leave something.
    private func judgeOpen(_ open: [String]) {
        let isExcused =
            (diedAtOnce || endedInTheDark) && drawn.journal == nil && drawn.disconnectWindow == nil
        if isExcused && !bench.plants {
            outcome.left = open.count
            // 70 says less, and is for a report that nobody got.
            if endedInTheDark, session.end != .exited(3), session.end != .exited(70) {
                outcome.violations.append("\(outcome.end) with orders open: it must be 3")
            }
        } else {
            outcome.violations.append("left open at the venue: \(open)")
        }
    }

    private func judgeExitWithoutVenue() {
        if !diedAtOnce, session.end != .exited(3), session.end != .exited(70), outcome.hadOrderOpen
        {
            outcome.violations.append("\(outcome.end) when its venue was gone: it must be 3")
        }
    }

    // MARK: The report

    private func judgeReport(_ truth: VenueTruth) {
        guard case .exited(let code) = session.end else { return }
        let asked = VenueAsker.number(drawn.quantity)
        if code == 0, truth.filled != asked {
            outcome.violations.append("exit 0 with \(truth.filled) of \(asked) filled")
        }
        let isDelivered = drawn.output.delivers && arrives
        // A report may find room on a small disk: a journal that ends gives some back.
        let isLost =
            !isDelivered && drawn.output != .closed && !drawn.output.holds
            && (drawn.output != .smallDisk || drawn.json && report == nil)
        if isLost, code == 0 || code == 1, outcome.hadOrderOpen {
            outcome.violations.append("exit \(code), though its report could not arrive")
        }
        guard isDelivered, drawn.json, code != 2 else { return }
        guard let report = report else {
            // What was stopped before its first order has nothing to report.
            let isStillborn = code == 1 && !outcome.hadOrderOpen && truth.filled == 0
            if code != 3 && code != 4 && code != 70 && !isStillborn {
                outcome.violations.append("exit \(code) without its report")
            }
            return
        }
        outcome.reports = 1
        // What ended while its venue was away may not know; it says so by its code.
        if endedInTheDark && code == 3 { return }
        let parent = report["parent"] as? [String: Any] ?? [:]
        let filled = VenueAsker.number(parent["filled"])
        if filled != truth.filled {
            outcome.violations.append(
                "the report says \(filled) filled (exit \(code)), the venue \(truth.filled)"
            )
        }
    }

    /// Whether nothing became of the output meanwhile.
    private var arrives: Bool {
        switch drawn.ending {
        case .terminalClosed: !drawn.output.isTerminal
        case .readersGone: drawn.output != .pipe
        default: true
        }
    }

    private var report: [String: Any]? {
        let text = output.content
        // A terminal may show progress before it, and all of stderr.
        guard let begin = text.range(of: "{\r\n") ?? text.range(of: "{\n"),
            let end = text.range(of: "\n}", options: .backwards)
        else { return nil }
        let document = Data(text[begin.lowerBound..<end.upperBound].utf8)
        return try? JSONSerialization.jsonObject(with: document) as? [String: Any]
    }

    // MARK: The next session

    /// Another session at the same venue, as the desk's next order: it must be let in and fill, or
    /// say what was left to it.
    private func follow(_ before: VenueTruth) {
        try? FileManager.default.removeItem(atPath: "\(folder)/state/halted")
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let path = "\(folder)/next"
        let log = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(null)
            close(log)
        }
        // By then the host's clock is right again.
        var environment = environment
        environment["LD_PRELOAD"] = nil
        let words = [
            bench.sluice, "execute", "--quantity", "0.05", "--over", "2s", "--grace", "10s",
            "--category", drawn.isSpot ? "spot" : "linear",
        ]
        guard
            let next = try? Program(
                words + OperatorLife.place(drawn, venue, folder),
                environment,
                input: null,
                output: log,
                errors: log
            )
        else { return outcome.violations.append("the next session does not start") }
        wait(20 + bench.patience) { next.hasEnded }
        tell("the next session: \(next.end.map { "\($0)" } ?? "does not end")")
        outcome.followers = 1
        let said = String(
            decoding: FileManager.default.contents(atPath: path) ?? Data(),
            as: UTF8.self
        )
        // What was left may have been filled meanwhile.
        guard let after = asker.truth(), next.end == .exited(0),
            Set(after.open).isSubset(of: before.open)
        else {
            outcome.violations.append(
                "the next session: \(next.end.map { "\($0)" } ?? "hung"), it said \(said)"
            )
            return
        }
        if !before.open.isEmpty, !said.contains("order") {
            outcome.violations.append(
                "\(before.open) is left, and the next session does not say so"
            )
        }
    }

    // MARK: Afterwards

    /// What a person does when a session was cut off: recovers it, or lets the venue act.
    private func afterwards() {
        // What was halted once would be stopped by its recovery.
        try? FileManager.default.removeItem(atPath: "\(folder)/state/halted")
        if drawn.journal != nil {
            recover()
        } else if let window = drawn.disconnectWindow {
            wait(Double(window) + 3) { asker.openOrders()?.isEmpty == true }
        }
    }

    private func recover() {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let log = open("\(folder)/recovery.log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(null)
            close(log)
        }
        for attempt in 1...3 {
            guard
                let recovery = try? Program(
                    [
                        bench.sluice, "recover", "--journal", journal, "--policy", drawn.policy,
                        "--patience", "10s",
                    ] + OperatorLife.place(drawn, venue, folder),
                    environment,
                    input: null,
                    output: log,
                    errors: log
                )
            else { return outcome.violations.append("`sluice recover` does not start") }
            outcome.recoveries += 1
            // A parent that goes on is stopped: it has minutes left.
            let goesOn = !wait(drawn.policy == "resume" ? 3 : 20, until: { recovery.hasEnded })
            if goesOn { recovery.send(SIGTERM) }
            let isOver = wait(20) { recovery.hasEnded }
            tell("recover: \(recovery.end.map { "\($0)" } ?? "does not end")")
            // While it is loading a signal ends it, and it can be run again.
            if goesOn, recovery.end == .died(SIGTERM), attempt < 3 { continue }
            guard isOver, case .exited(let code) = recovery.end,
                OperatorOutcome.documented.contains(code)
            else {
                recovery.send(SIGKILL)
                outcome.violations.append(
                    "`sluice recover`: \(recovery.end.map { "\($0)" } ?? "does not end")"
                )
                return
            }
            // 3 is: run it again.
            if code != 3 { return }
            if attempt == 3 { outcome.violations.append("`sluice recover` leaves with 3 thrice") }
        }
    }
}

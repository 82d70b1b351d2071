import Foundation
import Units

/// What is done to the session.
extension OperatorLife {
    /// Seconds that a session may take to give up a venue that is not there, once its parent has
    /// ended: it asks for the last word for 120.
    private static let darkness = 130.0
    /// Seconds for which a session asks for its last look where the answer will not change: a
    /// certificate that this clock takes for a future one.
    private static let settling = 8.0

    /// Does what was drawn and sees the session end.
    func act() {
        switch drawn.ending {
        case .none:
            tell("left alone")
            // Ten seconds of grace are a parent's own.
            mustEnd(Double(drawn.seconds) + 12 + bench.patience)
        case .stop(let signals, let apart):
            for signal in signals {
                send(signal)
                waitForEnd(apart.inSeconds)
            }
            if signals.allSatisfy(drawn.passesOver) { goesOn() } else { mustEnd() }
        case .typedStop(let times):
            for _ in 0..<times {
                tell("Ctrl-C")
                terminal?.type([3])
                waitForEnd(0.15)
            }
            mustEnd()
        case .halt(let times):
            halt(times)
            mustEnd()
        case .stopWhilePaused(let lasts, let byHalt):
            send(SIGSTOP)
            waitForEnd(0.2)
            if byHalt { halt(1) } else { send(SIGTERM) }
            waitForEnd(lasts.inSeconds)
            send(SIGCONT)
            mustEnd()
        case .signal(let signal):
            send(signal)
            goesOn(orDiesBy: signal)
        case .noise(let signals, let times):
            tell("\(times) times \(signals.map(SignalName.of))")
            for number in 0..<times {
                session.send(signals[number % signals.count])
                waitForEnd(0.003)
            }
            goesOn()
        case .crash(let signal):
            send(signal)
            mustEnd(dyingBy: signal)
        case .kill:
            send(SIGKILL)
            mustEnd(dyingBy: SIGKILL)
        case .pause(let lasts, let signal):
            send(signal)
            waitForEnd(lasts.inSeconds)
            send(SIGCONT)
            goesOn()
        case .freeze(let lasts, let stop): freeze(lasts, stop)
        case .stutter(let times, let each):
            for _ in 0..<times {
                frozen(each.inSeconds)
                waitForEnd(each.inSeconds / 2)
            }
            goesOn(for: 6)
        case .venueGone:
            tell("the venue is gone")
            venue.vanish()
            mustEnd(Double(drawn.linkPatience ?? 60) + OperatorLife.darkness)
            endedInTheDark = true
        case .terminalClosed:
            tell("the terminal is closed")
            terminal?.closeReader()
            if drawn.isNohup { goesOn() } else { mustEnd() }
        case .readersGone:
            tell("the readers go")
            output.closeReader()
            errors.closeReader()
            goesOn()
        case .diskFull:
            tell("the disk is full")
            smallDisk?.fill()
            goesOn()
        case .journalRemoved:
            tell("the journal is removed")
            try? FileManager.default.removeItem(atPath: journal)
            goesOn()
        case .clockStep(let seconds):
            tell("the clock is set by \(seconds) s")
            try? Data("\(seconds > 0 ? "+" : "")\(seconds)".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/clock"))
            goesOn(for: 4, mustEndIn: bench.patience + OperatorLife.settling)
        }
    }

    private var terminal: Sink? { [output, errors].first { $0.terminalPath != nil } }

    private func send(_ signal: Int32) {
        tell(SignalName.of(signal))
        session.send(signal)
    }

    // MARK: The venue

    private func frozen(_ seconds: Double) {
        venue.freeze()
        tell("the venue stands still")
        waitForEnd(seconds)
        venue.thaw()
        tell("the venue goes on")
    }

    private func freeze(_ lasts: Nanoseconds, _ stop: Nanoseconds?) {
        venue.freeze()
        tell("the venue stands still")
        waitForEnd(min(lasts, stop ?? lasts).inSeconds)
        if let stop, !session.hasEnded {
            if drawn.isKilledInTheDark { send(SIGKILL) } else { speak() }
            waitForEnd((lasts - min(lasts, stop)).inSeconds)
        }
        endedInTheDark = session.hasEnded
        venue.thaw()
        tell("the venue goes on")
        if session.hasEnded { return mustEnd(dyingBy: drawn.isKilledInTheDark ? SIGKILL : nil) }
        // Links look for their venue again after pauses of some seconds.
        if stop == nil { goesOn(for: 8) } else { mustEnd(bench.patience + 5) }
    }

    // MARK: Ends

    /// It must be over soon, by itself or by this signal alone.
    private func mustEnd(_ seconds: Double? = nil, dyingBy signal: Int32? = nil) {
        let asked = ContinuousClock.now
        var patience = seconds ?? bench.patience
        defer { outcome.seconds = (ContinuousClock.now - asked).inSeconds }
        if !waitForEnd(patience), output.kind.holds || errors.kind.holds {
            // Who waits for a reader may wait; nothing must be open meanwhile.
            tell("a reader reads")
            outcome.wasHeld = true
            checkWhileHeld()
            output.release()
            errors.release()
            patience += bench.patience
            wait(bench.patience) {
                output.release()
                errors.release()
                return session.hasEnded
            }
        }
        guard let end = session.end else {
            outcome.violations.append("still there after \(Int(patience)) s")
            tell("killed, for it does not end")
            outcome.end = "hung"
            session.send(SIGKILL)
            waitForEnd(5)
            return
        }
        outcome.end = "\(end)"
        tell("\(end)")
        if let signal { return checkDeath(end, signal) }
        if case .exited(let code) = end, !OperatorOutcome.documented.contains(code) {
            outcome.violations.append("exit code \(code) is none of those documented")
        } else if case .died(let by) = end, !isBeforeAnything {
            outcome.violations.append("died by \(SignalName.of(by)), and should have stopped")
        }
    }

    /// Whether the session had nothing to clear up yet: it was loading.
    private var isBeforeAnything: Bool {
        guard case .starting = drawn.moment else { return false }
        let begun = try? FileManager.default.contentsOfDirectory(atPath: journal)
        return begun?.isEmpty != false
            && asker.truth().map { $0.open.isEmpty && $0.fills == 0 } == true
    }

    private func checkDeath(_ end: Program.End, _ signal: Int32) {
        switch end {
        case .died(signal): break
        case .died(let other):
            outcome.violations.append("died by \(SignalName.of(other)), not the signal sent")
        case .exited(let code):
            // A crash may also be taken for a stop, or come when all was over.
            if !OperatorOutcome.documented.contains(code) {
                outcome.violations.append("exit code \(code) is none of those documented")
            }
        }
    }

    private func checkWhileHeld() {
        if let open = asker.openOrders(), !open.isEmpty {
            outcome.violations.append("waits for a reader with \(open.count) orders open: \(open)")
        }
    }

    /// It may go on, and is stopped later; or it dies of this signal.
    private func goesOn(
        for seconds: Double = 0,
        orDiesBy signal: Int32? = nil,
        mustEndIn patience: Double? = nil
    ) {
        if waitForEnd(max(seconds, drawn.linger.inSeconds)) {
            if let signal, session.end == .died(signal) { return mustEnd(dyingBy: signal) }
            return mustEnd()
        }
        outcome.wentOn = true
        speak()
        mustEnd(patience)
    }

    private func speak() {
        switch drawn.lastWord {
        case .halt: halt(1)
        case .signal(let signal): send(drawn.passesOver(signal) ? SIGTERM : signal)
        }
    }

    /// `sluice halt`, so often at the same time.
    private func halt(_ times: Int) {
        tell("sluice halt")
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let switches = (0..<times).compactMap { _ in
            try? Program(
                [bench.sluice, "halt", "--reason", "torture", "--wait", "1s"],
                environment.filter { $0.key != "LD_PRELOAD" },
                input: null,
                output: null,
                errors: null
            )
        }
        if !wait(5, until: { switches.allSatisfy { $0.hasEnded } }) {
            outcome.violations.append("`sluice halt --wait 1s` takes longer than 5 s")
        }
    }
}

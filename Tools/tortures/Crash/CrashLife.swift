import Foundation
import Journal
import LoopbackVenue
import Orders
import Replay
import Units

/// One seeded parent whose process is killed, restarted, perhaps killed again, until a restart comes
/// to its end; then everybody's books are compared.
struct CrashLife {
    /// Nothing that is left alone may take longer.
    private static let patience = 60.0
    /// How often it is recovered again when orders have no last word.
    private static let repeats = 2

    let seed: UInt64
    let identity: VenueIdentity
    let scratch: Scratch

    /// Lives it and tells what it came to.
    func live() -> CrashOutcome {
        let drawn = CrashCase(seed: seed, identity)
        var outcome = CrashOutcome(seed: seed)
        outcome.kind = drawn.kind
        do {
            let folder = try scratch.folder("crash", seed)
            let host = try VenueHost(drawn.venue)
            host.start()
            defer { host.stop() }
            let journal = "\(folder)/journal"
            try FileManager.default.createDirectory(
                atPath: journal,
                withIntermediateDirectories: false
            )
            let last = try work(drawn, host, folder, &outcome)
            host.stop()
            let books = host.books()
            let truth = Truth(drawn.terms, byREST: drawn.ordersByREST, books)
            outcome.tooMany = books.tooMany
            outcome.fills = truth.fills.count
            outcome.children = truth.orders.count
            judge(truth, journal, last, &outcome)
            if outcome.violations.isEmpty {
                Scratch.remove(folder)
            } else {
                outcome.evidence = "\(drawn)\nkept in \(folder)\n\(last.errors)"
            }
        } catch {
            outcome.violations.append("\(error)")
        }
        return outcome
    }

    // MARK: Processes

    /// How the last process ended.
    private struct Last {
        var end = Child.End.killed
        var output = ""
        var errors = ""
    }

    private func work(
        _ drawn: CrashCase,
        _ host: VenueHost,
        _ folder: String,
        _ outcome: inout CrashOutcome
    ) throws -> Last {
        var dice = Dice(seed: ~seed)
        var last = Last()
        var phase = 0
        while true {
            let isKilled = phase < drawn.kills.count
            last = try run(drawn, host, folder, phase, isKilled ? drawn.kills[phase] : nil)
            if phase > 0 {
                outcome.recoveries += 1
                outcome.note(recovery: last.output)
            }
            switch last.end {
            case .killed where isKilled:
                let stage = CrashStage("\(folder)/journal").rawValue
                outcome.kills[phase == 0 ? stage : "recovering, \(stage)", default: 0] += 1
                if drawn.losesPower { loseRest(folder, upTo: phase, &dice, &outcome) }
            case .killed:
                outcome.violations.append("process \(phase) did not end")
                return last
            case .exited(3) where phase < drawn.kills.count + CrashLife.repeats:
                // Something is not known: what the contract says is to recover again.
                outcome.unsettled += 1
            case .exited:
                return last
            }
            phase += 1
        }
    }

    private func run(
        _ drawn: CrashCase,
        _ host: VenueHost,
        _ folder: String,
        _ phase: Int,
        _ kill: CrashCase.Kill?
    ) throws -> Last {
        let output = "\(folder)/output-\(phase)"
        let errors = "\(folder)/errors-\(phase)"
        let child = try Child(
            command(drawn, host, folder, phase, "\(folder)/marks-\(phase)"),
            output: output,
            errors: errors
        )
        let journal = "\(folder)/journal"
        let known = segments(journal)
        let end = child.run(atMost: kill?.after.inSeconds ?? CrashLife.patience) {
            guard let kill, !kill.isInStart else { return true }
            // A recovery goes on in a new segment.
            return phase == 0 ? hasParent(journal) : segments(journal) > known
        }
        func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        return Last(end: end, output: text(output), errors: text(errors))
    }

    private func loseRest(
        _ folder: String,
        upTo phase: Int,
        _ dice: inout Dice,
        _ outcome: inout CrashOutcome
    ) {
        for marked in 0...phase {
            let marks = "\(folder)/marks-\(marked)"
            if DurableMarks.loseRest(marks, of: "\(folder)/journal", &dice) {
                outcome.tornTails += 1
            }
        }
    }

    private func command(
        _ drawn: CrashCase,
        _ host: VenueHost,
        _ folder: String,
        _ phase: Int,
        _ marks: String
    ) -> [String] {
        let place = [
            "--port", "\(host.port)", "--ca", host.caFile, "--journal", "\(folder)/journal",
        ]
        if phase > 0 && drawn.isByCommand {
            let how = ["recover", "--json", "--journal-segment", "1", "--policy"]
            return [Executable.beside("sluice")] + how + [drawn.policy.rawValue]
                + ["--journal", "\(folder)/journal"]
                + venue(drawn, host, folder)
        }
        return [Executable.own, "crash-session", "--seed", "\(seed)", "--marks", marks]
            + place + (phase > 0 ? ["--recovers"] : [])
    }

    /// Where `sluice recover` finds the venue: only settings say that orders go by REST.
    private func venue(_ drawn: CrashCase, _ host: VenueHost, _ folder: String) -> [String] {
        guard drawn.ordersByREST else { return ["--port", "\(host.port)", "--ca", host.caFile] }
        let settings = "\(folder)/sluice.toml"
        let text = """
            [venue]
            environment = "loopback"
            port = \(host.port)
            ca = "\(host.caFile)"
            orders = "rest"

            """
        _ = FileManager.default.createFile(atPath: settings, contents: Data(text.utf8))
        return ["--config", settings]
    }

    // MARK: Judgement

    private func judge(
        _ truth: Truth,
        _ journal: String,
        _ last: Last,
        _ outcome: inout CrashOutcome
    ) {
        outcome.violations += truth.atTheVenue()
        for order in truth.orders where !order.status.isTerminal {
            outcome.violations.append("left open at the venue: \(order.link)")
        }
        guard case .exited(let code) = last.end else { return }
        guard CrashStage(journal) != .beforeTheJournal, hasParent(journal) else {
            outcome.ending = "never began"
            if !truth.orders.isEmpty {
                outcome.violations.append("nothing on record, \(truth.orders.count) orders placed")
            }
            return
        }
        do {
            var replay = try Replay.open(journal)
            try replay.run()
            let found = inTheReplay(replay, truth)
            outcome.violations += found
            outcome.records = Int(clamping: replay.counts.records)
            let facts = replay.engine.facts(of: ParentID(0))
            outcome.ending = "\(facts.state), \(facts.stopReason), exit code \(code)"
            outcome.violations += try inTheJournal(journal, truth)
        } catch {
            outcome.violations.append("the journal does not replay: \(error)")
        }
    }

    private func segments(_ journal: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: journal))?.count ?? 0
    }

    private func hasParent(_ journal: String) -> Bool {
        var state = JournalState()
        guard var reader = try? JournalReader(journal) else { return false }
        while let entry = (try? reader.next()) ?? nil { state.apply(entry) }
        return !state.parents.isEmpty
    }

    private func inTheReplay(_ replay: borrowing Replay, _ truth: Truth) -> [String] {
        if let difference = replay.difference { return ["the replay differs: \(difference)"] }
        if let gap = replay.gap { return ["the journal has a gap at record \(gap.number)"] }
        guard replay.end == .closed else {
            return ["the journal ends \(replay.end?.text ?? "nowhere")"]
        }
        var found: [String] = []
        let facts = replay.engine.facts(of: ParentID(0))
        if !facts.state.isFinal { found.append("the parent ends \(facts.state)") }
        if facts.ledger.filled.lots != truth.filledLots {
            found.append("filled \(facts.ledger.filled.lots), the venue says \(truth.filledLots)")
        }
        return found + truth.children(facts.children, isHalted: facts.state == .halted)
    }

    private func inTheJournal(_ path: String, _ truth: Truth) throws -> [String] {
        var state = JournalState()
        var pace = truth.pace
        var reader = try JournalReader(path)
        while let entry = try reader.next() {
            state.apply(entry)
            pace.apply(entry)
        }
        var found = pace.violations
        if state.fillCount != truth.fills.count {
            found.append("\(state.fillCount) fills on record, \(truth.fills.count) made")
        }
        let lots = state.filled(ParentID(0)).lots
        if lots != truth.filledLots {
            found.append("\(lots) lots on record, \(truth.filledLots) at the venue")
        }
        return found
    }
}

/// Where this build's executables are.
enum Executable {
    /// This one.
    static let own =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""

    /// Another one of the same build.
    static func beside(_ name: String) -> String {
        URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
    }
}

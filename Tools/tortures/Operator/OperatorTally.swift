import Foundation
import Units

/// What one life came to.
struct OperatorOutcome: CampaignOutcome {
    /// The exit codes of the contract.
    static let documented: Set<Int32> = [0, 1, 2, 3, 4, 70]

    let seed: UInt64
    let ending: String
    let outputs: [String]
    var violations: [String] = []
    var evidence = ""
    /// How the process ended.
    var end = ""
    /// How long it took from what was done last.
    var seconds = 0.0
    /// Whether an order was open at the moment.
    var hadOrderOpen = false
    /// Whether it went on, and was stopped later.
    var wentOn = false
    /// Whether it waited until its report was read.
    var wasHeld = false
    /// Orders that nobody could know of any more.
    var left = 0
    var recoveries = 0
    var fills = 0
    var reports = 0
    /// Sessions that came after it.
    var followers = 0

    init(_ drawn: OperatorCase) {
        seed = drawn.seed
        ending = drawn.ending.kind
        outputs = ["stdout \(drawn.output)", "stderr \(drawn.errors)"]
    }
}

/// What all lives came to.
struct OperatorTally: CampaignTally {
    var runs = 0
    var violations = 0
    var firstFailingSeed: UInt64?
    /// Seed and words of the first twenty.
    var failures: [String] = []
    /// By what was done.
    var endings: [String: Int] = [:]
    /// By what was done, of those with a violation.
    var failedEndings: [String: Int] = [:]
    var sinks: [String: Int] = [:]
    /// By exit code or signal.
    var ends: [String: Int] = [:]
    /// Moments at which an order was open.
    var withOrderOpen = 0
    /// Sessions that went on, and were stopped later.
    var wentOn = 0
    /// Sessions that waited until their report was read.
    var held = 0
    /// Sessions cut off without a journal or `--dcp` that left orders.
    var leftWithoutJournal = 0
    var recoveries = 0
    var fills = 0
    /// Reports held against the venue.
    var reports = 0
    /// Sessions that came after.
    var followers = 0
    /// The longest way from a stop to the end, of lives without a violation.
    var slowestStop = 0.0
    var seconds = 0.0
    var processorSeconds = 0.0

    mutating func add(_ outcome: OperatorOutcome) {
        runs += 1
        endings[outcome.ending, default: 0] += 1
        for sink in outcome.outputs { sinks[sink, default: 0] += 1 }
        ends[outcome.end.isEmpty ? "not begun" : outcome.end, default: 0] += 1
        if outcome.hadOrderOpen { withOrderOpen += 1 }
        if outcome.wentOn { wentOn += 1 }
        if outcome.left > 0 { leftWithoutJournal += 1 }
        recoveries += outcome.recoveries
        fills += outcome.fills
        reports += outcome.reports
        followers += outcome.followers
        if outcome.violations.isEmpty {
            let isMeasured = outcome.wentOn && !outcome.wasHeld
            slowestStop = max(slowestStop, isMeasured ? outcome.seconds : 0)
            if outcome.wasHeld { held += 1 }
        } else {
            failedEndings[outcome.ending, default: 0] += 1
            fail(outcome.seed, outcome.violations.joined(separator: "; "))
        }
    }

    /// A life that did not end.
    mutating func addHung(_ seed: UInt64) {
        runs += 1
        fail(seed, "did not end")
    }

    private mutating func fail(_ seed: UInt64, _ why: String) {
        violations += 1
        firstFailingSeed = min(firstFailingSeed ?? seed, seed)
        if failures.count < 20 { failures.append("--seed \(seed) --runs 1: \(why)") }
    }

    /// The result for a person.
    var text: String {
        """
        \(runs.counted("life", "lives")), \(violations.counted("violation")), \(withOrderOpen) with an order open at the moment, \
        \(wentOn.counted("went on and was stopped", "went on and were stopped")) (slowest \(String(format: "%.1f s", slowestStop)))
        \(recoveries.counted("recovery", "recoveries")), \(leftWithoutJournal) left orders after a crash without a journal, \
        \(reports.counted("report")) held against the venue, \(fills.counted("fill")), \(followers.counted("session came", "sessions came")) after, \
        \(held) waited for a reader
        \(Tally.list(endings))
        \(Tally.list(sinks))
        \(Tally.list(ends))
        \(String(format: "%.0f s, %.0f s of processor", seconds, processorSeconds))
        """
    }
}

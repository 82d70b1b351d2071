import Foundation
import Units

/// What one life came to.
struct CrashOutcome: CampaignOutcome {
    let seed: UInt64
    var violations: [String] = []
    var evidence = ""
    /// What kind of account and parent it is, and how its orders go.
    var kind = ""
    /// By the stage at which the process died.
    var kills: [String: Int] = [:]
    var recoveries = 0
    /// Recoveries that left something to the next.
    var unsettled = 0
    /// What recoveries did.
    var actions: [String: Int] = [:]
    /// Files of a journal that lost what the disk had not confirmed.
    var tornTails = 0
    /// Requests that the venue refused for the rate.
    var tooMany = 0
    var fills = 0
    var children = 0
    var records = 0
    var ending = ""

    init(seed: UInt64) { self.seed = seed }

    /// Notes what a recovery said that it did, as a word or in its JSON document.
    mutating func note(recovery output: String) {
        let words = output.split { !$0.isLetter }.map(String.init)
        let known = ["nothingBegun", "reconciled", "resumed", "stopped", "settled", "none"]
        guard let action = words.first(where: known.contains) else { return }
        actions[action, default: 0] += 1
    }
}

/// What all lives came to.
struct CrashTally: CampaignTally {
    var runs = 0
    /// All processes killed.
    var kills = 0
    var violations = 0
    var firstFailingSeed: UInt64?
    /// Seed and words of the first twenty.
    var failures: [String] = []
    /// By the stage at which the process died.
    var killsByStage: [String: Int] = [:]
    var recoveries = 0
    /// Recoveries that left something to the next.
    var unsettled = 0
    /// What recoveries that ended did.
    var actions: [String: Int] = [:]
    /// Files of a journal that lost what the disk had not confirmed.
    var tornTails = 0
    /// Requests that the venue refused for the rate, of accounts that have the least.
    var tooMany = 0
    var children = 0
    var fills = 0
    var replayedRecords = 0
    /// By kind of account, of parent, and how orders went.
    var kinds: [String: Int] = [:]
    /// By the parent's state and the last process's exit code.
    var endings: [String: Int] = [:]
    var seconds = 0.0
    var processorSeconds = 0.0

    mutating func add(_ outcome: CrashOutcome) {
        runs += 1
        kinds[outcome.kind, default: 0] += 1
        kills += outcome.kills.values.reduce(0, +)
        killsByStage.merge(outcome.kills, uniquingKeysWith: +)
        recoveries += outcome.recoveries
        unsettled += outcome.unsettled
        actions.merge(outcome.actions, uniquingKeysWith: +)
        tornTails += outcome.tornTails
        tooMany += outcome.tooMany
        children += outcome.children
        fills += outcome.fills
        replayedRecords += outcome.records
        endings[outcome.ending, default: 0] += 1
        if !outcome.violations.isEmpty {
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
        \(runs.counted("life", "lives")), \(violations.counted("violation")), \(kills.counted("kill")): \(Tally.list(killsByStage))
        \(recoveries.counted("recovery", "recoveries")) (\(Tally.list(actions)); \(unsettled) left something), \(tornTails.counted("torn tail")), \(fills.counted("fill")) of \(children.counted("child", "children")), \
        \(replayedRecords.counted("record")) replayed, \(tooMany.counted("request")) refused for the rate
        \(Tally.list(kinds))
        \(Tally.list(endings))
        \(String(format: "%.0f s, %.0f s of processor", seconds, processorSeconds))
        """
    }
}

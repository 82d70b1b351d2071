import Foundation
import Units

/// What all lives came to.
struct FaultTally: CampaignTally {
    var runs = 0
    /// Parents that were worked; the others' venues refused the very beginning.
    var parents = 0
    var violations = 0
    var firstFailingSeed: UInt64?
    /// Seed and words of the first twenty.
    var failures: [String] = []
    /// Parents whose end leaves nothing open, by their own word, which was held against the venue's.
    var clean = 0
    /// By state and reason.
    var endings: [String: Int] = [:]
    /// By kind of account, of parent, and how orders went.
    var kinds: [String: Int] = [:]
    /// Why parents did not begin.
    var refusals: [String: Int] = [:]
    /// Faults that struck, by kind.
    var faults: [String: Int] = [:]
    var counts = FaultCounts()
    var seconds = 0.0
    var processorSeconds = 0.0

    mutating func add(_ outcome: FaultOutcome) {
        runs += 1
        faults.merge(outcome.faults, uniquingKeysWith: +)
        counts.add(outcome.counts)
        if let refusal = outcome.refusal {
            refusals[FaultTally.kind(refusal), default: 0] += 1
        } else {
            parents += 1
            kinds[outcome.kind, default: 0] += 1
            endings[outcome.ending, default: 0] += 1
            if outcome.isClean { clean += 1 }
        }
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

    /// A refusal without its ports and numbers.
    private static func kind(_ text: String) -> String {
        String(text.map { $0.isNumber ? "#" : $0 }).replacingOccurrences(
            of: "#+",
            with: "#",
            options: .regularExpression
        )
    }

    /// The result for a person.
    var text: String {
        """
        \(parents.counted("parent")) of \(runs.counted("run")), \(violations.counted("violation")), \(clean) ended with \
        everything known; \(counts.fills.counted("fill")) of \(counts.children.counted("child", "children")), \
        \(counts.replayedCommands.counted("command")) replayed
        \(Tally.list(kinds))
        \(Tally.list(endings))
        faults: \(Tally.list(faults))
        asking: \(Tally.list(counts.differences)), \(counts.absent) never arrived, \
        \(counts.withdrawnByREST) cancelled by REST, \(counts.tooMany) refused for the rate
        \(String(format: "%.0f s, %.0f s of processor", seconds, processorSeconds))
        """
    }
}

import ArgumentParser
import Foundation
import Lines
import TestSupport
import Units

/// Lives of market lines in virtual time: the book may be stale, never wrong.
struct LinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines",
        abstract: "Connection lives in virtual time: each ends in the venue's book.",
        discussion: """
            A failure prints its seed; --seed with --runs 1 and the same --lines runs it again.

            Example:
              swift run -c release torture lines --runs 10000 --seed 1 --json
            """
    )

    @Option(help: "Lives.")
    var runs: UInt64 = 10_000

    @Option(help: "Connections in each life; 1, 2 and 3 in turn when it is not given.")
    var lines: Int?

    @OptionGroup var seeds: SeedOptions

    /// What all lives showed.
    struct Result: Encodable {
        var runs: UInt64 = 0
        var failures: [String] = []
        var messagesPassed = 0
        /// Venues that stood still, and for how long in all, in virtual time.
        var freezes = 0
        var frozenSeconds = 0.0
        var soundShare = 0.0
        var bookLosses = 0
        var restarts = 0
        var filledGaps = 0
        var lineLosses = 0
        var gaps = 0
        var malformed = 0
        var late = 0
        var contradictions = 0
        /// Of them, between gateways that do number alike.
        var falseContradictions = 0
        var seconds = 0.0
    }

    func run() throws {
        var result = Result()
        let seed = seeds.seed
        var looks = 0
        var sound = 0
        let began = ContinuousClock.now
        for life in 0..<runs {
            let count = lines ?? Int(life % 3) + 1
            let outcome = LineLife(seed: seed &+ life, lines: count).live()
            if let failure = outcome.failure {
                result.failures.append("--seed \(seed &+ life) --lines \(count): \(failure)")
            }
            result.runs += 1
            result.messagesPassed += outcome.passed
            if outcome.frozen > .zero { result.freezes += 1 }
            result.frozenSeconds += outcome.frozen.inSeconds
            looks += outcome.looks
            sound += outcome.soundLooks
            result.bookLosses += outcome.feed.losses
            result.restarts += outcome.feed.restarts
            result.filledGaps += outcome.feed.filledGaps
            result.lineLosses += outcome.line.losses
            result.gaps += outcome.line.gaps
            result.malformed += outcome.line.malformed
            result.late += outcome.line.late
            result.contradictions += outcome.line.contradictions
            if !outcome.numbersApart {
                result.falseContradictions += outcome.line.contradictions
            }
        }
        result.soundShare = Double(sound) / Double(max(1, looks))
        result.seconds = (ContinuousClock.now - began).inSeconds
        try Tally.show(result, Array(result.failures.prefix(20)), text(result), asJSON: seeds.json)
        if !result.failures.isEmpty { throw ExitCode.failure }
    }

    private func text(_ result: Result) -> String {
        let share = String(format: "%.1f", result.soundShare * 100)
        return """
            \(result.runs.counted("life", "lives")), \(result.failures.count.counted("failure")), \
            \(result.messagesPassed.counted("message")) passed, book sound \(share) % of the time
            \(result.freezes.counted("venue stood", "venues stood")) still for \(Int(result.frozenSeconds)) s in all
            \(result.bookLosses.counted("loss of the book", "losses of the book")), \(result.lineLosses) of a line, \
            \(result.gaps.counted("gap")) of which \(result.filledGaps) were filled, \
            \(result.restarts.counted("restart")), \(result.malformed) unreadable, \(result.late) late, \
            \(result.contradictions.counted("contradiction")), \(result.falseContradictions) of them false
            """
    }
}

import ArgumentParser
import Foundation
import Synchronization

/// What one life came to.
protocol CampaignOutcome: Sendable {
    var seed: UInt64 { get }
    var violations: [String] { get }
    /// What it takes to see them.
    var evidence: String { get }
}

/// What many lives came to.
protocol CampaignTally: Encodable, Sendable {
    associatedtype Outcome: CampaignOutcome
    var violations: Int { get }
    var failures: [String] { get }
    var seconds: Double { get set }
    var processorSeconds: Double { get set }
    var text: String { get }
    init()
    mutating func add(_ outcome: Outcome)
    /// A life that did not end.
    mutating func addHung(_ seed: UInt64)
}

/// The options of every campaign.
struct SeedOptions: ParsableArguments {
    @Option(help: "The first life's seed; the others count up from it.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as one JSON document.")
    var json = false
}

/// The options of every campaign of whole lives, and how one is gone through.
struct CampaignOptions: ParsableArguments {
    @OptionGroup var seeds: SeedOptions

    @Option(help: "Where everything is kept meanwhile. Default: /dev/shm.")
    var scratch: String?

    /// Whether programs read the result.
    var json: Bool { seeds.json }

    /// Lives so many lives, tells each violation at once and then what all came to, and leaves with
    /// 1 when there was one.
    ///
    /// - Parameter patience: a life that takes longer, in seconds, has hung.
    func live<Sum: CampaignTally>(
        _ runs: UInt64,
        parallel: Int,
        patience: TimeInterval = 120,
        _: Sum.Type,
        _ life: @escaping @Sendable (UInt64) -> Sum.Outcome
    ) throws {
        let began = ContinuousClock.now
        let tally = Mutex(Sum())
        let crew = Crew(seeds: seeds.seed, runs: runs, threads: parallel, patience: patience)
        let hung = crew.live { seed in
            let outcome = life(seed)
            if !outcome.violations.isEmpty {
                Tally.cry(seed, outcome.violations, outcome.evidence)
            }
            tally.withLock { $0.add(outcome) }
        }
        var result = tally.withLock { $0 }
        for seed in hung { result.addHung(seed) }
        result.seconds = (ContinuousClock.now - began).inSeconds
        result.processorSeconds = Processor.seconds
        try Tally.show(result, result.failures, result.text, asJSON: json)
        // Threads that hang must not keep the process.
        if result.violations > 0 { Foundation.exit(1) }
    }
}

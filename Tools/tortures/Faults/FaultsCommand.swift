import ArgumentParser
import Foundation
import LoopbackVenue
import Synchronization
import Telemetry

/// Parents under venue faults, each held against the venue's own books.
struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Seeded parents at venues that misbehave: no over-fill, no loose end.",
        discussion: """
            Whole sessions over TLS on loopback, many at once, each with a venue of its own. A \
            violation prints its seed and what it takes to see it; --seed with --runs 1 runs it \
            again.

            Example:
              Tools/torture faults --runs 10000 --seed 1 --json
            """
    )

    @Option(help: "Parents.")
    var runs: UInt64 = 1_000

    @Option(help: "The first parent's seed; the others count up from it.")
    var seed: UInt64 = 1

    @Option(help: "Parents at the same time.")
    var parallel = 24

    @Option(help: "Where the journals are kept meanwhile. Default: /dev/shm.")
    var scratch: String?

    @Flag(help: "Leave connections open on purpose, which must be found: a check of the check.")
    var leak = false

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func run() throws {
        let began = ContinuousClock.now
        let identity = try VenueIdentity()
        let (folder, clock, leaks) = (Scratch(scratch), TickClock(), leak)
        let tally = Mutex(FaultTally())
        let crew = Crew(seeds: seed, runs: runs, threads: parallel)
        let hung = crew.live { seed in
            let life = FaultLife(
                seed: seed,
                identity: identity,
                scratch: folder,
                clock: clock,
                leaks: leaks
            )
            let outcome = life.live()
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

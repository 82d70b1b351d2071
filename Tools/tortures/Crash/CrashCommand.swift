import ArgumentParser
import Foundation
import LoopbackVenue
import Synchronization

/// Parents whose process is killed, held against the venue's own books.
struct CrashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Seeded kill -9 of whole sessions: recovery loses nothing, doubles nothing.",
        discussion: """
            Each life has a venue in this process and its session in another one, which is killed \
            at a random moment; `sluice recover` takes over, and is killed, too, up to three times. \
            Some lose what the disk had not confirmed. A violation prints its seed and keeps the \
            journal.

            Example:
              Tools/torture crash --runs 1000 --seed 1 --json
            """
    )

    @Option(help: "Parents.")
    var runs: UInt64 = 100

    @Option(help: "The first parent's seed; the others count up from it.")
    var seed: UInt64 = 1

    @Option(help: "Parents at the same time.")
    var parallel = 12

    @Option(help: "Where the journals are kept meanwhile. Default: /dev/shm.")
    var scratch: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func validate() throws {
        let sluice = Executable.beside("sluice")
        if !FileManager.default.isExecutableFile(atPath: sluice) {
            throw ValidationError("\(sluice) is missing: build the product sluice first")
        }
    }

    func run() throws {
        let began = ContinuousClock.now
        let identity = try VenueIdentity()
        let folder = Scratch(scratch)
        let tally = Mutex(CrashTally())
        let crew = Crew(seeds: seed, runs: runs, threads: parallel)
        let hung = crew.live { seed in
            let outcome = CrashLife(seed: seed, identity: identity, scratch: folder).live()
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

import ArgumentParser
import Foundation
import LoopbackVenue

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

    @Option(help: "Parents at the same time.")
    var parallel = 12

    @OptionGroup var campaign: CampaignOptions

    func validate() throws {
        let sluice = Executable.beside("sluice")
        if !FileManager.default.isExecutableFile(atPath: sluice) {
            throw ValidationError("\(sluice) is missing: build the product sluice first")
        }
    }

    func run() throws {
        let identity = try VenueIdentity()
        let folder = Scratch(campaign.scratch)
        try campaign.live(runs, parallel: parallel, CrashTally.self) { seed in
            CrashLife(seed: seed, identity: identity, scratch: folder).live()
        }
    }
}

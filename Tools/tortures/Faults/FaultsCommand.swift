import ArgumentParser
import Engine
import Foundation
import LoopbackVenue
import Telemetry

/// Care that a life's engine can be made to neglect.
enum Plant: String, CaseIterable, ExpressibleByArgument {
    case ownPrints, spending

    var neglect: Neglect {
        switch self {
        case .ownPrints: .ownPrints
        case .spending: .spending
        }
    }
}

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

    @Option(help: "Parents at the same time.")
    var parallel = 24

    @Flag(help: "Leave connections open on purpose, which must be found: a check of the check.")
    var leak = false

    @Option(help: "Care to neglect, which must be found: ownPrints or spending.")
    var plant: Plant?

    @OptionGroup var campaign: CampaignOptions

    func run() throws {
        let identity = try VenueIdentity()
        let (folder, clock, leaks) = (Scratch(campaign.scratch), TickClock(), leak)
        let neglects = plant?.neglect ?? []
        try campaign.live(runs, parallel: parallel, FaultTally.self) { seed in
            FaultLife(
                seed: seed,
                identity: identity,
                scratch: folder,
                clock: clock,
                leaks: leaks,
                neglects: neglects
            )
            .live()
        }
    }
}

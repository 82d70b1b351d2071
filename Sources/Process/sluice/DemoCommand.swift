import ArgumentParser
import LoopbackVenue
import Runtime
import Units
import Venues

/// The whole job on an embedded venue.
struct DemoCommand: InterruptibleCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The whole job on an embedded loopback venue: no keys, no config, no network.",
        discussion: """
            Starts a Bybit-shaped venue on 127.0.0.1 with a synthetic market (or a recording), \
            connects over TLS WebSockets, works one parent order, and prints its report.

            Example:
              sluice demo --algo pov --rate 10% --over 20s --json
            """
    )

    @Option(help: "Which way.")
    var side = SideArgument.buy

    @Option(help: "How much. Default: 500 lots of the instrument, of BTCUSDT 0.5.")
    var quantity: DecimalArgument?

    @Option(help: "How long: 15s, 1m; 100ms to 168h.")
    var over = DurationArgument(argument: "15s")

    @Option(help: "The schedule.")
    var algo: ParentOptions.Algorithm = .twap

    @Option(help: "POV: our share of all volume, 10% or 0.10; 0.01% to 89.99%. Default: 10%.")
    var rate: RateArgument?

    @Option(help: "Seed of the synthetic market. Default: 1.")
    var seed: WholeArgument?

    @Option(help: "Play this recording instead of the synthetic market.")
    var feed: [String] = []

    @Option(help: "How many times faster than recorded to play it. Default: 1.")
    var speed: DecimalArgument?

    @OptionGroup var thread: ThreadOptions
    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print the report as one JSON document.")
    var json = false

    func validate() throws {
        var faults = OptionFaults(self)
        journal.check(&faults)
        faults.participation("--rate", rate)
        faults.meaningless("--rate", if: algo != .pov && rate != nil, "belongs to --algo pov")
        faults.playing(feed, speed, seed)
        try faults.finish()
    }

    func run() throws {
        var venueConfiguration = LoopbackVenueConfiguration()
        venueConfiguration.seed = seed?.value ?? 1
        venueConfiguration.feedFiles = feed
        venueConfiguration.speed = speed?.value.step ?? 1
        // Before the keys lie on disk: a signal from here on lets them be removed.
        let interrupts = try Interrupts()
        let presence = try KillSwitchLocator.enter(interrupts)
        let venue = try VenueHost.opened(venueConfiguration)
        venue.start()
        defer { venue.stop() }
        let market = venue.symbols[0]
        Terminal.note(
            "venue on 127.0.0.1:\(venue.port), \(market.symbol), TLS by its own authority"
        )

        let algorithm: ParentRequest.Algorithm =
            switch algo {
            case .twap: .twap
            case .vwap: .vwap(history: nil)
            case .pov: .pov(rateBps: rate?.bps ?? 1_000)
            }
        var configuration = SessionConfiguration(
            venue: .loopback(port: venue.port, caFile: venue.caFile),
            credentials: BybitCredentials(
                key: LoopbackCredentials.key,
                secret: LoopbackCredentials.secret
            ),
            symbol: market.symbol,
            category: market.category,
            depth: market.depth,
            request: ParentRequest(
                side: side.side,
                quantity: quantity?.text ?? market.lot.text(500),
                limit: nil,
                duration: over.value,
                algorithm: algorithm
            ),
            session: SessionName.fresh()
        )
        thread.apply(to: &configuration)
        journal.apply(to: &configuration)
        configuration.presence = presence
        try withExtendedLifetime(presence) {
            try SessionRunner.run(configuration, interrupts, json: json)
        }
    }
}

import ArgumentParser
import Foundation
import LoopbackVenue
import Runtime
import Settings
import Transport
import Units
import Venues

/// Works one parent order now.
struct ExecuteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute",
        abstract: "Work one parent order now: progress, then its report.",
        discussion: """
            Example, against a venue started with `sluice venue`:
              sluice execute --venue loopback --port 4433 --ca /tmp/…/ca.pem \\
                --symbol BTCUSDT --side buy --quantity 0.5 --over 30s --algo pov --rate 10% \\
                --journal journals

            With a settings file (`sluice check --example` prints one), whose values the options \
            override:
              sluice execute --config sluice.toml --symbol BTCUSDT --quantity 0.5 --over 30s

            On Bybit itself (environment live, testnet or demo) the settings file, an API key and a \
            durable journal are required, and for live the word that it is real money:
              sluice execute --config live.toml --journal journals --live-money yes \\
                --symbol BTCUSDT --quantity 0.5 --over 30s
            """
    )

    enum VenueName: String, ExpressibleByArgument, CaseIterable {
        case loopback
    }

    @Option(help: "The settings file (TOML): venue, limits, hot thread.")
    var config: String?

    @Option(help: "loopback: a venue started with `sluice venue`.")
    var venue: VenueName?

    @Option(help: "The loopback venue's port.")
    var port: UInt16?

    @Option(help: "The loopback venue's certificate authority (PEM).")
    var ca: String?

    @Option(help: "What to trade.")
    var symbol = "BTCUSDT"

    @Option(help: "linear or spot. Default: the first in which the venue trades the symbol.")
    var category: CategoryArgument?

    @Option(help: "Levels a side of the book to follow. Default: 50.")
    var depth: Int?

    @Option(
        help: """
            Market data connections, 1 to 8; the first to bring a message wins. Default: 1. On a venue \
            with several addresses a desk runs 2.
            """
    )
    var lines: Int?

    @Flag(help: "Take fills from the venue's quicker stream as well.")
    var fastFills = false

    @Option(help: "\"yes\": this run trades real money. Needed with environment live.")
    var liveMoney: String?

    @Option(
        help: """
            Let the venue cancel everything when all our account connections are gone for so long: 10s, \
            3 to 300 seconds. For accounts that it offers this to.
            """
    )
    var dcp: DurationArgument?

    @Option(
        help: """
            How long the account or order connection may be away before the parent stops: 1s to 1h. \
            Default: 60s.
            """
    )
    var linkPatience: DurationArgument?

    @OptionGroup var parent: ParentOptions
    @OptionGroup var thread: ThreadOptions
    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print the report as one JSON document.")
    var json = false

    func validate() throws {
        if config == nil, port == nil || ca == nil {
            throw ValidationError("where to trade: --port and --ca, or --config FILE")
        }
        if let lines, !(1...8).contains(lines) {
            throw ValidationError("--lines must be between 1 and 8")
        }
        if let dcp, !(3...300).contains(dcp.value.inSeconds) {
            throw ValidationError("--dcp must be between 3s and 300s")
        }
        if let linkPatience, !(1...3_600).contains(linkPatience.value.inSeconds) {
            throw ValidationError("--link-patience must be between 1s and 1h")
        }
        if (port == nil) != (ca == nil) {
            throw ValidationError("--port and --ca belong together")
        }
        if let ca, !FileManager.default.isReadableFile(atPath: ca) {
            throw ValidationError("--ca: cannot read \(ca)")
        }
    }

    func run() throws {
        let settings = try config.map(SettingsLoader.settings)
        let credentials = try SettingsLoader.credentials(settings)
        var configuration = SessionConfiguration(
            venue: endpoints(settings),
            credentials: credentials
                ?? BybitCredentials(
                    key: LoopbackCredentials.key,
                    secret: LoopbackCredentials.secret
                ),
            symbol: symbol,
            category: category?.category,
            depth: 50,
            request: try parent.request(),
            session: SessionName.fresh()
        )
        settings?.apply(to: &configuration)
        configuration.limits = parent.limits(over: settings?.limits ?? LimitRequest())
        configuration.journal = settings?.journal
        if let depth { configuration.depth = depth }
        if let lines { configuration.lines = lines }
        if fastFills { configuration.takesFastFills = true }
        if let dcp { configuration.disconnectWindow = dcp.value }
        if let linkPatience { configuration.linkPatience = linkPatience.value }
        thread.apply(to: &configuration)
        journal.apply(to: &configuration)
        try checkTerms(settings, configuration, hasCredentials: credentials != nil)
        // Before the kill switch knows of us: its signal must not end the process.
        let interrupts = try Interrupts()
        let entry = try KillSwitchLocator.enter()
        configuration.killSwitch = try KillSwitchLocator.find()
        try withExtendedLifetime(entry) {
            try SessionRunner.run(configuration, interrupts, json: json)
        }
    }

    private func checkTerms(
        _ settings: TradingSettings?,
        _ configuration: SessionConfiguration,
        hasCredentials: Bool
    ) throws {
        let objections = LaunchTerms.objections(
            to: port == nil ? settings?.venue.environment ?? .loopback : .loopback,
            journal: configuration.journal,
            hasCredentials: hasCredentials,
            liveMoney: liveMoney
        )
        for objection in objections { Terminal.error(objection) }
        if !objections.isEmpty { throw ExitCode(2) }
    }

    private func endpoints(_ settings: TradingSettings?) -> VenueEndpoints {
        if let port, let ca { return .loopback(port: port, caFile: ca) }
        guard let venue = settings?.venue else {
            preconditionFailure("ExecuteCommand: `validate` wants --port and --ca without --config")
        }
        return venue.endpoints
    }
}

/// How the hot thread runs.
struct ThreadOptions: ParsableArguments {
    @Flag(help: "Spin on the hot thread instead of blocking: lowest latency, one core for itself.")
    var spin = false

    @Option(help: "Pin the hot thread to this core.")
    var core: Int?

    @Flag(help: "Ask the kernel when market data arrived: socket-to-book latency in the report.")
    var stamps = false

    func apply(to configuration: inout SessionConfiguration) {
        configuration.stampsArrivals = stamps
        if spin { configuration.waiting = .spin }
        if let core { configuration.core = core }
    }
}

/// The eight characters that set this run's orders apart from every other run's.
enum SessionName {
    static func fresh() -> SessionPrefix {
        let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var generator = SystemRandomNumberGenerator()
        let text = (0..<SessionPrefix.length).map { _ in
            alphabet.randomElement(using: &generator) ?? "0"
        }
        guard let prefix = SessionPrefix(String(text)) else {
            preconditionFailure("SessionName: the alphabet is the prefix's own")
        }
        return prefix
    }
}

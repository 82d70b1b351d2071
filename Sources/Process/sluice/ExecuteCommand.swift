import ArgumentParser
import Foundation
import LoopbackVenue
import Runtime
import Settings
import Transport
import Units
import Venues

/// Works one parent order now.
struct ExecuteCommand: InterruptibleCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute",
        abstract: "Work one parent order now: progress, then its report.",
        discussion: """
            Example, against a venue started with `sluice venue`, whose port and ca it prints:
              sluice execute --port 4433 --ca ca.pem --side buy \\
                --quantity 0.5 --over 30s --algo pov --rate 10%

            With a settings file (`sluice check --example` prints one), whose values the \
            options override, and a journal in a directory that exists:
              sluice execute --config sluice.toml --symbol BTCUSDT \\
                --quantity 0.5 --over 30s --journal journals

            On Bybit itself (environment live, testnet or demo) the settings file, an API key \
            and a durable journal are required; for live also max_parent or max_parent_notional \
            in the settings, and the word that it is real money:
              sluice execute --config live.toml --journal journals \\
                --live-money yes --symbol BTCUSDT --quantity 0.5 --over 30s

            A parent is over at its end, unless --grace lets it work on to finish; then what is \
            open is cancelled.
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
    var port: WholeArgument?

    @Option(help: "The loopback venue's certificate authority (PEM).")
    var ca: String?

    @Option(help: "What to trade.")
    var symbol = "BTCUSDT"

    @Option(help: "linear or spot. Default: the first in which the venue trades the symbol.")
    var category: CategoryArgument?

    @Option(
        help: """
            Levels a side of the book to follow: 1, 50, 200 or 1000. Default: 50. A loopback venue's \
            book has 50, or as many as its recording.
            """
    )
    var depth: WholeArgument?

    @Option(
        help: """
            Market data connections, 1 to 8; the first to bring a message wins. Default: 1. On a venue \
            with several addresses a desk runs 2.
            """
    )
    var lines: WholeArgument?

    @Flag(help: "Take fills from the venue's quicker stream as well.")
    var fastFills = false

    @Option(help: "\"yes\": this run trades real money. Needed with environment live.")
    var liveMoney: LiveMoneyArgument?

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

    @Option(
        help: """
            How long a start is tried again while the venue cannot be reached, is asked too often or \
            restarts: 1ms to 1h. Default: 30s.
            """
    )
    var patience: DurationArgument?

    @OptionGroup var parent: ParentOptions
    @OptionGroup var thread: ThreadOptions
    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print the report as one JSON document.")
    var json = false

    func validate() throws {
        var faults = OptionFaults(self)
        parent.check(&faults)
        journal.check(&faults)
        faults.venue(config, port, ca)
        faults.market(depth, lines)
        faults.note(SymbolHint.objection(symbol).map { "--symbol '\(symbol)' \($0)" })
        faults.range("--dcp", dcp, .seconds(3)...(.seconds(300)))
        faults.range("--link-patience", linkPatience, .seconds(1)...(.seconds(3_600)))
        faults.range("--patience", patience, .milliseconds(1)...(.seconds(3_600)))
        try faults.finish()
    }

    func run() throws {
        let (settings, credentials) = try SettingsLoader.load(config)
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
        if let depth { configuration.depth = depth.int }
        if let lines { configuration.lines = lines.int }
        if fastFills { configuration.takesFastFills = true }
        if let dcp { configuration.disconnectWindow = dcp.value }
        if let linkPatience { configuration.linkPatience = linkPatience.value }
        if let patience { configuration.patience.startUp = patience.value }
        thread.apply(to: &configuration)
        journal.apply(to: &configuration)
        try checkTerms(settings, configuration, hasCredentials: credentials != nil)
        // Before the kill switch knows of us: its signal must not end the process.
        let interrupts = try Interrupts()
        let presence = try KillSwitchLocator.enter(interrupts)
        configuration.presence = presence
        try withExtendedLifetime(presence) {
            try SessionRunner.run(configuration, interrupts, json: json)
        }
    }

    private func checkTerms(
        _ settings: TradingSettings?,
        _ configuration: SessionConfiguration,
        hasCredentials: Bool
    ) throws {
        let environment = port == nil ? settings?.venue.environment ?? .loopback : .loopback
        LaunchTerms.remark(to: environment, liveMoney: liveMoney?.text).map(Terminal.note)
        var objections = LaunchTerms.objections(
            to: environment,
            within: configuration.limits,
            journal: configuration.journal,
            hasCredentials: hasCredentials,
            liveMoney: liveMoney?.text
        )
        if venue != nil && environment != .loopback {
            objections.append(
                "--venue loopback, but the settings lead to \(environment.rawValue): give --port and "
                    + "--ca of the loopback venue, or leave out --venue"
            )
        }
        if !objections.isEmpty { throw CommandEnd(.usage, objections) }
    }

    private func endpoints(_ settings: TradingSettings?) -> VenueEndpoints {
        if let port, let ca { return .loopback(port: UInt16(port.int), caFile: ca) }
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
    var core: CoreArgument?

    @Flag(help: "Ask the kernel when market data arrived: socket-to-book latency in the report.")
    var stamps = false

    func apply(to configuration: inout SessionConfiguration) {
        configuration.stampsArrivals = stamps
        if spin { configuration.waiting = .spin }
        if let core { configuration.core = core.value }
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

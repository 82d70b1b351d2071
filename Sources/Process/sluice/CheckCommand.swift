import ArgumentParser
import Foundation
import Journal
import Runtime
import Settings
import Units
import Venues

/// Reads settings without connecting.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a settings file and the credentials it leads to, without connecting.",
        discussion: """
            Every fault is told at once, with its line. Exit code 2 when there is one.

            Examples:
              sluice check --example > sluice.toml
              sluice check --config sluice.toml

            The example trades on a venue started with `sluice venue`: put the port and the \
            ca that it prints into the file's [venue] section first.
            """
    )

    @Option(help: "The settings file (TOML).")
    var config: String?

    @Flag(help: "Print a commented settings file instead.")
    var example = false

    func validate() throws {
        if (config == nil) == !example {
            throw ValidationError("give --config FILE or --example, one of them")
        }
    }

    private static func text(_ journal: JournalSettings?) -> String {
        journal.map { "\($0.directory), \($0.sync.rawValue)" } ?? "none: --journal DIR"
    }

    private static func text(_ time: Nanoseconds) -> String {
        String(format: "%g s", time.inSeconds)
    }

    func run() throws {
        guard let config else { return try Terminal.document(TradingSettings.example) }
        let loaded = try SettingsLoader.load(config, isStrict: true)
        guard let settings = loaded.settings else {
            preconditionFailure("CheckCommand: settings were read or it has ended")
        }
        let credentials = loaded.credentials
        let venue = settings.venue
        if credentials == nil && venue.environment != .loopback {
            throw CommandEnd(
                .usage,
                "\(config): no API key for \(venue.environment.rawValue): set "
                    + "\(Secrets.keyVariable) and \(Secrets.secretVariable), or [credentials] file"
            )
        }
        if let fault = LaunchTerms.unboundedParent(venue.environment, settings.limits) {
            throw CommandEnd(.usage, "\(config): \(fault)")
        }
        try Terminal.document(
            """
            \(config) is sound
            venue        \(venue.endpoints.name), \(venue.endpoints.rest.host)
            credentials  \(credentials == nil ? "the loopback venue's own" : "found")
            limits       child \(settings.limits.maxChild ?? "up to the venue's maximum"), \
            notional \(settings.limits.maxChildNotional), \
            band \(settings.limits.priceBandBps) bp, \
            \(settings.limits.requestsPerSecond.map { "\($0) requests a second" } ?? "no rate of ours")
            venue rates  tier \(settings.limits.tier.rawValue), batches \
            \(settings.limits.takesBatches ? "yes" : "no")
            market       \(settings.depth) levels over \(settings.lines) \
            \(settings.lines == 1 ? "line" : "lines")
            orders       \(venue.endpoints.ordersByREST ? "by REST" : "over the order socket")
            patience     start \(CheckCommand.text(settings.startPatience)), \
            links \(CheckCommand.text(settings.linkPatience)), \
            hot thread \(CheckCommand.text(settings.stallPatience)), \
            reconciled every \(CheckCommand.text(settings.reconcileInterval))
            journal      \(CheckCommand.text(settings.journal))
            hot thread   \(settings.waiting), \
            core \(settings.core.map(String.init) ?? "not pinned")
            """
        )
    }
}

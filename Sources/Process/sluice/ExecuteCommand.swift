import ArgumentParser
import Foundation
import LoopbackVenue
import Runtime
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
            """
    )

    enum VenueName: String, ExpressibleByArgument, CaseIterable {
        case loopback
    }

    @Option(help: "loopback: a venue started with `sluice venue`.")
    var venue: VenueName = .loopback

    @Option(help: "The loopback venue's port.")
    var port: UInt16

    @Option(help: "The loopback venue's certificate authority (PEM).")
    var ca: String

    @Option(help: "What to trade.")
    var symbol = "BTCUSDT"

    @Option(help: "linear or spot. Default: the first in which the venue trades the symbol.")
    var category: CategoryArgument?

    @Option(help: "Levels a side of the book to follow.")
    var depth = 50

    @OptionGroup var parent: ParentOptions
    @OptionGroup var thread: ThreadOptions
    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print the report as one JSON document.")
    var json = false

    func validate() throws {
        guard FileManager.default.isReadableFile(atPath: ca) else {
            throw ValidationError("--ca: cannot read \(ca)")
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        var configuration = SessionConfiguration(
            venue: .loopback(port: port, caFile: ca),
            credentials: BybitCredentials(
                key: environment["SLUICE_API_KEY"] ?? LoopbackCredentials.key,
                secret: environment["SLUICE_API_SECRET"] ?? LoopbackCredentials.secret
            ),
            symbol: symbol,
            category: category?.category,
            depth: depth,
            request: try parent.request(),
            session: SessionName.fresh()
        )
        configuration.limits = parent.limits
        thread.apply(to: &configuration)
        journal.apply(to: &configuration)
        try SessionRunner.run(configuration, Interrupts(), json: json)
    }
}

/// How the hot thread runs.
struct ThreadOptions: ParsableArguments {
    @Flag(help: "Spin on the hot thread instead of blocking: lowest latency, one core for itself.")
    var spin = false

    @Option(help: "Pin the hot thread to this core.")
    var core: Int?

    func apply(to configuration: inout SessionConfiguration) {
        configuration.waiting = spin ? .spin : .block
        configuration.core = core
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

import ArgumentParser
import Foundation
import Synchronization
import Transport

/// Lives of market lines over real sockets: the book may be stale, never wrong.
struct SocketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sockets",
        abstract: "Connection lives over real TLS sockets: each ends right, or clearly stale.",
        discussion: """
            A venue of raw sockets cuts, resets, stalls, freezes, flips, loses and doubles bytes, \
            shows bad certificates, breaks frames and refuses upgrades; the client is the \
            production event loop, TLS, WebSocket, decoder and market lines, on io_uring and on \
            plain sockets at the same time. Seeds decide what goes wrong; the clock decides what \
            it meets, so that a seed brings a similar life, not the same.

            Example:
              swift run -c release torture sockets --runs 10000 --json
            """
    )

    @Option(help: "Lives.")
    var runs = 10_000

    @Option(help: "Lives at the same time.")
    var atOnce = 96

    @OptionGroup var seeds: SeedOptions

    @Flag(help: "Pass over the lines' judgement: such lives must fail, or they prove nothing.")
    var careless = false

    func validate() throws {
        guard runs >= 2, (2...256).contains(atOnce) else {
            throw ValidationError("--runs is at least 2, --at-once 2 to 256")
        }
    }

    func run() throws {
        let result = try SocketLives(runs, seeds.seed, atOnce, isCareless: careless).live()
        try Tally.show(result, Array(result.failures.prefix(20)), result.text, asJSON: seeds.json)
        if !result.failures.isEmpty { throw ExitCode.failure }
    }
}

import ArgumentParser
import Foundation
import LoopbackVenue
import Settings
import Units

/// `sluice venue`: the loopback venue as a server of its own.
struct VenueCommand: InterruptibleCommand {
    static let configuration = CommandConfiguration(
        commandName: "venue",
        abstract: "Serve a Bybit-shaped venue on 127.0.0.1, synthetic or from recordings.",
        usage: "sluice venue [<options>]",
        discussion: """
            Prints one line of JSON when ready, and serves until Ctrl-C or SIGTERM:
              {"port":40111,"ca":"/tmp/sluice-venue-x/ca.pem","symbols":["BTCUSDT"]}
            Clients log in with key "loopback" and secret "loopback-secret".

            Examples:
              sluice venue
              sluice venue --feed 2024-08-08_BTCUSDT_ob200.data.zip --speed 20
              sluice venue --faults rules.txt --rate 10
              sluice venue --port 4433 --keys venue-keys
            """
    )

    @Option(help: "TCP port on 127.0.0.1; 0 takes a free one.")
    var port = WholeArgument(0)

    @Option(
        parsing: .upToNextOption,
        help: "Recordings in Bybit's archive format; those of one symbol play in this order."
    )
    var feed: [String] = []

    @Option(help: "How many times faster than recorded the feed plays. Default: 1.")
    var speed: DecimalArgument?

    @Option(help: "Seed of the synthetic market. Default: 1.")
    var seed: WholeArgument?

    @Option(help: "Symbol, where a recording's own or BTCUSDT is not meant.")
    var symbol: String?

    @Option(help: "Price step, such as 0.1; found in a recording where it is not given.")
    var tick: DecimalArgument?

    @Option(help: "Quantity step, such as 0.001; found likewise.")
    var lot: DecimalArgument?

    @Option(help: "linear or spot.")
    var category: CategoryArgument?

    @Flag(help: "Keep long and short positions at once (hedge mode).")
    var hedged = false

    @Option(help: "What goes wrong, and when: a file of rules (see docs/faults.md).")
    var faults: String?

    @Option(help: "Draw seven faults by this seed, and say which.")
    var faultSeed: WholeArgument?

    @Option(
        help: ArgumentHelp(
            """
            Keep the certificate authority and the keys in this folder, and take those that lie \
            there: sessions trust the venue again that is started after this one.
            """,
            valueName: "dir"
        )
    )
    var keys: String?

    @Option(help: "Order requests of a kind a second; 10 is what an account of no tier may.")
    var rate = WholeArgument(200)

    func validate() throws {
        var found = OptionFaults(self)
        found.range("--port", port, 0...65_535)
        found.range("--rate", rate, 1...1_000_000)
        found.playing(feed, speed, seed)
        found.expect(
            faults == nil || faultSeed == nil,
            "--faults and --fault-seed exclude each other"
        )
        if let faults { VenueCommand.script(faults).problems.forEach { found.note($0) } }
        try found.finish()
    }

    func run() throws {
        var wanted = LoopbackVenueConfiguration()
        wanted.port = UInt16(port.int)
        wanted.feedFiles = feed
        wanted.speed = speed?.value.step ?? 1
        wanted.seed = seed?.value ?? 1
        wanted.symbol = symbol
        wanted.tick = tick?.value
        wanted.lot = lot?.value
        wanted.category = category?.category

        wanted.position = .flat(isHedged: hedged)
        wanted.requestsPerSecond = rate.int
        wanted.faults = faultScript()

        // Before the keys lie on disk: a signal from here on lets them be removed.
        let interrupts = try Interrupts(mayBeSuspended: true)
        if let keys {
            do {
                wanted.identity = try VenueIdentity(
                    keptIn: URL(fileURLWithPath: keys).path
                )
            } catch {
                throw CommandEnd(.usage, "--keys: \(error)")
            }
        }
        let venue = try VenueHost.opened(wanted)
        interrupts.handle { _ in
            venue.stop()
            Terminal.hurry()
        }
        defer { venue.run() }
        if let faultSeed {
            Terminal.note("faults are drawn by seed \(faultSeed.text): \(wanted.faults)")
        }
        do {
            try Terminal.document(VenueCommand.announcement(venue))
        } catch {
            // Nobody knows where it is; `run` ends at once and takes the keys off the disk.
            venue.stop()
            throw error
        }
    }

    private func faultScript() -> FaultScript {
        if let faultSeed { return FaultScript(seed: faultSeed.value) }
        return faults.map { VenueCommand.script($0).script } ?? FaultScript()
    }

    /// The script in the file at `path`, and everything that is wrong with it.
    private static func script(_ path: String) -> (script: FaultScript, problems: [String]) {
        do throws(TextFileError) {
            let (script, problems) = FaultScript.read(try TextFile(path).text)
            return (script, problems.map { "\(path):\($0.line): \($0.reason)" })
        } catch {
            return (FaultScript(), ["--faults: \(path) \(error)"])
        }
    }

    private static func announcement(_ venue: VenueHost) -> String {
        let symbols = venue.symbols.map { "\"\($0.symbol)\"" }.joined(separator: ",")
        return #"{"port":\#(venue.port),"ca":"\#(venue.caFile)","symbols":[\#(symbols)]}"#
    }
}

import ArgumentParser
import Foundation
import LoopbackVenue
import Units

/// `sluice venue`: the loopback venue as a server of its own.
struct VenueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "venue",
        abstract: "Serve a Bybit-shaped venue on 127.0.0.1, synthetic or from recordings.",
        discussion: """
            Prints one line of JSON when ready, and serves until Ctrl-C or SIGTERM:
              {"port":40111,"ca":"/tmp/sluice-venue-x/ca.pem","symbols":["BTCUSDT"]}
            Clients log in with key "loopback" and secret "loopback-secret".

            Example: sluice venue --feed 2024-08-08_BTCUSDT_ob200.data.zip --speed 20
            """
    )

    @Option(help: "TCP port on 127.0.0.1; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(
        parsing: .upToNextOption,
        help: "Recordings in Bybit's archive format; those of one symbol play in this order."
    )
    var feed: [String] = []

    @Option(help: "How many times faster than recorded the feed plays.")
    var speed = 1.0

    @Option(help: "Seed of the synthetic market.")
    var seed: UInt64 = 1

    @Option(help: "Symbol, where a recording's own or BTCUSDT is not meant.")
    var symbol: String?

    @Option(help: "Price step, such as 0.1.")
    var tick: StepArgument?

    @Option(help: "Quantity step, such as 0.001.")
    var lot: StepArgument?

    @Option(help: "linear or spot.")
    var category: CategoryArgument?

    @Flag(help: "Keep long and short positions beside each other (hedge mode).")
    var hedged = false

    @Option(help: "What goes wrong, and when: a file of rules (see README).")
    var faults: String?

    @Option(help: "Draw a few faults by this seed.")
    var faultSeed: UInt64?

    @Option(help: "Order requests of a kind a second; 10 is what an account of no tier may.")
    var rate = 200

    func validate() throws {
        if rate < 1 { throw ValidationError("--rate must be at least 1") }
        if faults != nil && faultSeed != nil {
            throw ValidationError("--faults and --fault-seed exclude each other")
        }
        guard speed > 0, speed.isFinite else {
            throw ValidationError("--speed must be a positive number")
        }
    }

    func run() throws {
        var wanted = LoopbackVenueConfiguration()
        wanted.port = port
        wanted.feedFiles = feed
        wanted.speed = speed
        wanted.seed = seed
        wanted.symbol = symbol
        wanted.tick = tick?.scale
        wanted.lot = lot?.scale
        wanted.category = category?.category

        wanted.position = .flat(isHedged: hedged)
        wanted.requestsPerSecond = rate
        wanted.faults = try faultScript()

        // Before the keys lie on disk: a signal from here on lets them be removed.
        let interrupts = try Interrupts(mayBeSuspended: true)
        let venue = try VenueHost.opened(wanted)
        interrupts.handle { _ in
            venue.stop()
            Terminal.hurry()
        }
        defer { venue.run() }
        do {
            try Terminal.document(VenueCommand.announcement(venue))
        } catch {
            // Nobody knows where it is; `run` ends at once and takes the keys off the disk.
            venue.stop()
            throw error
        }
    }

    private func faultScript() throws -> FaultScript {
        if let faultSeed { return FaultScript(seed: faultSeed) }
        guard let faults else { return FaultScript() }
        guard let text = try? String(contentsOfFile: faults, encoding: .utf8) else {
            throw ValidationError("--faults: cannot read \(faults)")
        }
        do throws(LoopbackVenueError) {
            return try FaultScript(text: text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private static func announcement(_ venue: VenueHost) -> String {
        let symbols = venue.symbols.map { "\"\($0.symbol)\"" }.joined(separator: ",")
        return #"{"port":\#(venue.port),"ca":"\#(venue.caFile)","symbols":[\#(symbols)]}"#
    }
}

/// A step as people write it: "0.1".
struct StepArgument: ExpressibleByArgument {
    let scale: DecimalScale

    init?(argument: String) {
        guard let scale = DecimalScale(step: argument) else { return nil }
        self.scale = scale
    }
}

/// A product class as the venue names it.
struct CategoryArgument: ExpressibleByArgument {
    let category: ProductCategory

    init?(argument: String) {
        guard let found = ProductCategory.allCases.first(where: { $0.name == argument }) else {
            return nil
        }
        category = found
    }
}

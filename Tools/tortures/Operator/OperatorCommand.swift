import ArgumentParser
import Foundation

/// Sessions of the real command, ended in every way that an operator, a host or a venue knows.
struct OperatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Seeded ends of real sessions: nothing left at the venue, no hang, a known exit.",
        discussion: """
            Each life is `sluice execute` at a `sluice venue` of its own. Drawn are the parent, where \
            its words go (terminals, pipes, full disks, nothing), a moment, and what happens then: \
            signals, Ctrl-C, `sluice halt`, crashes, a pause, a frozen venue, readers and terminals \
            that go. The venue is asked what is open and what was filled; what was cut off is \
            recovered first. A violation prints its seed and keeps what was written.

            Example:
              Tools/torture operator --runs 1000 --seed 1 --json
            """
    )

    enum Plant: String, ExpressibleByArgument, CaseIterable {
        case leave
    }

    @Option(help: "Sessions.")
    var runs: UInt64 = 200

    @Option(help: "Sessions at the same time: they mostly wait.")
    var parallel = 16

    @Option(help: "The command under test. Default: this build's.")
    var sluice: String?

    @Option(help: "Seconds from a stop, or what hinders it, to the end.")
    var patience = 5.0

    @Flag(help: "Nothing stands still for longer than 2 s.")
    var hurry = false

    @Option(help: "leave: an order is left behind on purpose, and the campaign must fail.")
    var plant: Plant?

    @OptionGroup var campaign: CampaignOptions

    private var command: String { sluice ?? Executable.beside("sluice") }

    func validate() throws {
        if !FileManager.default.isExecutableFile(atPath: command) {
            throw ValidationError("\(command) is missing: build the product sluice first")
        }
    }

    func run() throws {
        // A shell ignores two of these in what it puts in the background, `nohup` the third, and
        // children inherit that.
        signal(SIGHUP, SIG_DFL)
        signal(SIGINT, SIG_DFL)
        signal(SIGQUIT, SIG_DFL)
        let library = OperatorCommand.clockLibrary
        if library == nil, !campaign.json { print("no libfaketime: clocks are not set") }
        let mounts = SmallDisk.isAllowed(NSTemporaryDirectory())
        if !mounts, !campaign.json { print("no file system can be mounted: no disk is filled") }
        let limits = OperatorCase.Limits(
            longest: .seconds(hurry ? 2 : 120),
            mounts: mounts,
            stepsClock: library != nil
        )
        let bench = OperatorLife.Bench(
            sluice: command,
            scratch: Scratch(campaign.scratch),
            limits: limits,
            patience: patience,
            plants: plant == .leave,
            clockLibrary: library
        )
        try campaign.live(runs, parallel: parallel, patience: 400, OperatorTally.self) { seed in
            OperatorLife.live(seed, bench)
        }
    }

    /// The library that lets a process see another time, where it is installed.
    private static var clockLibrary: String? {
        let name = "faketime/libfaketimeMT.so.1"
        return [
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
        ]
        .map { "\($0)/\(name)" }
        .first { FileManager.default.fileExists(atPath: $0) }
    }
}

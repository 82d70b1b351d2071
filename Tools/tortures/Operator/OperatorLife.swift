import Foundation
import Units

/// One session, from its start to the comparison with what its venue says.
final class OperatorLife {
    /// What is not a session's own: the build under test and the patience with it.
    struct Bench: Sendable {
        let sluice: String
        let scratch: Scratch
        let limits: OperatorCase.Limits
        /// Seconds within which an end must be over when nothing hinders it.
        let patience: Double
        /// Whether an order is left behind on purpose.
        let plants: Bool
        /// The library that plays with clocks, where it is.
        let clockLibrary: String?
    }

    let drawn: OperatorCase
    let bench: Bench
    let folder: String
    let environment: [String: String]
    let venue: VenueProcess
    let asker: VenueAsker
    let output: Sink
    let errors: Sink
    let smallDisk: SmallDisk?
    let journal: String
    private let began = ContinuousClock.now

    var session: Program
    var outcome: OperatorOutcome
    /// What happened when, for who has to understand it.
    private(set) var story: [String] = []
    /// Whether the session ended while its venue could not be reached.
    var endedInTheDark = false

    init(_ drawn: OperatorCase, _ bench: Bench) throws {
        self.drawn = drawn
        self.bench = bench
        outcome = OperatorOutcome(drawn)
        folder = try bench.scratch.folder("operator", drawn.seed)
        var environment = ProcessInfo.processInfo.environment
        environment["SLUICE_STATE_DIR"] = "\(folder)/state"
        environment["TMPDIR"] = folder
        venue = try VenueProcess(
            bench.sluice,
            ["--seed", "\(drawn.venueSeed)", "--category", drawn.isSpot ? "spot" : "linear"]
                + (drawn.isHedged ? ["--hedged"] : []),
            environment,
            folder
        )
        asker = try VenueAsker(port: venue.port, ca: venue.ca, drawn.isSpot ? .spot : .linear)

        smallDisk = drawn.wantsSmallDisk ? SmallDisk("\(folder)/disk", kilobytes: 4_096) : nil
        let small = smallDisk == nil ? folder : "\(folder)/disk"
        journal = (drawn.fillsDisk ? small : folder) + "/journal"
        try FileManager.default.createDirectory(
            atPath: journal,
            withIntermediateDirectories: true
        )
        if !drawn.fillsDisk { smallDisk?.fill(leaving: drawn.room) }
        output = try Sink(drawn.output, "\(drawn.output == .smallDisk ? small : folder)/stdout")
        errors =
            drawn.isOneOutput || (drawn.output.isTerminal && drawn.errors.isTerminal)
            ? output
            : try Sink(drawn.errors, "\(drawn.errors == .smallDisk ? small : folder)/stderr")
        if case .clockStep = drawn.ending, let library = bench.clockLibrary {
            environment["LD_PRELOAD"] = library
            environment["FAKETIME_TIMESTAMP_FILE"] = "\(folder)/clock"
            environment["FAKETIME_NO_CACHE"] = "1"
            _ = FileManager.default.createFile(atPath: "\(folder)/clock", contents: Data("+0".utf8))
        }
        self.environment = environment
        session = try OperatorLife.start(
            drawn,
            bench,
            journal,
            OperatorLife.place(drawn, venue, folder),
            environment,
            output,
            errors
        )
        output.closeChild()
        errors.closeChild()
    }

    private static func start(
        _ drawn: OperatorCase,
        _ bench: Bench,
        _ journal: String,
        _ place: [String],
        _ environment: [String: String],
        _ output: Sink,
        _ errors: Sink
    ) throws -> Program {
        var words = [bench.sluice] + drawn.arguments(journal: journal) + place
        if drawn.isNohup { words = ["/bin/sh", "-c", #"trap "" HUP; exec "$0" "$@""#] + words }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let terminal = output.terminalPath ?? errors.terminalPath
        // A closed descriptor stays closed; one of a terminal is taken from standard input.
        func descriptor(_ sink: Sink) -> Int32? { sink.terminalPath == nil ? sink.child : -1 }
        return try Program(
            words,
            environment,
            terminal: terminal,
            input: drawn.hasInput ? null : nil,
            output: descriptor(output),
            errors: descriptor(errors)
        )
    }

    /// Where the command finds the venue: only settings say that orders go by REST.
    static func place(_ drawn: OperatorCase, _ venue: VenueProcess, _ folder: String) -> [String] {
        guard drawn.ordersByREST else { return ["--port", "\(venue.port)", "--ca", venue.ca] }
        let settings = "\(folder)/sluice.toml"
        let text = """
            [venue]
            environment = "loopback"
            port = \(venue.port)
            ca = "\(venue.ca)"
            orders = "rest"

            """
        _ = FileManager.default.createFile(atPath: settings, contents: Data(text.utf8))
        return ["--config", settings]
    }

    // MARK: The life

    /// Lives it and tells what it came to.
    static func live(_ seed: UInt64, _ bench: Bench) -> OperatorOutcome {
        let drawn = OperatorCase(seed: seed, bench.limits)
        do {
            let life = try OperatorLife(drawn, bench)
            defer { life.venue.stop() }
            life.awaitMoment()
            life.act()
            if bench.plants { life.asker.plant(isHedged: drawn.isHedged) }
            life.judge()
            if life.outcome.violations.isEmpty { life.clear() }
            return life.outcome
        } catch {
            var outcome = OperatorOutcome(drawn)
            outcome.violations.append("\(error)")
            return outcome
        }
    }

    private func clear() {
        venue.stop()
        // The clock's library leaves these.
        for kind in ["faketime_shm", "sem.faketime_sem"] {
            unlink("/dev/shm/\(kind)_\(session.id)")
        }
        Scratch.remove(folder)
    }

    /// Waits for `isThere`, at most so many seconds, while readers read.
    @discardableResult
    func wait(_ seconds: Double, until isThere: () -> Bool = { false }) -> Bool {
        let latest = ContinuousClock.now + .seconds(seconds)
        while true {
            output.drain()
            errors.drain()
            if isThere() { return true }
            if ContinuousClock.now >= latest { return false }
            usleep(4_000)
        }
    }

    /// Waits for the session's end.
    @discardableResult
    func waitForEnd(_ seconds: Double) -> Bool { wait(seconds) { session.hasEnded } }

    func tell(_ what: String) {
        let now = ContinuousClock.now - began
        story.append(String(format: "%7.3f s  ", now.inSeconds) + what)
    }

    private func awaitMoment() {
        switch drawn.moment {
        case .starting(let after):
            waitForEnd(after.inSeconds)
        case .working(let after):
            var asked = ContinuousClock.now
            wait(15) {
                if session.hasEnded { return true }
                guard ContinuousClock.now >= asked else { return false }
                asked = ContinuousClock.now + .milliseconds(150)
                return asker.openOrders(patience: .seconds(1))?.isEmpty == false
            }
            waitForEnd(after.inSeconds)
        }
        if !session.hasEnded, asker.openOrders()?.isEmpty == false { outcome.hadOrderOpen = true }
        tell("the moment; an order open: \(outcome.hadOrderOpen)")
    }
}

import ArgumentParser
import Foundation
import Invocation
import Telemetry

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Times the hot path, piece by piece and from wire to order.",
        discussion: """
            Batch rows give nanoseconds an operation over interleaved repeats; rows timed one \
            operation at a time ("ns") include a clock reading, whose cost the header states.

            A comparison wants several processes on both sides: what lies where in memory differs \
            between them.

            Example:
              swift run -c release bench --filter 'book|decode' --json old.json
              swift run -c release bench --filter 'book|decode' --compare old.json
            """
    )

    static func main() { main(Invocation.arguments) }

    @Option(help: "Run the rows whose name matches this regular expression.")
    var filter: String?

    @Option(help: "Write header and rows to this file as JSON.")
    var json: String?

    @Option(help: "Repeats of each row, in each process.")
    var repeats = 31

    @Option(help: "Processes to measure in (default: 5 with --json or --compare, else 1).")
    var processes: Int?

    @Option(help: "Pin to this core.")
    var core: Int?

    @Option(help: "A recording to run the feed rows on (default: the synthetic stream).")
    var feed: String?

    @Option(help: "Compare with a file that --json wrote: a verdict for each row.")
    var compare: String?

    @Option(help: "Fail when a Swift/C ratio or an allocation count is past this file's limits.")
    var limits: String?

    @Flag(help: "Run every row briefly: are they alive, and do their hashes hold?")
    var smoke = false

    @Option(help: "Write what Tools/peers gives to other programs into this folder, and end.")
    var export: String?

    @Flag(help: "Print the names, operations a repeat and what one operation is, and end.")
    var list = false

    func run() throws {
        let pattern = try filter.map { try Regex($0) }
        let input = try FeedInput(recording: feed)
        let rows = Rows.all(input).filter { row in
            pattern.map { row.name.firstMatch(of: $0) != nil } ?? true
        }
        if list {
            rows.forEach { print($0.listing) }
            return
        }
        if let export { return try PeerInput(input).write(export) }
        guard !rows.isEmpty else { throw ValidationError("no row matches \(filter ?? "")") }
        let document = try measure(rows, input)
        print(document.text)
        if let json { try document.write(json) }
        if let compare {
            print(Comparison(old: try Document.read(compare).rows, new: document.rows).text)
        }
        let faults = try faults(document.rows, rows, input)
        faults.forEach { print($0) }
        if !faults.isEmpty { throw ExitCode(1) }
    }

    private func measure(_ rows: [Row], _ input: FeedInput) throws -> Document {
        let clock = TickClock()
        let repeats = smoke ? 2 : max(1, repeats)
        let wanted = processes ?? (smoke || (json == nil && compare == nil) ? 1 : 5)
        let machine = Machine(
            clock: clock,
            repeats: repeats,
            processes: max(1, wanted),
            pinnedCore: core,
            feed: input.name
        )
        if wanted > 1 {
            var arguments = ["--repeats", "\(repeats)"]
            if let filter { arguments += ["--filter", filter] }
            if let feed { arguments += ["--feed", feed] }
            if let core { arguments += ["--core", "\(core)"] }
            if smoke { arguments.append("--smoke") }
            let merged = try Processes(count: wanted, arguments: arguments).run()
            return Document(header: machine, rows: merged)
        }
        let runner = Runner(clock: clock, repeats: repeats, core: core, scale: smoke ? 0.01 : 1)
        return Document(header: machine, rows: try runner.run(rows))
    }

    /// What must not be on any machine, in words.
    private func faults(
        _ measurements: [Measurement],
        _ rows: [Row],
        _ input: FeedInput
    ) throws -> [String] {
        let strays = ExpectedHashes(rows, input).strays(measurements)
        let allocating = measurements.filter { ($0.allocations ?? 0) > 0 }
        let excesses = try limits.map { try Limits.read($0).excesses(measurements) } ?? []
        return strays.map { "hash: \($0)" }
            + allocating.map { "\($0.name) allocates \($0.allocations ?? 0) an operation" }
            + excesses.map { "limit: \($0)" }
    }
}

import ArgumentParser
import CLinux
import Foundation
import Telemetry

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Times the hot path, piece by piece and from wire to order.",
        discussion: """
            Batch rows give nanoseconds an operation over interleaved repeats; rows timed one \
            operation at a time ("ns") include a clock reading, whose cost the header states.

            Example:
              swift run -c release bench --filter 'book|decode' --json new.json
            """
    )

    @Option(help: "Run the rows whose name matches this regular expression.")
    var filter: String?

    @Option(help: "Write header and rows to this file as JSON.")
    var json: String?

    @Option(help: "Repeats of each row.")
    var repeats = 31

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

    @Flag(help: "Print the names and end.")
    var list = false

    func run() throws {
        let pattern = try filter.map { try Regex($0) }
        let input = try FeedInput(recording: feed)
        let rows = Rows.all(input).filter { row in
            pattern.map { row.name.firstMatch(of: $0) != nil } ?? true
        }
        if list {
            rows.forEach {
                print($0.name.padding(toLength: 24, withPad: " ", startingAt: 0), $0.operation)
            }
            return
        }
        guard !rows.isEmpty else { throw ValidationError("no row matches \(filter ?? "")") }
        if let core, sluice_pin_to_core(Int32(clamping: core)) != 0 {
            throw ValidationError("cannot pin to core \(core)")
        }
        let clock = TickClock()
        let runner = Runner(
            clock: clock,
            repeats: smoke ? 2 : repeats,
            scale: smoke ? 0.01 : 1
        )
        let machine = Machine(
            clock: clock,
            repeats: runner.repeats,
            pinnedCore: core,
            feed: input.name
        )
        let measurements = try runner.run(rows) { _ in }
        print(Table.text(machine, measurements))
        if let json {
            let document = Document(header: machine, rows: measurements)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(document).write(to: URL(fileURLWithPath: json))
        }
        let idle = measurements.filter { $0.hash == "0" }.map(\.name)
        let allocating = measurements.filter { ($0.allocations ?? 0) > 0 }.map(\.name)
        if !idle.isEmpty { print("computed nothing: \(idle.joined(separator: ", "))") }
        if !allocating.isEmpty { print("allocate: \(allocating.joined(separator: ", "))") }
        let strays = ExpectedHashes.strays(measurements, isSynthetic: input.isSynthetic)
        strays.forEach { print("hash: \($0)") }
        var isWithin = strays.isEmpty
        if let compare {
            let old = try JSONDecoder().decode(
                Document.self,
                from: Data(contentsOf: URL(fileURLWithPath: compare))
            )
            print(Comparison.text(old: old.rows, new: measurements))
        }
        if let limits {
            let excesses = try Limits.read(limits).excesses(measurements)
            excesses.forEach { print("limit: \($0)") }
            isWithin = isWithin && excesses.isEmpty
        }
        if !isWithin { throw ExitCode(1) }
        if !idle.isEmpty || !allocating.isEmpty { throw ExitCode(1) }
    }
}

/// The file `--json` writes.
struct Document: Codable {
    var header: Machine
    var rows: [Measurement]
}

/// The table for people.
enum Table {
    static func text(_ machine: Machine, _ rows: [Measurement]) -> String {
        var lines = [
            "\(machine.cpu), \(machine.cores) cores, kernel \(machine.kernel), "
                + "governor \(machine.governor)",
            "\(machine.build); \(machine.repeats) interleaved repeats; "
                + "pinned: \(machine.pinnedCore.map { "core \($0)" } ?? "no"); "
                + String(format: "clock %.1f ns; ", machine.clockNanoseconds)
                + "feed: \(machine.feed)",
            "",
            pad("row", 22, left: true)
                + "unit      min      p50      p99    p99.9      max  allocs  hash",
        ]
        for row in rows {
            let figures = [row.min, row.p50, row.p99, row.p999, row.max]
                .map { pad(String(format: $0 < 100 ? "%.2f" : "%.0f", $0), 9) }.joined()
            let allocations = row.allocations.map { String(format: "%.2f", $0) } ?? "–"
            lines.append(
                pad(row.name, 22, left: true) + pad(row.unit, 5, left: true) + figures
                    + pad(allocations, 8) + "  " + row.hash
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? text + space : space + text
    }
}

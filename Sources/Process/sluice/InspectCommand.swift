import ArgumentParser
import Foundation
import Recordings
import Units

/// `sluice inspect`: what recordings hold, through the decoder and the book that trade live.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Check recorded feeds and say what they hold.",
        usage: "sluice inspect <file> ... [<options>]",
        discussion: """
            Reads Bybit's day archives of books and of trades, and messages as collectors keep \
            them, plain, .gz or .zip, through the decoder and the order book that trade live. \
            Several files are one stream, in the order given, which must be that of their time; \
            one symbol and one depth a run: \
            --symbol chooses where there are several. Tick and lot are looked for in its rows \
            where they are not given.

            Example:
              sluice inspect 2024-12-01_XRPUSDT_ob500.data.zip

            --digest prints nothing but a line for each book message:
              u bidTicks bidLots askTicks askLots hash      (or: u stale)

            Of a file that cannot be read to its end, what came before is told, and then where and \
            why; the exit code is 2.
            """
    )

    @Argument(help: ArgumentHelp("Recordings, in order.", valueName: "file"))
    var files: [String]

    @Option(help: "Whose messages; needed where the files hold those of several.")
    var symbol: String?

    @Option(help: "The instrument's price step, such as 0.1; found where it is not given.")
    var tick: DecimalArgument?

    @Option(help: "The instrument's quantity step, such as 0.001; found where it is not given.")
    var lot: DecimalArgument?

    @Flag(help: "Print one line for each book message, and nothing else.")
    var digest = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
        var faults = OptionFaults(self)
        faults.distinct(files)
        try faults.finish()
    }

    func run() throws {
        let given = (tick?.value, lot?.value)
        let found = given.0 == nil || given.1 == nil ? try search() : nil
        guard let tick = given.0 ?? found?.tick, let lot = given.1 ?? found?.lot else { return }
        let output = LineOutput()
        var lines: [String] = []
        let wantsDocument = json
        var lost: DocumentLost?
        let onDigest: ((String) -> Void)? =
            digest
            ? { line in
                if wantsDocument { return lines.append(line) }
                guard lost == nil else { return }
                do throws(DocumentLost) { try output.write(line) } catch { lost = error }
            } : nil
        let inspection = FeedInspection(tick: tick, lot: lot, symbol: symbol, onDigest: onDigest)
        var trouble: RecordingError?
        do {
            for file in files where lost == nil { try inspection.read(file) }
        } catch let error as RecordingError {
            trouble = error
        }
        if let lost { throw lost }
        do {
            let summary = try inspection.finish()
            let report = InspectReport(
                summary,
                tick: tick,
                lot: lot,
                stepsFound: found != nil,
                digest: digest ? lines : nil,
                fault: trouble?.description
            )
            if json {
                try output.write(try report.json())
            } else if !digest {
                try output.write(report.text())
            }
        } catch let error as RecordingError {
            // Nothing came before the trouble.
            trouble = trouble ?? error
        }
        try output.flush()
        if let trouble { throw trouble }
    }

    /// The steps of the symbol that is meant.
    private func search() throws -> StepSearch {
        let found = try StepSearch(files, symbol: symbol)
        let names = found.symbols.joined(separator: ", ")
        if let symbol, !found.symbols.isEmpty, !found.symbols.contains(symbol) {
            throw RecordingError(file: "--symbol \(symbol)", reason: "the files hold \(names)")
        }
        if symbol == nil && found.symbols.count > 1 {
            throw RecordingError(
                file: "",
                reason: "the files hold several symbols, say which with --symbol: \(names)"
            )
        }
        return found
    }

}

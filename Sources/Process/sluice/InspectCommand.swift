import ArgumentParser
import Foundation
import Recordings
import Units

/// `sluice inspect`: what recordings hold, through the decoder and the book that trade live.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Check recorded feeds and say what they hold.",
        discussion: """
            Reads newline-delimited Bybit messages, plain, .gz or .zip, through the decoder and the \
            order book that trade live. Several files are one stream, in the order given; one \
            symbol and one depth a run.

            Example:
              sluice inspect 2024-12-01_XRPUSDT_ob500.data.zip --tick 0.0001 --lot 1

            --digest prints a line for each book message before the summary:
              u bidTicks bidLots askTicks askLots hash      (or: u stale)
            """
    )

    @Argument(help: ArgumentHelp("Recordings, in order.", valueName: "file"))
    var files: [String]

    @Option(help: "The instrument's price step, such as 0.1.")
    var tick: String

    @Option(help: "The instrument's quantity step, such as 0.001.")
    var lot: String

    @Flag(help: "Print one line for each book message.")
    var digest = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
        guard DecimalScale(step: tick) != nil else {
            throw ValidationError("--tick takes a positive decimal, not \"\(tick)\".")
        }
        guard DecimalScale(step: lot) != nil else {
            throw ValidationError("--lot takes a positive decimal, not \"\(lot)\".")
        }
    }

    func run() throws {
        guard let tick = DecimalScale(step: tick), let lot = DecimalScale(step: lot) else {
            throw ExitCode(2)
        }
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
        let inspection = FeedInspection(tick: tick, lot: lot, onDigest: onDigest)
        let summary: FeedSummary
        do {
            for file in files where lost == nil { try inspection.read(file) }
            summary = try inspection.finish()
        } catch let error as RecordingError {
            try output.flush()
            Terminal.error("\(error)")
            throw ExitCode(2)
        }
        if let lost { throw lost }
        let report = InspectReport(summary, tick: tick, lot: lot, digest: digest ? lines : nil)
        try output.write(json ? try report.json() : report.text())
        try output.flush()
    }
}

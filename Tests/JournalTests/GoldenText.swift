import Algos
import Book
import Engine
import Journal
import Replay
import Units

/// What a record says, in words that show every field: the golden journals' expectation.
enum GoldenText {
    /// One line for each record of the journal at `path`, and one for its end.
    static func lines(_ path: String) throws -> [String] {
        var lines: [String] = []
        var reader = try JournalReader(path)
        while let entry = try reader.next() { lines.append(line(entry)) }
        lines.append("end: \(reader.end?.text ?? "none")")
        return lines
    }

    private static func line(_ entry: JournalEntry) -> String {
        "\(entry.number) at \(entry.now.count)\(entry.isObservedOnly ? ", observed" : "") "
            + "\(entry.kind): \(GoldenText.text(entry.record))"
    }

    private static func text(_ record: JournalRecord) -> String {
        switch record {
        case .session(let session): "\(session)"
        case .accept(let order, let plan): "\(order) \(text(plan))"
        case .timer, .close: ""
        case .market(.depth(let update)):
            "\(update.instrument) \(update.kind) of \(update.depth), u \(update.sequence), "
                + "seq \(update.crossSequence), published \(update.publishedAt), "
                + "matched \(update.matchedAt), bids \(Array(update.bids)), "
                + "asks \(Array(update.asks))"
        case .market(.trades(let batch)):
            "\(batch.instrument) published \(batch.publishedAt): \(Array(batch.trades))"
        case .market(.ticker(let update)): "\(update)"
        case .order(let event): "\(event)"
        case .account(let coded): AccountEvent(coded).map { "\($0)" } ?? "unknown \(coded)"
        case .link(let coded): LinkEvent(coded).map { "\($0)" } ?? "unknown \(coded)"
        case .control(let coded): ControlCommand(coded).map { "\($0)" } ?? "unknown \(coded)"
        case .command(let command): "\(command)"
        case .gap(let lost): "\(lost)"
        }
    }

    private static func text(_ plan: UnsafeRawBufferPointer) -> String {
        guard let plan = ExecutionPlan(journalBytes: plan) else { return "no plan" }
        guard case .vwap(let profile) = plan.schedule else {
            return "\(plan.schedule) \(plan.rules)"
        }
        defer { profile.deallocate() }
        let knots = (0..<profile.count).map { "\(profile[$0])" }
        return "vwap \(knots.joined(separator: ", ")) \(plan.rules)"
    }
}

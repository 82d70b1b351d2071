import Foundation
import Reports
import Runtime
import Units

/// Everything that `sluice recover --json` says.
struct RecoveryDocument: Encodable {
    let schema = "sluice.recovery/1"
    /// What the process leaves with.
    var exitCode: Int32
    /// Sessions whose process lives, and that were left alone.
    var atWork: [String]
    var sessions: [RecoverySummary]

    func json() throws -> String { try JSONTree(self).document }
}

/// What became of one session, as text for people and as JSON for programs.
struct RecoverySummary: Encodable {
    var session: String
    /// `RecoveryOutcome.Action`, or "failed".
    var action: String
    /// Why the parent was stopped.
    var reason: String?
    var downtimeNs: Int64?
    var journalEnd: String?
    var lastRecord: UInt64?
    /// Whether the journal was gone on with.
    var isRecorded = false
    /// Whether every order's last word is known.
    var isSettled = false
    /// Orders that no record told of.
    var adopted = 0
    /// Records that had found no room.
    var missing: UInt64 = 0
    /// What became of the orders, without an engine.
    var settlement: Settlement?
    /// What went wrong.
    var fault: String?
    /// What this session alone would leave the process with.
    var exitCode: Int32
    /// The whole parent, before and after.
    var report: ParentReport?

    init(_ outcome: RecoveryOutcome, exitCode: Int32) {
        session = outcome.session
        action = outcome.action.rawValue
        reason = outcome.reason.map { "\($0)" }
        downtimeNs = outcome.downtime.count
        self.exitCode = exitCode
        journalEnd = outcome.journalEnd
        lastRecord = outcome.lastRecord
        isRecorded = outcome.isRecorded
        isSettled = outcome.outcome?.isSettled ?? outcome.settlement?.isComplete ?? true
        missing = outcome.missing
        settlement = outcome.settlement
        adopted = outcome.adopted
        fault = outcome.outcome?.fault
        report = outcome.outcome?.report
        report?.exitCode = exitCode
    }

    private static func lines(_ settlement: Settlement) -> [String] {
        var position = settlement.position.map { ", position \($0)" } ?? ""
        if let long = settlement.longPosition, let short = settlement.shortPosition {
            position = ", positions \(long) long and \(short) short"
        }
        var lines = [
            "  cancelled    \(settlement.cancelled.counted("open order"))",
            "  filled       \(settlement.filledByVenue) \(settlement.symbol) by the venue, "
                + "\(settlement.filledByJournal) by the journal\(position)",
        ]
        for order in settlement.orders {
            lines.append(
                "  \(order.name)  \(order.end), filled \(order.filledByVenue), on record "
                    + (order.filledByJournal ?? "nothing")
            )
        }
        return lines
    }

    init(_ session: String, error: String, exitCode: Int32) {
        self.session = session
        self.exitCode = exitCode
        action = "failed"
        fault = error
    }

    var text: String {
        var lines = ["session \(session): \(action)" + (reason.map { " (\($0))" } ?? "")]
        if let journalEnd, let lastRecord {
            lines.append("  journal      \(journalEnd); last whole record \(lastRecord)")
        }
        if let downtimeNs, report != nil {
            lines.append(String(format: "  nobody there %.1f s", Double(downtimeNs) / 1e9))
        }
        if missing > 0 {
            lines.append("  missing      \(missing.counted("record")) that found no room")
        }
        if adopted > 0 {
            lines.append("  not recorded \(adopted.counted("order")), found at the venue")
        }
        if let settlement { lines += RecoverySummary.lines(settlement) }
        if let report { lines.append(report.text(width: Terminal.width(of: 1))) }
        return lines.joined(separator: "\n")
    }
}

import Foundation
import Glibc
import Journal
import Orders
import Replay
import Runtime
import Testing
import Units

extension KilledSession {
    /// That the venue's book, the journal's and the parent's are one, nothing is left open, and the
    /// whole journal replays.
    func checkBooks(_ outcome: RecoveryOutcome) throws {
        let ended = try #require(outcome.outcome)
        #expect(ended.isSettled && ended.fault == nil, "\(ended.fault ?? "")")
        let report = ended.report
        #expect(report.venue.openOrders == 0)
        let position = try #require(report.venue.position)
        #expect(position - (report.venue.positionBefore ?? 0) == report.parent.filled)

        let first = try session().first
        var replay = try Replay.open(first)
        try replay.run()
        let (difference, end) = (replay.difference, replay.end)
        #expect(difference == nil && end == .closed)
        let lot = replay.session.instruments[0].lot
        let facts = replay.engine.facts(of: ParentID(0))
        let filled = lot.text(facts.ledger.filled.lots)
        #expect(Decimal(string: filled) == report.parent.filled)

        var reader = try JournalReader(first)
        var numbers: Set<UInt32> = []
        while let entry = try reader.next() {
            guard case .command(.place(let order)) = entry.record else { continue }
            #expect(numbers.insert(order.child.number).inserted, "\(order.child.number) twice")
        }
        guard case .ended = try session().standing else {
            Issue.record("\(try session().standing)")
            return
        }
    }
}

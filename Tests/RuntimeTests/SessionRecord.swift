import Foundation
import Orders
import Replay
import Runtime
import Testing

/// A session's journal in a directory that is gone with the test.
final class SessionRecord: Sendable {
    let path = NSTemporaryDirectory() + "sluice-record-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Holds the replay of the journal against how the session ended.
    func verify(_ outcome: SessionOutcome) throws {
        var replay = try Replay.open(path)
        try replay.run()
        #expect(replay.difference == nil && replay.gap == nil && replay.end == .closed)
        let facts = replay.engine.facts(of: ParentID(0))
        #expect(facts.state == outcome.state)
        #expect(facts.children.count == outcome.report.children.count)
        #expect(replay.counts.commands > 0 && replay.unrecorded.isEmpty)
        let lot = replay.session.instruments[0].lot
        let filled = Decimal(string: lot.text(facts.ledger.filled.lots))
        #expect(filled == outcome.report.parent.filled)
    }
}

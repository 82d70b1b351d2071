import Foundation
import Journal
import LoopbackVenue
import Orders
import Replay
import Runtime
import Testing
import Units

/// A parent that ended while nobody could say what became of its orders: its recovery has nothing
/// to decide any more, and all the more to ask.
@Suite("Last words", .timeLimit(.minutes(3)))
struct LastWordsTests {
    /// With an order connection to wait for, a parent is given up later.
    @Test(
        "a final parent's open order is found, taken off and put on record",
        arguments: [(true, "8s"), (false, "14s")]
    )
    func halted(byREST: Bool, away: String) throws {
        let folder = NSTemporaryDirectory() + "sluice-words-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var journal = JournalSettings(directory: folder, sync: .async, segmentBytes: 1 << 20)
        journal.ringBytes = 1 << 20
        // Once its order is open the venue is out of reach, also where a start takes a second.
        var session = try SessionFixture(
            seconds: 2,
            faults: try FaultScript(
                text: """
                    at 1300ms cut trade
                    at 1300ms cut account
                    at 1300ms turn-away \(away)
                    at 1300ms ban \(away)
                    """
            )
        )
        session.venue.start()
        defer { session.venue.stop() }
        session.configuration.journal = journal
        session.configuration.venue.ordersByREST = byREST
        // So far away that it is not filled.
        session.configuration.request.limit = "59800.0"
        LastWordsTests.hurry(&session.configuration)
        let ended = try Session.run(session.configuration, SessionControl())
        #expect(ended.state == .halted && !ended.isSettled)
        #expect(ended.report.counts.unknown > 0, "\(ended.fault ?? "")")

        var request = RecoveryRequest(
            venue: session.configuration.venue,
            credentials: session.configuration.credentials,
            journal: journal
        )
        request.adjust = LastWordsTests.hurry
        let left = try #require(Recovery.folder(folder).sessions.first)
        let outcome = try Recovery.run(left, request, SessionControl())
        #expect(outcome.action == .reconciled)
        let learned = try #require(outcome.outcome)
        #expect(learned.isSettled && learned.report.counts.unknown == 0, "\(learned.fault ?? "")")
        #expect(learned.report.venue.openOrders == 0)
        let account = try #require(learned.report.links.first)
        // Its connection came back: it was waited for what the venue says, not for time to pass.
        #expect(account.name == "account" && account.isUp)
        var replay = try Replay.open(left.first)
        try replay.run()
        let (difference, end) = (replay.difference, replay.end)
        #expect(difference == nil && end == .closed)
        #expect(replay.engine.facts(of: ParentID(0)).unsettled.isEmpty)
    }

    private static let hurry: @Sendable (inout SessionConfiguration) -> Void = {
        $0.receiveWindow = .seconds(1)
        $0.reconcilerTimes.settling = .milliseconds(1_250)
        $0.reconcilerTimes.interval = .milliseconds(500)
        $0.patience.lastWord = .seconds(1)
        $0.linkTimes.turnedAway = .milliseconds(300)
    }
}

import Engine
import Journal
import LoopbackVenue
import Orders
import Replay
import Reports
import Runtime
import Testing
import Units
import Venues

/// A halt from the control ring: whatever the venue makes of the cancels, nothing is left of ours.
@Suite("Halted sessions", .timeLimit(.minutes(3)))
struct HaltTests {
    @Test(
        "what was open at a halt is cancelled, and the venue is asked whether it is gone",
        arguments: [
            "", "cancel * 50% lose", "cancel * lose", "cancel * lose-answer",
            "cancel * 50% refuse 110079", "cancel 1..2 refuse 10006", "at 300ms late orders 400ms",
        ]
    )
    func halt(_ script: String) throws {
        var session = try SessionFixture(
            quantity: "5.000",
            seconds: 60,
            faults: try FaultScript(text: script)
        )
        session.configuration.session = try #require(SessionPrefix("halttest"))
        let outcome = try session.run { _, control in control.request(.halt) }
        let report = outcome.report
        let text = "\(script): \(outcome.state), \(outcome.fault ?? "no fault"), \(report.text())"
        #expect(outcome.state == .cancelled || outcome.state == .halted, "\(text)")
        #expect(report.venue.openOrders == 0 && report.counts.unknown == 0, "\(text)")
        #expect(report.parent.stopReason == "killSwitch", "\(text)")
        #expect(report.parent.endReason?.contains("the kill switch was thrown") == true, "\(text)")
        let position = try #require(report.venue.position)
        let before = try #require(report.venue.positionBefore)
        #expect(position - before == report.parent.filled, "\(text)")
        // Every order that was open was looked for by name.
        let section = try #require(report.reconciliation)
        let isNamed = outcome.fault?.contains("open at the halt") != true
        #expect(isNamed && section.verifiedOrders > 0, "\(text)")
    }

    @Test("what is asked before the session begins lets no order leave", arguments: [true, false])
    func haltBefore(_ isHalt: Bool) throws {
        let session = try SessionFixture(quantity: "5.000", seconds: 60)
        if isHalt { session.control.request(.halt) } else { session.control.requestStop() }
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .stopped = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(session.venue.books().desks[0].orders.isEmpty)
    }

    /// Cancels that the journal tells of and no command asked for.
    private static func spent(_ path: String) throws -> [OutsideRequest] {
        var found: [OutsideRequest] = []
        var reader = try JournalReader(path)
        while let entry = try reader.next() {
            guard case .account(let coded) = entry.record else { continue }
            if case .spent(let request)? = AccountEvent(coded) { found.append(request) }
        }
        return found
    }

    @Test("what a halt's sweep cancels by REST is on record with its budget, and replays")
    func sweepOnRecord() throws {
        let record = try SessionRecord()
        var session = try SessionFixture(
            quantity: "5.000",
            seconds: 60,
            faults: try FaultScript(text: "cancel 1 lose")
        )
        // Far from the market: what is open stays open.
        session.configuration.request.limit = "50000"
        session.configuration.journal = JournalSettings(directory: record.path, sync: .async)
        let outcome = try session.run(
            intervene: { _, control in control.request(.halt) },
            once: { $0.children > 0 }
        )
        #expect(outcome.report.venue.openOrders == 0 && outcome.report.counts.unknown == 0)
        let spent = try Self.spent(record.path)
        #expect(!spent.isEmpty)
        #expect(spent.allSatisfy { $0.operation == .cancel && $0.budget.limit > 0 })
        try record.verify(outcome)
    }

    @Test("an account without requests to spare is halted all the same", arguments: [1, 2])
    func poor(_ requestsPerSecond: Int) throws {
        let record = try SessionRecord()
        var session = try SessionFixture(
            quantity: "5.000",
            seconds: 60,
            faults: try FaultScript(text: "cancel 1 lose"),
            offering: { $0.requestsPerSecond = requestsPerSecond }
        )
        session.configuration.journal = JournalSettings(directory: record.path, sync: .async)
        let outcome = try session.run { _, control in control.request(.halt) }
        let text = "\(outcome.state), \(outcome.fault ?? "no fault"), \(outcome.report.text())"
        #expect(outcome.state == .cancelled || outcome.state == .halted, "\(text)")
        #expect(outcome.report.venue.openOrders == 0, "\(text)")
        #expect(outcome.report.counts.unknown == 0, "\(text)")
        try record.verify(outcome)
    }
}

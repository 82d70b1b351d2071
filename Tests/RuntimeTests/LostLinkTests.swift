import Foundation
import Journal
import LoopbackVenue
import Orders
import Reports
import Runtime
import Synchronization
import Testing
import Units

/// The account or order connection goes away while a parent works: it comes back, nothing that
/// happened meanwhile is missed, and one that stays away ends the parent in good order.
@Suite("Lost account and order connections", .timeLimit(.minutes(3)))
struct LostLinkTests {
    /// What must hold whatever happened: the accounts agree, nothing is open, nothing unknown.
    private func checkAccounts(_ report: ParentReport) throws {
        #expect(report.venue.openOrders == 0, "\(report.text())")
        #expect(report.counts.unknown == 0, "\(report.text())")
        #expect(report.parent.filled <= report.parent.quantity)
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled)
        let position = try #require(report.venue.position)
        let before = try #require(report.venue.positionBefore)
        #expect(position - before == report.parent.filled, "\(report.text())")
    }

    private func account(_ report: ParentReport) -> LinkSection { report.links[0] }
    private func trade(_ report: ParentReport) -> LinkSection { report.links[1] }

    /// A parent under `script`, on record, which must replay.
    private func run(
        _ script: String,
        quantity: String = "0.200",
        seconds: Int64 = 4,
        sync: JournalSync = .async,
        _ change: (inout SessionConfiguration) -> Void = { _ in }
    ) throws -> SessionOutcome {
        var session = try SessionFixture(
            quantity: quantity,
            seconds: seconds,
            faults: try FaultScript(text: script)
        )
        let record = try SessionRecord()
        session.configuration.journal = JournalSettings(directory: record.path, sync: sync)
        session.configuration.linkTimes.turnedAway = .milliseconds(200)
        change(&session.configuration)
        let outcome = try session.run()
        try record.verify(outcome)
        try checkAccounts(outcome.report)
        return outcome
    }

    private func expectCompleted(_ outcome: SessionOutcome) {
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.fault == nil, "\(outcome.fault ?? "")")
    }

    @Test("fills that the account's stream missed are known before anything new leaves")
    func fillsWhileAway() throws {
        // What was told just before the cut is lost, and what is told while it is turned away.
        let outcome = try run(
            "at 500ms gap 400ms\nat 900ms turn-away 700ms\nat 900ms cut account"
        )
        expectCompleted(outcome)
        let link = account(outcome.report)
        #expect(link.losses == 1 && link.recoveries == 1 && link.isUp)
        #expect(link.recovery.max > 600_000_000, "\(link)")
        #expect(trade(outcome.report).losses == 0)
        let asked = try #require(outcome.report.reconciliation)
        #expect(!asked.differences.isEmpty, "\(asked)")
        let text = outcome.report.text()
        #expect(text.contains("account link"), "\(text)")
        let document = String(decoding: try outcome.report.json(), as: UTF8.self)
        #expect(document.contains(#""awayNs""#))
    }

    @Test("the order connection comes back, and what it left open is taken off or known")
    func tradeAway() throws {
        let outcome = try run("at 900ms turn-away 900ms\nat 900ms cut trade", sync: .durable)
        expectCompleted(outcome)
        let link = trade(outcome.report)
        #expect(link.losses == 1 && link.recoveries == 1 && link.isUp)
        #expect(account(outcome.report).losses == 0)
    }

    @Test("both come back")
    func both() throws {
        let outcome = try run(
            "at 900ms turn-away 300ms\nat 900ms cut trade\nat 900ms cut account"
        )
        expectCompleted(outcome)
        #expect(account(outcome.report).recoveries == 1 && trade(outcome.report).recoveries == 1)
    }

    @Test("cuts every 200 ms overfill nothing and leave nothing open", arguments: [1, 2, 3])
    func flood(_ which: Int) throws {
        var lines: [String] = []
        for at in stride(from: 400, to: 4_000, by: 200) {
            if which & 1 != 0 { lines.append("at \(at)ms cut account") }
            if which & 2 != 0 { lines.append("at \(at)ms cut trade") }
        }
        let outcome = try run(lines.joined(separator: "\n"))
        #expect(outcome.state == .completed || outcome.state == .expired)
        let losses = outcome.report.links.map(\.losses)
        #expect(losses.reduce(0, +) >= 4, "\(losses)")
    }

    @Test("who is turned away stays away, again and again")
    func turnedAway() throws {
        let outcome = try run("at 900ms turn-away 700ms\nat 900ms cut trade")
        expectCompleted(outcome)
        // The first retry comes at once, and each later one 200 ms after a refusal.
        let recovery = trade(outcome.report).recovery
        #expect(recovery.max > 700_000_000 && recovery.max < 1_500_000_000)
    }

    @Test("a key that is refused is not tried without end", arguments: ["trade", "account"])
    func badKey(_ kind: String) throws {
        let began = ContinuousClock.now
        let outcome = try run(
            "at 500ms revoke\nat 500ms cut \(kind)",
            quantity: "5.000",
            seconds: 60
        )
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(outcome.state == .halted)
        let link = kind == "trade" ? trade(outcome.report) : account(outcome.report)
        #expect(link.refusals >= 3 && !link.isUp)
        let fault = try #require(outcome.fault)
        #expect(fault.contains("cannot be had again"), "\(fault)")
        #expect(kind == "account" || fault.contains("code 10003"), "\(fault)")
    }

    @Test("past the patience the parent halts, and REST takes off what is open")
    func pastPatience() throws {
        for (kind, reason) in [
            ("trade", "orderConnectionLost"), ("account", "privateStreamLost"),
        ] {
            let outcome = try run(
                "at 500ms turn-away 60s\nat 500ms cut \(kind)",
                quantity: "5.000",
                seconds: 60
            ) { $0.linkPatience = .seconds(1) }
            #expect(outcome.state == .halted)
            #expect(outcome.report.parent.stopReason == reason)
            let fault = try #require(outcome.fault)
            #expect(fault.contains("to the end of the session, longer than --link-patience (1s)"))
        }
    }

    @Test("an amend in flight when the order connection goes is settled", arguments: [false, true])
    func amendInFlight(_ arrives: Bool) throws {
        var fixture = try SessionFixture(quantity: "0.500", seconds: 5)
        let middleman = try Middleman(fixture.venue)
        fixture.configuration.venue.trade.port = middleman.port
        middleman.start()
        defer { middleman.stop() }
        let outcome = try fixture.run { _, _ in
            middleman.strike(.cutAt(#""order.amend""#, passes: arrives))
        }
        try checkAccounts(outcome.report)
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(trade(outcome.report).losses == 1 && trade(outcome.report).recoveries == 1)
    }

    @Test("an order that cancels over the order connection do not take off is cancelled by REST")
    func deafOrderConnection() throws {
        var fixture = try SessionFixture(quantity: "1.000", seconds: 60)
        let middleman = try Middleman(fixture.venue)
        fixture.configuration.venue.trade.port = middleman.port
        fixture.configuration.request.limit = "59900"
        // Nobody notices that nothing is passed on.
        fixture.configuration.linkTimes.silence = .seconds(90)
        fixture.configuration.patience.lastWord = .seconds(60)
        middleman.start()
        defer { middleman.stop() }
        let began = ContinuousClock.now
        let outcome = try fixture.run { _, control in
            middleman.strike(.freeze)
            while middleman.struck.load(ordering: .acquiring) == 0 { usleep(1_000) }
            control.requestStop()
        } once: {
            $0.restingPrice != nil
        }
        #expect(outcome.state == .cancelled && outcome.isConfirmed, "\(outcome.fault ?? "")")
        // Without it, only the last look after 60 s would.
        let took = ContinuousClock.now - began
        #expect(took < .seconds(40), "\(took)")
    }

    @Test("a message that cannot be read replaces its connection, and is asked for")
    func unreadable() throws {
        var fixture = try SessionFixture(quantity: "0.200", seconds: 4)
        let middleman = try Middleman(fixture.venue)
        fixture.configuration.venue.account.port = middleman.port
        middleman.start()
        defer { middleman.stop() }
        let outcome = try fixture.run { _, _ in middleman.strike(.garble) }
        try checkAccounts(outcome.report)
        expectCompleted(outcome)
        let link = account(outcome.report)
        #expect(link.losses == 1 && link.recoveries == 1)
        #expect(link.lastLoss?.contains("cannot be decoded") == true)
    }

    @Test("an order connection that drains is replaced, and what it answered last is asked for")
    func draining() throws {
        let outcome = try run("create 2 misanswer 10019")
        expectCompleted(outcome)
        try checkAccounts(outcome.report)
        let link = trade(outcome.report)
        #expect(link.losses == 1 && link.recoveries == 1)
        #expect(link.lastLoss?.contains("drains") == true)
    }
}

import Foundation
import LoopbackVenue
import Orders
import Reports
import Synchronization
import Testing
import Units
import Venues

@testable import Runtime

/// Whole sessions at a venue that loses messages: what nobody told is asked for.
@Suite("Reconciler", .timeLimit(.minutes(3)))
struct ReconcilerTests {
    private func checkAccounts(_ report: ParentReport) throws {
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled)
        #expect(report.parent.filled <= report.parent.quantity)
        #expect(report.counts.unknown == 0)
        let position = try #require(report.venue.position)
        let before = try #require(report.venue.positionBefore)
        #expect(position - before == report.parent.filled)
    }

    @Test("an order that never arrived gives its quantity back, and the parent is filled")
    func lostPlace() throws {
        let session = try SessionFixture(
            seconds: 14,
            faults: try FaultScript(text: "create 1 lose")
        )
        let outcome = try session.run()
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.fault == nil)
        try checkAccounts(outcome.report)
        let asked = try #require(outcome.report.reconciliation)
        #expect(asked.differences == ["neverArrived": 1])
        #expect(asked.questions > 0 && asked.answered == asked.questions)
        #expect(outcome.report.children.first?.filled == 0)
        #expect(outcome.report.children.count > 1)
    }

    @Test("an order whose every message was lost is learned of, fills and all")
    func lostMessages() throws {
        let session = try SessionFixture(seconds: 8, faults: try FaultScript(text: "create 1 hush"))
        let outcome = try session.run()
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.fault == nil)
        try checkAccounts(outcome.report)
        let asked = try #require(outcome.report.reconciliation)
        // Doubt asks after 2 s without an answer; a position that moved asks sooner.
        let stated = try #require(outcome.report.statements)
        #expect(asked.doubts + stated.differences > 0)
        #expect(asked.differences["neverArrived"] == nil)
    }

    @Test("orders of others are left alone and counted")
    func otherOrders() throws {
        var session = try SessionFixture(seconds: 3)
        session.configuration.reconcilerTimes.interval = .milliseconds(300)
        let code = Mutex<Int64?>(nil)
        let outcome = try session.run { venue, _ in
            let other = OtherTrader(venue: venue)
            code.withLock { $0 = try? other.order("Buy", "0.010", price: "1000.00") }
        }
        #expect(code.withLock { $0 } == 0)
        #expect(outcome.state == .completed)
        let asked = try #require(outcome.report.reconciliation)
        #expect(asked.foreignOrders == 1)
        #expect(asked.withdrawnOrders == 0 && asked.differences.isEmpty)
        try checkAccounts(outcome.report)
    }

    @Test("a position that our fills do not come to stops everything, and says so")
    func otherFills() throws {
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.reconcilerTimes.interval = .milliseconds(300)
        session.configuration.reconcilerTimes.secondLook = .milliseconds(300)
        let began = ContinuousClock.now
        let outcome = try session.run { venue, _ in
            _ = try? OtherTrader(venue: venue).order("Buy", "0.007", price: nil)
        }
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(outcome.state == .halted)
        #expect(outcome.report.parent.stopReason == "positionDiffers")
        #expect(outcome.fault?.contains("position is not what our fills come to") == true)
        #expect(outcome.report.reconciliation?.differences["position"] == 1)
        #expect(outcome.report.venue.openOrders == 0)
    }
}

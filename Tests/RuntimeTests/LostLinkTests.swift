import Foundation
import LoopbackVenue
import Orders
import Runtime
import Synchronization
import Testing
import Units

/// The account or order connection goes away while orders rest: REST takes them off the book and
/// tells what became of them.
@Suite("Lost account and order connections")
struct LostLinkTests {
    /// A large parent whose connections of that kind are cut once it has a fill.
    private func run(
        cuts: Int = 1,
        _ divert: (inout SessionFixture, UInt16) -> Void
    ) throws -> SessionOutcome {
        var fixture = try SessionFixture(quantity: "5.000", seconds: 60)
        let middleman = try Middleman(fixture.venue)
        divert(&fixture, middleman.port)
        middleman.start()
        defer { middleman.stop() }
        return try fixture.run { _, _ in
            for _ in 0..<cuts { middleman.strike(.cut) }
        }
    }

    private func check(_ outcome: SessionOutcome) throws {
        #expect(outcome.state == .halted)
        #expect(outcome.fault?.contains("connection was lost") == true)
        let report = outcome.report
        #expect(report.venue.openOrders == 0)
        #expect(report.counts.unknown == 0, "\(report.text())")
        let position = try #require(report.venue.position)
        let before = try #require(report.venue.positionBefore)
        #expect(position - before == report.parent.filled)
    }

    @Test("without the order connection what is open is cancelled by REST")
    func trade() throws {
        let outcome = try run { $0.configuration.venue.trade.port = $1 }
        try check(outcome)
        #expect(outcome.report.parent.stopReason == "orderConnectionLost")
    }

    @Test("without the account connection every child's last word is asked for")
    func account() throws {
        let outcome = try run { $0.configuration.venue.account.port = $1 }
        try check(outcome)
        #expect(outcome.report.parent.stopReason == "privateStreamLost")
    }

    @Test("without either what is open is cancelled and told by REST")
    func both() throws {
        let outcome = try run(cuts: 2) {
            $0.configuration.venue.account.port = $1
            $0.configuration.venue.trade.port = $1
        }
        try check(outcome)
    }
}

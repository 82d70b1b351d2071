import Foundation
import LoopbackVenue
import Orders
import Replay
import Reports
import Testing
import Units
import Venues

@testable import Runtime

/// Whole sessions whose account's stream says more than orders and fills, long before the next look
/// by REST: in all of them that comes after a minute.
@Suite("Statements in sessions", .timeLimit(.minutes(3)))
struct StatementSessionTests {
    private static func session(
        _ script: String,
        quantity: String = "5.000",
        seconds: Int64 = 3,
        offering: (inout LoopbackVenueConfiguration) -> Void = { _ in }
    ) throws -> SessionFixture {
        var session = try SessionFixture(
            quantity: quantity,
            seconds: seconds,
            faults: try FaultScript(text: script),
            offering: offering
        )
        session.configuration.reconcilerTimes.interval = .seconds(60)
        return session
    }

    @Test("a liquidation price that comes near holds the next order back, and the replay knows why")
    func nearLiquidation() throws {
        let record = try SessionRecord()
        // What is left is worth less than a hundredth of what is bought by then.
        var session = try Self.session("at 1s withdraw 9999000")
        session.configuration.journal = JournalSettings(directory: record.path)
        let outcome = try session.run()
        let report = outcome.report
        #expect(outcome.state == .expired, "\(outcome.fault ?? "") \(report.text())")
        #expect((report.counts.refusalsByReason["nearLiquidation"] ?? 0) > 0)
        #expect(report.parent.filled > 0 && report.parent.filled < report.parent.quantity)
        let stated = try #require(report.statements)
        #expect(stated.positions > 0 && stated.wallets > 0)
        #expect(stated.unreadable == 0 && stated.refusedTopics.isEmpty)
        try record.verify(outcome)
    }

    @Test("in hedge mode the one position's liquidation price does not hold the other one back")
    func hedged() throws {
        for (side, isHeldBack) in [(Side.buy, true), (.sell, false)] {
            let session = try Self.session("at 3s withdraw 9999900") {
                $0.position = .flat(isHedged: true)
            }
            session.venue.start()
            defer { session.venue.stop() }
            // A long position first; what it leaves is near its end when the second parent works.
            var configuration = session.configuration
            configuration.request.quantity = "0.500"
            configuration.request.duration = .seconds(1)
            let first = try Session.run(configuration, SessionControl())
            #expect(first.state == .completed, "\(first.fault ?? "")")
            configuration.session = SessionPrefix("secondpt")!
            configuration.request.side = side
            configuration.request.quantity = "0.100"
            configuration.request.duration = .seconds(4)
            let second = try Session.run(configuration, SessionControl())
            let report = second.report
            let refusals = report.counts.refusalsByReason["nearLiquidation"] ?? 0
            #expect((refusals > 0) == isHeldBack, "\(side) \(report.text())")
            #expect((second.state == .completed) == !isHeldBack, "\(side) \(report.text())")
        }
    }

    @Test("funding changes what the account is worth, and the engine hears of it")
    func funding() throws {
        let record = try SessionRecord()
        var session = try Self.session("at 1s funding 0.01", quantity: "0.200", seconds: 2)
        session.configuration.journal = JournalSettings(directory: record.path)
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        try record.verify(outcome)
        var replay = try Replay.open(record.path)
        try replay.run()
        let told = replay.engine.gate.account.equity
        let equity = try #require(told)
        // The fees of 0.2 BTC are some 7, the funding of half of it is some 60; of what is held on
        // a slow host it is less.
        #expect(equity < Amount(billionths: 9_999_991_000_000_000))
    }

    @Test("a fill that no message told shows in the position, and is asked for at once")
    func unseenFill() throws {
        // Orders and fills come a minute late, the position does not.
        let session = try Self.session(
            "at 0s late orders 60s\nat 0s late executions 60s",
            quantity: "0.050",
            seconds: 4
        )
        let outcome = try session.run()
        let report = outcome.report
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled)
        #expect(report.parent.filled > 0 && report.parent.filled <= report.parent.quantity)
        #expect(report.venue.position == report.parent.filled, "\(report.text())")
        let stated = try #require(report.statements)
        #expect(stated.differences > 0)
        // One look every two seconds at the most, however many fills are missing.
        #expect(stated.differences <= 8, "\(report.text())")
        #expect(report.parent.stopReason != "positionDiffers")
    }

    @Test("what others trade is found out by two looks, not by the stream alone")
    func otherTrader() throws {
        var session = try Self.session("", seconds: 60)
        session.configuration.reconcilerTimes.secondLook = .milliseconds(300)
        let began = ContinuousClock.now
        let outcome = try session.run { venue, _ in
            _ = try? OtherTrader(venue: venue).order("Buy", "0.007", price: nil)
        }
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(outcome.report.parent.stopReason == "positionDiffers")
        #expect((outcome.report.statements?.differences ?? 0) > 0)
        // The second look ends the session before it is counted as answered.
        #expect((outcome.report.reconciliation?.questions ?? 0) >= 2)
    }

    @Test("a liquidation is asked about at once, whether the position's topic is there or not")
    func liquidation() throws {
        for script in ["at 1s liquidate", "at 0s refuse-topic position\nat 1s liquidate"] {
            let session = try Self.session(script, seconds: 30)
            let began = ContinuousClock.now
            let outcome = try session.run()
            // Two looks, two seconds apart, and not two of a minute.
            #expect(ContinuousClock.now - began < .seconds(20), "\(outcome.report.text())")
            #expect(outcome.report.parent.stopReason == "positionDiffers")
            #expect((outcome.report.statements?.moves ?? 0) > 0)
        }
    }

    @Test("statements that come late differ for a while, and nothing stops for it")
    func late() throws {
        let session = try Self.session("at 0s late statements 900ms", quantity: "0.100")
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        #expect((outcome.report.statements?.differences ?? 99) <= 3)
    }

    @Test("a topic that the venue refuses fails nothing else, at the start and after a loss")
    func refusedTopic() throws {
        for topic in ["position", "wallet"] {
            let session = try Self.session(
                "at 0s refuse-topic \(topic)\nat 1s cut account",
                quantity: "0.050",
                seconds: 4
            )
            let outcome = try session.run()
            #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
            #expect(outcome.report.statements?.refusedTopics == [topic])
            #expect(outcome.report.statements?.differences == 0)
            #expect(outcome.report.links.first { $0.name == "account" }?.recoveries == 1)
            #expect(outcome.report.text().contains("refused: \(topic)"))
        }
    }

    @Test("in spot the wallet's coins follow our fills, and no position is asked for")
    func spot() throws {
        var session = try Self.session("", quantity: "0.050") { $0.category = .spot }
        session.configuration.category = .spot
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        let stated = try #require(outcome.report.statements)
        #expect(stated.wallets > 1 && stated.positions == 0 && stated.differences == 0)
        #expect(stated.refusedTopics.isEmpty)
    }

    @Test("in spot a fill that no message told shows in the wallet")
    func spotUnseenFill() throws {
        var session = try Self.session(
            "at 0s late orders 60s\nat 0s late executions 60s",
            quantity: "0.050",
            seconds: 4
        ) { $0.category = .spot }
        session.configuration.category = .spot
        let outcome = try session.run()
        let report = outcome.report
        #expect(report.parent.filled > 0)
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled)
        #expect((report.statements?.differences ?? 0) > 0, "\(report.text())")
        #expect(report.venue.baseMoved == report.venue.baseExpected)
    }
}

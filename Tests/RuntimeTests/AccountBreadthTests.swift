import Foundation
import LoopbackVenue
import Orders
import Runtime
import Synchronization
import Testing
import Units
import Venues

/// What an account may be beyond one position and one coin: whole sessions.
@Suite("Sessions of other accounts", .timeLimit(.minutes(3)))
struct AccountBreadthTests {
    @Test("fills from two streams give the same accounts", arguments: [false, true])
    func fastFills(byREST: Bool) throws {
        var session = try SessionFixture()
        session.configuration.takesFastFills = true
        session.configuration.venue.ordersByREST = byREST
        let outcome = try session.run()
        let report = outcome.report
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        #expect(report.parent.filled == report.parent.quantity)
        #expect(report.venue.position == report.parent.filled)
        #expect(report.costs.untoldFees == 0 && report.costs.fees > 0)
        #expect(report.costs.fees == report.children.reduce(0) { $0 + $1.fees })
    }

    @Test("fees that their stream never brings are asked for")
    func lostFees() throws {
        var session = try SessionFixture(faults: try FaultScript(text: "at 0s late fees 60s"))
        session.configuration.takesFastFills = true
        let outcome = try session.run()
        #expect(outcome.state == .completed, "\(outcome.fault ?? "")")
        #expect(outcome.report.costs.untoldFees == 0 && outcome.report.costs.fees > 0)
        let reconciliation = try #require(outcome.report.reconciliation)
        #expect((reconciliation.differences["unseenFee"] ?? 0) >= 0)
        #expect(reconciliation.questions > 0 && outcome.fault == nil)
        #expect(outcome.report.parent.filled == outcome.report.parent.quantity)
    }

    @Test("in hedge mode each side has its position, and reducing closes the other one")
    func hedged() throws {
        let first = try SessionFixture(offering: { $0.position = .flat(isHedged: true) })
        first.venue.start()
        defer { first.venue.stop() }
        var expected: Decimal = 0
        for (side, reduceOnly, name) in [
            (Side.buy, false, "hedgeaaa"), (.sell, false, "hedgebbb"), (.sell, true, "hedgeccc"),
            (.buy, true, "hedgeddd"),
        ] {
            var configuration = first.configuration
            // The venue takes each order's name once.
            configuration.session = try #require(SessionPrefix(name))
            configuration.request.side = side
            configuration.request.reduceOnly = reduceOnly
            let outcome = try Session.run(configuration, SessionControl())
            let report = outcome.report
            #expect(outcome.state == .completed, "\(side) \(reduceOnly) \(outcome.fault ?? "")")
            #expect(outcome.fault == nil)
            #expect(report.venue.positionBefore == expected)
            expected += side == .buy ? report.parent.filled : -report.parent.filled
            #expect(report.venue.position == expected)
        }
        // Both legs are closed again: there is nothing to reduce, and nothing begins.
        for (side, leg) in [(Side.sell, "long"), (.buy, "short")] {
            var configuration = first.configuration
            configuration.request.side = side
            configuration.request.reduceOnly = true
            let error = #expect(throws: SessionError.self) {
                try Session.run(configuration, SessionControl())
            }
            guard case .refused(let text) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(text.contains("no \(leg) position"), "\(text)")
        }
    }

    @Test("in hedge mode positions that moved otherwise are told though their sum is right")
    func hedgedByOthers() throws {
        var session = try SessionFixture(offering: { $0.position = .flat(isHedged: true) })
        // Our own orders stay out of the other's way.
        session.configuration.request.limit = "59800.0"
        session.configuration.request.rules.grace = .milliseconds(100)
        let outcome = try session.run(
            intervene: { venue, _ in
                let other = OtherTrader(venue: venue)
                #expect((try? other.order("Buy", "0.007", price: nil, position: 1)) == 0)
                #expect((try? other.order("Sell", "0.007", price: "59900", position: 2)) == 0)
            },
            once: { $0.children > 0 }
        )
        #expect(outcome.report.parent.filled == 0 && outcome.report.venue.position == 0)
        let fault = try #require(outcome.fault)
        let words = "moved by 0.007 long and -0.007 short, our fills by 0.000 long and 0.000 short"
        #expect(fault.contains(words), "\(fault)")
    }

    @Test(
        "spot pays a purchase's fee of what it brings, and the wallet agrees",
        arguments: [Side.buy, .sell]
    )
    func spot(side: Side) throws {
        var session = try SessionFixture(.twap, side, offering: { $0.category = .spot })
        session.configuration.category = .spot
        let outcome = try session.run()
        let report = outcome.report
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        let moved = try #require(report.venue.baseMoved)
        #expect(moved == report.venue.baseExpected)
        #expect(report.costs.fees > 0)
        #expect(report.venue.position == nil)
        #expect(report.venue.traded == (side == .buy ? 1 : -1) * report.parent.filled)
        #expect(report.text().contains(side == .buy ? ": bought 0.050" : ": sold 0.050"))
        if side == .buy {
            #expect(report.costs.baseFees > 0)
            #expect(moved == report.parent.filled - report.costs.baseFees)
        } else {
            #expect(report.costs.baseFees == 0 && moved == -report.parent.filled)
        }
    }

    @Test("a spot parent whose coins are not there is refused before anything is sent")
    func noFunds() throws {
        for (side, quantity, coin) in [(Side.buy, "3000", "USDT"), (.sell, "1000.1", "BTC")] {
            var session = try SessionFixture(
                .twap,
                side,
                quantity: quantity,
                offering: { $0.category = .spot }
            )
            session.configuration.category = .spot
            let error = #expect(throws: SessionError.self) { try session.run() }
            guard case .refused(let text) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(text.contains(coin) && text.contains("free"), "\(text)")
        }
    }

    @Test("spot has nothing to reduce, and says so")
    func spotReduces() throws {
        var session = try SessionFixture(offering: { $0.category = .spot })
        session.configuration.category = .spot
        session.configuration.request.reduceOnly = true
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .usage = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

import Engine
import Foundation
import LoopbackVenue
import Orders
import Reports
import Synchronization
import Testing
import Units

@testable import Runtime

/// Whole sessions that only reduce a position.
@Suite("Session that reduces", .timeLimit(.minutes(2)))
struct ReducingSessionTests {
    private static func session(
        _ position: VenuePosition,
        _ side: Side,
        quantity: String,
        seconds: Int64 = 2,
        faults: String = ""
    ) throws -> SessionFixture {
        var session = try SessionFixture(
            .twap,
            side,
            quantity: quantity,
            seconds: seconds,
            faults: try FaultScript(text: faults),
            offering: { $0.position = position }
        )
        session.configuration.request.reduceOnly = true
        return session
    }

    @Test(
        "what is held is closed, it is told that no more was, and flat is done",
        arguments: [
            (VenuePosition.oneWay(Quantity(lots: 400)), Side.sell),
            (.oneWay(Quantity(lots: -400)), .buy),
            (.hedged(long: Quantity(lots: 400), short: Quantity(lots: -90)), .sell),
        ]
    )
    func flat(_ position: VenuePosition, _ side: Side) throws {
        var session = try Self.session(position, side, quantity: "1")
        let notices = Notices()
        session.configuration.notice = { notices.add($0) }
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.fault ?? "")")
        #expect(outcome.fault == nil)
        let parent = outcome.report.parent
        #expect(parent.filled == 0.4 && parent.quantity == 0.4 && parent.asked == 1)
        #expect(parent.endReason == nil)
        #expect(outcome.report.counts.refusalsByReason["onlyReducing"] == nil)
        #expect(notices.all.contains("1 BTC asked, 0.4 BTC held: 0.4 BTC is worked"))
    }

    private final class Notices: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock { $0 } }
    }

    @Test("a position that others close while it works is done, with the reason told")
    func closedByOthers() throws {
        var session = try Self.session(
            .oneWay(Quantity(lots: 900)),
            .sell,
            quantity: "0.9",
            seconds: 60
        )
        session.configuration.reconcilerTimes.secondLook = .milliseconds(300)
        let began = ContinuousClock.now
        let outcome = try session.run { venue, control in
            let held = 900 - (control.latest?.filled.lots ?? 0)
            // Whatever fills meanwhile, the venue does not turn the position.
            let rest = "0.\(String(1_000 + max(1, held - 60)).dropFirst())"
            #expect((try? OtherTrader(venue: venue).order("Sell", rest, price: nil)) == 0)
        }
        #expect(ContinuousClock.now - began < .seconds(55))
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.fault ?? "")")
        #expect(outcome.report.venue.position == 0, "\(outcome.report.text())")
        #expect(outcome.report.parent.stopReason == "flat")
        #expect(outcome.reason?.contains("others closed") == true, "\(outcome.reason ?? "")")
    }

    @Test(
        "what others close again and again is never asked for, and none of its fills turns it",
        arguments: [
            (VenuePosition.oneWay(Quantity(lots: 900)), Side.sell),
            (.oneWay(Quantity(lots: -900)), .buy),
            (.hedged(long: Quantity(lots: 900), short: .zero), .sell),
        ]
    )
    func shrinking(_ position: VenuePosition, _ side: Side) throws {
        let script = "at 500ms others 50%\nat 900ms others 70%\nat 1300ms others 90%"
        var session = try Self.session(
            position,
            side,
            quantity: "0.9",
            seconds: 60,
            faults: script + "\nat 1s late statements 50ms\nat 1700ms others 100%"
        )
        session.configuration.reconcilerTimes.secondLook = .milliseconds(300)
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.fault ?? "")")
        #expect(outcome.report.parent.stopReason == "flat")
        let desk = session.venue.books().desks[0]
        let leg = position.isHedged ? 1 : 0
        var held = desk.opening[leg]
        for fill in desk.fills where Int(fill.order.positionIndex) == leg {
            let before = held
            held += fill.order.side.sign * fill.quantity.lots
            #expect(abs(held) < abs(before) && held.signum() * before.signum() >= 0)
        }
        #expect(held == 0)
    }

    @Test("a liquidation ends it: nothing is left to close")
    func liquidated() throws {
        let session = try Self.session(
            .oneWay(Quantity(lots: 900)),
            .sell,
            quantity: "0.9",
            seconds: 60,
            faults: "at 1s liquidate"
        )
        let began = ContinuousClock.now
        let outcome = try session.run()
        #expect(ContinuousClock.now - began < .seconds(40))
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.fault ?? "")")
        #expect(outcome.report.parent.stopReason == "flat")
        #expect(outcome.report.parent.filled < 0.9)
        let reason = try #require(outcome.reason)
        #expect(reason.contains("the position is flat"))
        #expect(outcome.report.parent.endReason == reason)
    }
}

import LoopbackVenue
import Orders
import Synchronization
import Testing
import Units
import Venues

@testable import Runtime

/// What the venue says at the end decides whether a session counts as done.
@Suite("The last look", .timeLimit(.minutes(3)))
struct LastLookTests {
    @Test("an order that is still open at the end is cancelled, and nobody calls it settled")
    func leftOpen() throws {
        var session = try SessionFixture(seconds: 1)
        // Nothing is looked at meanwhile.
        session.configuration.reconcilerTimes.interval = .seconds(600)
        let intervene: @Sendable (VenueHost, SessionControl) -> Void = { venue, _ in
            // Named like one of ours, though the session knows of none such.
            let code = try? OtherTrader(venue: venue).order(
                "Buy",
                "0.010",
                price: "50000",
                link: "testtest-00000000-000003e7"
            )
            if code != 0 { Issue.record("the venue answered \(String(describing: code))") }
        }
        let outcome = try session.run(intervene: intervene)
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.report.venue.openOrders == 0)
        #expect(!outcome.isSettled && !outcome.isConfirmed)
        #expect(outcome.fault?.contains("1 order was still open at the end") == true)
    }

    @Test("an open order with the session's name that is no child of it is cancelled meanwhile")
    func stray() throws {
        var session = try SessionFixture(seconds: 3)
        session.configuration.reconcilerTimes.interval = .milliseconds(300)
        let outcome = try session.run { venue, _ in
            _ = try? OtherTrader(venue: venue).order(
                "Buy",
                "0.010",
                price: "50000",
                link: "testtest-00000000-000003e7"
            )
        }
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.report.text())")
        #expect((outcome.report.reconciliation?.withdrawnOrders ?? 0) > 0)
    }

    @Test("open orders of others are told apart from ours, and those of another session are named")
    func others() throws {
        var session = try SessionFixture(seconds: 1)
        let notices = Mutex<[String]>([])
        session.configuration.notice = { text in notices.withLock { $0.append(text) } }
        session.venue.start()
        let trader = OtherTrader(venue: session.venue)
        for link in ["a1B2c3D4-00000000-00000007", "a1B2c3D4-00000000-00000008", "by-hand"] {
            #expect(try trader.order("Buy", "0.010", price: "50000", link: link) == 0)
        }
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(outcome.report.text())")
        #expect(outcome.report.venue.openOrders == 0)
        #expect(outcome.report.venue.othersOpenOrders == 3)
        let text = outcome.report.text()
        #expect(text.contains("our open orders 0; others in BTCUSDT 3"), "\(text)")
        let told = notices.withLock { $0 }.filter { $0.contains("a1B2c3D4-…") }
        #expect(told.count == 1 && told[0].contains("sluice recover"), "\(told)")
    }

    @Test("a parent without grace ends at its time, and the report says how much it had")
    func grace() throws {
        var session = try SessionFixture(quantity: "5.000", seconds: 1)
        session.configuration.request.limit = "50000.00"
        session.configuration.request.rules.grace = .zero
        let outcome = try session.run()
        #expect(outcome.state == .expired && outcome.report.parent.graceNs == 0)
        #expect(outcome.report.parent.graceUsedNs == 0)
    }

    @Test("a parent that is worth too much sends nothing, and says by which limit")
    func tooLarge() throws {
        var session = try SessionFixture()
        session.configuration.limits.maxParentNotional = 1_000
        let outcome = try session.run()
        #expect(outcome.isRefused && outcome.report.counts.children == 0)
        #expect(outcome.fault?.contains("max_parent_notional") == true)
    }

    @Test("a venue that says nothing at the end confirms nothing")
    func silent() throws {
        // REST turns everybody away while the parent is still at work.
        let script = try FaultScript(text: "at 3s ban 60s")
        var session = try SessionFixture(seconds: 4, faults: script)
        session.configuration.reconcilerTimes.settling = .seconds(1)
        let outcome = try session.run()
        #expect(outcome.report.venue.openOrders == nil)
        #expect(!outcome.isSettled && !outcome.isConfirmed)
        #expect(outcome.fault?.contains("could not be asked for the final position") == true)
    }

    @Test("the report names the codes with which the venue refused")
    func codes() throws {
        let script = try FaultScript(text: "create 2 refuse 110007")
        let outcome = try SessionFixture(seconds: 1, faults: script).run()
        let report = outcome.report
        #expect(report.requests?.answers.map(\.code) == [110_007])
        let line = "110007 to a place (stopParent)"
        #expect(report.text().contains(line), "\(report.text())")
    }

    @Test("codes are counted by operation, and what finds no room together")
    func room() {
        var codes = AnswerCodes()
        func reply(_ code: Int32, _ operation: OrderOperation) -> OrderReply {
            OrderReply(
                operation: operation,
                child: .unnamed,
                outcome: .refused,
                remedy: .retry,
                code: code,
                orderID: .none
            )
        }
        func note(_ reply: OrderReply) { codes.note(reply, pausedUntil: .zero, .seconds(1)) }
        let late = Nanoseconds.seconds(3)
        note(reply(0, .place))
        #expect(codes.section.isEmpty)
        for code in 1...20 as ClosedRange<Int32> {
            note(reply(code, .place))
            note(reply(1, .cancel))
        }
        let section = codes.section
        #expect(section.count == 17)
        #expect(section[0].code == 1 && section[0].count == 1 && section[0].operation == "place")
        #expect(section[1].code == 1 && section[1].count == 20 && section[1].operation == "cancel")
        #expect(section[16].code == 0 && section[16].count == 5 && section[16].pauses == 0)
        codes.note(reply(99, .place), pausedUntil: late, .seconds(1))
        #expect(codes.section[16].pauses == 1 && codes.section[16].longestPauseNs == 2_000_000_000)
    }
}

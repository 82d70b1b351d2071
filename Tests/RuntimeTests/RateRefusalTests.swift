import Engine
import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import Testing
import Units

/// Refusals that are certain free the child at once, and an end always has words.
@Suite("Session and certain refusals", .timeLimit(.minutes(2)))
struct RateRefusalTests {
    @Test(
        "a refusal for the rate leaves no order in doubt and holds the parent for its pause alone",
        arguments: [10_006, 10_018, 10_429, 429],
        [false, true]
    )
    func tooOften(_ code: Int, _ byREST: Bool) throws {
        var session = try SessionFixture(
            quantity: "0.050",
            seconds: 4,
            faults: try FaultScript(text: "create 3 refuse \(code)")
        )
        session.configuration.venue.ordersByREST = byREST
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        // A child in doubt would be looked for, and its absence believed.
        #expect(outcome.report.reconciliation?.differences["absent"] == nil)
        #expect(outcome.report.counts.rejects >= 1)
    }

    @Test(
        "a refusal that ends the session is told with what its code means",
        arguments: [
            (33_004, "the API key has expired"), (10_005, "lacks the permission"),
            (10_010, "from this host's address"), (10_029, "may not trade this symbol"),
            (110_007, "the balance is too small"),
        ]
    )
    func words(_ code: Int, _ meaning: String) throws {
        let session = try SessionFixture(
            quantity: "0.050",
            seconds: 60,
            faults: try FaultScript(text: "create 1 refuse \(code)")
        )
        let began = ContinuousClock.now
        let outcome = try session.run()
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(outcome.state == .halted)
        let text = try #require(outcome.fault)
        #expect(text.contains(meaning) && text.contains("(code \(code))"), "\(text)")
    }

    @Test("the report tells the rate that the desk allowed, where that is less than the venue's")
    func allowed() throws {
        var session = try SessionFixture(quantity: "0.010", seconds: 1)
        session.configuration.limits.requestsPerSecond = 3
        let requests = try #require(try session.run().report.requests)
        #expect(requests.place.perSecond == 3 && requests.amend.perSecond == 3)
        #expect(requests.cancel.perSecond == 3)
    }

    @Test("a parent that runs out of time says how far it came")
    func timeUp() throws {
        var session = try SessionFixture(quantity: "0.050", seconds: 1)
        session.configuration.request.limit = "50000"
        session.configuration.request.rules.grace = .milliseconds(100)
        let outcome = try session.run()
        #expect(outcome.state == .expired && outcome.fault == nil)
        let text = try #require(outcome.reason)
        #expect(text.contains("0 BTC of 0.05 BTC filled") && text.contains("limit"), "\(text)")
    }

    @Test("a parent worth less than the venue's smallest order is refused with the numbers")
    func untradable() throws {
        let session = try SessionFixture(
            quantity: "0.00005",
            offering: {
                $0.tick = DecimalScale(multiplier: 1, decimals: 1)
                $0.lot = DecimalScale(multiplier: 1, decimals: 5)
            }
        )
        let outcome = try session.run()
        #expect(outcome.isRefused && outcome.report.children.isEmpty)
        let text = try #require(outcome.fault)
        #expect(text.contains("0.00005 BTC, worth ") && text.contains("5 USDT"), "\(text)")
    }
}

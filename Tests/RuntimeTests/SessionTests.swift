import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import Testing
import Units
import Venues

/// Whole sessions: TLS, WebSockets and REST to the embedded venue, the engine, and the report.
@Suite("Session", .timeLimit(.minutes(3)))
struct SessionTests {
    enum Kind: CaseIterable {
        case twap
        case vwap
        case pov

        var algorithm: ParentRequest.Algorithm {
            switch self {
            case .twap: .twap
            case .vwap: .vwap(history: nil)
            case .pov: .pov(rateBps: 1_000)
            }
        }
    }

    /// What must hold at any end that was not violent: our accounts are the venue's.
    private func checkAccounts(_ report: ParentReport) throws {
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled)
        #expect(report.parent.filled <= report.parent.quantity)
        #expect(report.counts.unknown == 0)
        #expect(report.venue.openOrders == 0)
        let position = try #require(report.venue.position)
        let before = try #require(report.venue.positionBefore)
        let sign: Decimal = report.parent.side == "buy" ? 1 : -1
        #expect(position - before == sign * report.parent.filled)
    }

    @Test(
        "a parent is filled to the last lot, and the venue agrees",
        arguments: Kind.allCases,
        Side.allCases
    )
    func fills(_ kind: Kind, _ side: Side) throws {
        // POV needs nine times its quantity from others: some 0.4 BTC a second trade here.
        let seconds: Int64 = kind == .pov ? 10 : 2
        let session = try SessionFixture(kind.algorithm, side, seconds: seconds)
        let outcome = try session.run()
        #expect(outcome.state == .completed)
        #expect(outcome.fault == nil)
        let report = outcome.report
        #expect(report.parent.filled == report.parent.quantity)
        try checkAccounts(report)
        #expect(report.shortfall != nil)
        for stage in ["decrypt", "decode", "book", "decide", "encode", "send"] {
            #expect((report.latency[stage]?.count ?? 0) > 0, "\(stage)")
        }
    }

    @Test("a parent is filled on a book of any depth that is offered", arguments: BookDepth.offered)
    func depths(_ levels: UInt64) throws {
        var session = try SessionFixture(quantity: "0.010", seconds: 1)
        session.configuration.depth = Int(levels)
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
    }

    @Test("a wish to stop cancels what is open and reports what was done")
    func stops() throws {
        let session = try SessionFixture(quantity: "5.000", seconds: 60)
        let outcome = try session.run { _, control in control.requestStop() }
        #expect(outcome.state == .cancelled)
        #expect(outcome.fault == nil)
        #expect(outcome.report.parent.filled > 0)
        #expect(outcome.report.parent.stopReason == "operatorRequest")
        try checkAccounts(outcome.report)
    }

    @Test("a wish to stop that comes before the start leaves nothing behind")
    func stopsBeforeTheStart() throws {
        let session = try SessionFixture(seconds: 60)
        session.control.requestStop()
        let began = ContinuousClock.now
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .stopped = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ContinuousClock.now - began < .seconds(25))
        #expect(session.venue.books().desks[0].orders.isEmpty)
    }

    @Test("a venue that goes away for good halts the parent, and the report names what is unknown")
    func venueGoes() throws {
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.linkPatience = .seconds(2)
        let began = ContinuousClock.now
        let outcome = try session.run { venue, _ in venue.stop() }
        #expect(ContinuousClock.now - began < .seconds(25))
        #expect(outcome.state == .halted)
        let fault = try #require(outcome.fault)
        #expect(fault.contains("connection was lost"), "\(fault)")
        #expect(outcome.report.venue.position == nil)
        let document = String(decoding: try outcome.report.json(), as: UTF8.self)
        #expect(document.contains(#""position" : null"#), "\(document)")
        let unknown = outcome.report.children.filter { $0.state != "ended" }
        #expect(outcome.report.counts.unknown == unknown.count)
        let text = outcome.report.text()
        #expect(text.contains("position not known"), "\(text)")
    }

    @Test("what does not fit the instrument is said before anything is sent")
    func usage() throws {
        for (quantity, symbol, said) in [
            ("0.0005", "BTCUSDT", "no multiple of the lot 0.001"),
            ("0.050", "NOSUCHUSDT", "does not trade NOSUCHUSDT"),
        ] {
            var session = try SessionFixture(quantity: quantity)
            session.configuration.symbol = symbol
            let error = #expect(throws: SessionError.self) { try session.run() }
            guard case .usage(let text) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(text.contains(said), "\(text)")
        }
    }

    @Test("a secret the venue does not know is said in words")
    func wrongSecret() throws {
        var session = try SessionFixture()
        session.configuration.credentials = BybitCredentials(key: "loopback", secret: "wrong")
        let error = #expect(throws: SessionError.self) { try session.run() }
        let text = try #require(error).text
        #expect(text.contains("the secret does not belong to the key"), "\(text)")
    }

    @Test("an authority that did not sign the venue's certificate is said in words")
    func wrongAuthority() throws {
        var session = try SessionFixture()
        let other = try VenueHost(LoopbackVenueConfiguration())
        session.configuration.venue = .loopback(port: session.venue.port, caFile: other.caFile)
        let error = #expect(throws: SessionError.self) { try session.run() }
        let text = try #require(error).text
        #expect(text.contains("certificate refused: "), "\(text)")
    }

    @Test("a depth the venue does not offer ends the session at once, and says so")
    func depth() throws {
        var session = try SessionFixture(seconds: 60)
        session.configuration.depth = 3
        let began = ContinuousClock.now
        let outcome = try session.run()
        #expect(ContinuousClock.now - began < .seconds(25))
        #expect(outcome.state == .halted)
        #expect(outcome.fault?.contains("no book of that depth") == true)
    }
}

import Foundation
import Journal
import LoopbackVenue
import Orders
import Synchronization
import Telemetry
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// A clock that is wrong, ours or the venue's word of its own, keeps no order from being taken off.
@Suite("Wrong clocks", .serialized, .timeLimit(.minutes(2)))
struct StampRefusalTests {
    /// A venue whose clock is `ahead` of the one that stamps, and which tells it with refusals.
    private final class Judge: Sendable {
        private let stub = Mutex<StubREST?>(nil)
        private let now: Int64
        let refusals = Atomic(0)

        init(now: Int64) { self.now = now }

        func watch(_ stub: StubREST) { self.stub.withLock { $0 = stub } }

        func refusal() -> StubREST.Answer? {
            let stamps = stub.withLock { $0 }.map { $0.stamps.withLock { $0 } }
            if let last = stamps?.last, abs(now - last) < 5_000 { return nil }
            refusals.add(1, ordering: .relaxed)
            return .body(
                200,
                #"{"retCode":10002,"retMsg":"invalid request","result":{},"time":\#(now)}"#
            )
        }
    }

    @Test("a question and a cancel by REST are signed again by the refusal's own word")
    func signedAgain() throws {
        let judge = Judge(now: 1_000_060_000)
        let desk = try ReconcilerDesk { path, _ in
            if let refusal = judge.refusal() { return refusal }
            if path.hasSuffix("order/cancel") {
                return .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
            }
            return path.hasSuffix("realtime")
                ? .body(200, ReconcilerDesk.order("New", filled: "0.000"))
                : .body(200, ReconcilerDesk.empty)
        }
        judge.watch(desk.stub)
        let withdrawal = ReconcilerQuestion.withdraw(ReconcilerDesk.child, sentAt: .zero)
        let answer = try #require(desk.ask(withdrawal))
        #expect(answer.isAnswered && desk.withdrawn == 1)
        // What was learnt holds for what follows, and is told with who confirmed it.
        #expect(judge.refusals.load(ordering: .relaxed) == 1)
        #expect(desk.times.map { $0?.venue } == [.seconds(1_000_060), nil])
        desk.stop()
    }

    @Test("a time that no clock shows is not signed by, and the refusal stands")
    func absurd() throws {
        for time in ["0", "-5", "999999999999999999", #""""#] {
            let desk = try ReconcilerDesk { _, _ in
                .body(200, #"{"retCode":10002,"retMsg":"no","result":{},"time":\#(time)}"#)
            }
            let answer = try #require(desk.ask(.order(ReconcilerDesk.child, sentAt: .zero)))
            #expect(!answer.isAnswered && desk.stub.asked.withLock { $0.count } == 1, "\(time)")
            desk.stop()
        }
    }

    @Test("a venue whose word of the time is wrong for good has its orders taken off in time")
    func liar() throws {
        for ordersByREST in [false, true] {
            var session = try SessionFixture(
                quantity: "0.500",
                seconds: 60,
                faults: try FaultScript(text: "at 1s time 60s")
            )
            session.configuration.venue.ordersByREST = ordersByREST
            session.configuration.request.limit = "50000.00"
            session.configuration.timeInterval = .milliseconds(200)
            let lied = ContinuousClock.now + .seconds(3)
            let outcome = try session.run { _, control in
                control.requestStop()
            } once: { progress in
                progress.live > 0 && ContinuousClock.now > lied
            }
            let text = outcome.report.text()
            #expect(outcome.state == .cancelled && outcome.isConfirmed, "\(text)")
            #expect(outcome.report.venue.openOrders == 0, "\(text)")
            #expect(ContinuousClock.now - lied < .seconds(15), "\(text)")
        }
    }

    @Test("orders go on while the venue's word of the time is wrong")
    func goesOn() throws {
        var session = try SessionFixture(
            quantity: "0.200",
            seconds: 6,
            faults: try FaultScript(text: "at 1s time 60s")
        )
        session.configuration.timeInterval = .milliseconds(200)
        let outcome = try session.run()
        let text = outcome.report.text()
        #expect(outcome.state == .completed && outcome.isConfirmed, "\(text)")
        let feed = try #require(outcome.report.feed)
        #expect(abs(feed.venueClock.offsetNs) < 500_000_000, "\(feed.venueClock)")
    }

    @Test(
        "a host whose clock is off has its orders taken off by the venue's, and sends nothing new",
        arguments: RecoveryRequest.Policy.allCases,
        [Nanoseconds.seconds(-600), .seconds(3)]
    )
    func hostClock(_ policy: RecoveryRequest.Policy, _ error: Nanoseconds) throws {
        let killed = try KilledSession(orders: 2, over: "60s", sync: .async)
        let notices = Mutex<[String]>([])
        var request = killed.request(policy)
        request.adjust = { configuration in
            configuration.clock = TickClock().ahead(by: error)
            configuration.reconcilerTimes.settling = .seconds(1)
            configuration.notice = { text in notices.withLock { $0.append(text) } }
        }
        let outcome = try Recovery.run(killed.session(), request, SessionControl())
        if policy == .settle {
            #expect(outcome.settlement?.isComplete == true)
        } else {
            #expect(outcome.action == .stopped)
            #expect(outcome.reason == (policy == .resume ? .clockIsOff : .asked))
            #expect(outcome.outcome?.report.venue.openOrders == 0)
            #expect(outcome.outcome?.isSettled == true, "\(outcome.outcome?.fault ?? "")")
        }
        let instrument = try #require(try Self.instrument(killed))
        #expect(try OtherTrader(venue: killed.venue).openOrders(instrument) == 0)
        let told = notices.withLock { $0 }.filter { $0.contains("ms from ours") }
        let clock = told.first?.split(separator: " ").compactMap { Int64($0) }.first ?? 0
        #expect(told.count == 1 && abs(clock + error.millisecondCount) < 1_000, "\(told)")
        guard case .ended = try killed.session().standing else {
            Issue.record("\(try killed.session().standing)")
            return
        }
    }

    private static func instrument(_ killed: KilledSession) throws -> Instrument? {
        var reader = try JournalReader(killed.session().first)
        guard case .session(let made)? = try reader.next()?.record else { return nil }
        return made.instruments.first
    }

    @Test("no session begins with a clock that is off")
    func begins() throws {
        let session = try SessionFixture { $0.clockOffset = .seconds(3) }
        let refused = #expect(throws: SessionError.self) { _ = try session.run() }
        #expect(refused?.text.contains("synchronise this host") == true)
    }
}

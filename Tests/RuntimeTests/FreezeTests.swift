import LoopbackVenue
import Orders
import Runtime
import Testing
import Units

/// A venue that stands still for longer than anybody is patient: it is reached again, and nothing
/// of the parent is left at it.
@Suite("Venues that freeze", .serialized, .timeLimit(.minutes(2)))
struct FreezeTests {
    /// A parent whose order rests out of reach, with the waits of a day cut to a tenth.
    private func run(
        _ script: String,
        seconds: Int64,
        stopAfter stop: Nanoseconds? = nil
    ) throws -> (SessionOutcome, open: Int) {
        var session = try SessionFixture(
            quantity: "1.000",
            seconds: seconds,
            faults: try FaultScript(text: script)
        )
        session.configuration.request.limit = "59900"
        session.configuration.request.rules.grace = .milliseconds(500)
        session.configuration.linkTimes.ping = .milliseconds(200)
        session.configuration.linkTimes.silence = .milliseconds(500)
        session.configuration.linkTimes.opening = .milliseconds(500)
        session.configuration.linkTimes.retryCap = .milliseconds(500)
        session.configuration.lineTimes.link = session.configuration.linkTimes
        session.configuration.linkPatience = .seconds(2)
        session.configuration.patience.question = .milliseconds(100)
        session.configuration.patience.answer = .milliseconds(500)
        session.configuration.patience.retry = .milliseconds(500)
        session.configuration.patience.lastWord = .seconds(12)
        session.configuration.reconcilerTimes.settling = .seconds(1)
        session.configuration.receiveWindow = .milliseconds(500)
        session.configuration.reconcilerTimes.giveUp = .milliseconds(1_500)
        session.configuration.patience.turnedAway = .milliseconds(300)
        let interrupt: @Sendable (VenueHost, SessionControl) -> Void = { $1.requestStop() }
        let outcome = try session.run(intervene: stop == nil ? nil : interrupt) { now in
            now.at - now.startsAt > stop ?? .zero
        }
        let open = session.venue.books().desks[0].orders.filter { !$0.status.isTerminal }.count
        return (outcome, open)
    }

    @Test("longer than the links are waited for: the order is taken off once it is back")
    func pastPatience() throws {
        let (outcome, open) = try run("at 500ms freeze 6s", seconds: 60)
        #expect(
            outcome.report.parent.stopReason == "privateStreamLost"
                || outcome.report.parent.stopReason == "orderConnectionLost"
        )
        #expect(outcome.isSettled && open == 0, "\(outcome.fault ?? "")")
        #expect(outcome.report.counts.unknown == 0)
        #expect(outcome.strayConnections == 0)
    }

    @Test("beyond the parent's time: the order is taken off once it is back")
    func pastTime() throws {
        let (outcome, open) = try run("at 500ms freeze 5s", seconds: 1)
        #expect(outcome.isSettled && open == 0, "\(outcome.fault ?? "")")
        #expect(outcome.state != .halted || outcome.report.parent.stopReason != "timeUp")
        #expect(outcome.report.counts.unknown == 0)
    }

    @Test(
        "shorter than that: the parent goes on",
        arguments: ["freeze 1500ms", "mute 1500ms", "ban 1s"]
    )
    func withinPatience(_ fault: String) throws {
        let (outcome, open) = try run("at 500ms \(fault)\nat 500ms cut account", seconds: 4)
        #expect(outcome.report.parent.stopReason == "timeUp", "\(outcome.report.text())")
        #expect(outcome.fault == nil && open == 0, "\(outcome.fault ?? "")")
        #expect(outcome.strayConnections == 0)
    }

    @Test("a stop in a freeze is a good end once the venue has confirmed it")
    func stopped() throws {
        let (outcome, open) = try run(
            "at 500ms freeze 3s",
            seconds: 60,
            stopAfter: .milliseconds(1_300)
        )
        #expect(outcome.state == .cancelled && open == 0, "\(outcome.report.text())")
        #expect(outcome.isConfirmed && outcome.fault == nil, "\(outcome.fault ?? "")")
    }

    @Test("the end of a parent that the venue did not hear says so")
    func named() throws {
        let (outcome, _) = try run("at 500ms freeze 1500ms", seconds: 3)
        let reason = try #require(outcome.reason)
        #expect(reason.contains("stale for") && reason.contains("a limit beyond"), "\(reason)")
    }
}

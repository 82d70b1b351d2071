import Dispatch
import LoopbackVenue
import Testing
import Units

@testable import Runtime

/// A start that meets trouble: what passes is waited for, what does not is said at once.
@Suite("Starts that meet trouble", .serialized, .timeLimit(.minutes(2)))
struct StartUpTests {
    private func session(_ script: String) throws -> SessionFixture {
        var session = try SessionFixture(
            quantity: "0.010",
            seconds: 1,
            faults: try FaultScript(text: script)
        )
        session.configuration.patience.startUp = .seconds(20)
        return session
    }

    @Test(
        "a start waits for what passes",
        arguments: [
            "at 0s maintenance 700ms", "at 0s limit 700ms", "at 0s mute 700ms",
            "at 0s freeze 700ms",
        ]
    )
    func passing(_ script: String) throws {
        let outcome = try session(script).run()
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.fault == nil, "\(outcome.fault ?? "")")
        #expect(outcome.strayConnections == 0)
    }

    @Test("sockets that are not answered in time are opened again, and the first ones closed")
    func muteSockets() throws {
        var session = try session("at 0s mute 1s")
        session.configuration.patience.opening = .milliseconds(200)
        let outcome = try session.run()
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        #expect(outcome.strayConnections == 0)
    }

    @Test("a refusal without a code says that it has none")
    func codeless() {
        guard case .denied(let text) = SessionError(code: 0, "account login") else {
            Issue.record("a refusal that names nothing does not pass by itself")
            return
        }
        #expect(text == "account login: the venue refused it, and named no code")
    }

    @Test("the patience ends with what was the matter and how long it was tried")
    func tooLong() throws {
        var session = try session("at 0s maintenance 60s")
        session.configuration.patience.startUp = .milliseconds(300)
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .venue(let text) = error else { return #expect(Bool(false), "\(error!)") }
        #expect(text.contains("HTTP status 503; tried for 0.3 s"), "\(text)")
    }

    @Test(
        "what does not pass ends the start at once, in words",
        arguments: [
            (33_004, "has expired"), (10_010, "may not be used from this host"),
            (10_005, "lacks the permission"), (10_003, "the API key is not known here"),
            (10_004, "the secret does not belong"), (10_029, "may not trade this symbol"),
        ]
    )
    func lasting(_ code: Int, _ words: String) throws {
        let began = ContinuousClock.now
        let session = try session("at 0s deny \(code)")
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .denied(let text) = error else { return #expect(Bool(false), "\(error!)") }
        #expect(text.contains(words) && text.contains("\(code)"), "\(text)")
        #expect(ContinuousClock.now - began < .seconds(25))
    }

    @Test("a wish to stop ends a start at once", arguments: ["maintenance", "mute", "freeze"])
    func stop(_ word: String) throws {
        let session = try session("at 0s \(word) 30s")
        let control = session.control
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.4) { control.requestStop() }
        let began = ContinuousClock.now
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .stopped = error else { return #expect(Bool(false), "\(error!)") }
        #expect(ContinuousClock.now - began < .seconds(25))
    }

    @Test("a key that expires while a parent works ends it at the first login")
    func expiredLater() throws {
        var session = try SessionFixture(
            quantity: "5.000",
            seconds: 60,
            faults: try FaultScript(text: "at 500ms deny 33004\nat 500ms cut trade")
        )
        session.configuration.reconcilerTimes.settling = .seconds(2)
        let outcome = try session.run()
        #expect(outcome.state == .halted)
        #expect(outcome.report.links[1].refusals == 1)
        #expect(
            outcome.fault?.contains("the API key has expired") == true,
            "\(outcome.fault ?? "")"
        )
    }

    @Test("a key that expires while a parent works ends it at the first question by REST")
    func expiredUnseen() throws {
        var session = try SessionFixture(
            quantity: "5.000",
            seconds: 60,
            faults: try FaultScript(text: "at 500ms deny 33004")
        )
        session.configuration.reconcilerTimes.interval = .milliseconds(300)
        session.configuration.reconcilerTimes.settling = .seconds(2)
        let outcome = try session.run()
        #expect(outcome.state == .halted)
        #expect(outcome.report.counts.unknown == 0)
        #expect(
            outcome.fault?.contains("the API key has expired") == true,
            "\(outcome.fault ?? "")"
        )
    }
}

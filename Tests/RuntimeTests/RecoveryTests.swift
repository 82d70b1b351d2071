import Foundation
import Glibc
import Journal
import Orders
import Replay
import Runtime
import Testing
import Units

/// Sessions that were killed and are gone on with, over real sockets: the venue's book, the
/// journal's and the parent's are one, nothing is left open, and the whole journal replays.
@Suite("Recovery", .serialized, .timeLimit(.minutes(3)))
struct RecoveryTests {
    @Test("a killed session goes on and all books agree", arguments: JournalSync.allCases)
    func goesOn(_ sync: JournalSync) throws {
        let killed = try KilledSession(orders: Int.random(in: 2...12), sync: sync)
        let outcome = try Recovery.run(killed.session(), killed.request(), SessionControl())
        checkGoneOn(outcome)
        try killed.checkBooks(outcome)
    }

    /// That the parent went on to its end. A slow host may have let its time pass: then it is
    /// stopped, and says so.
    private func checkGoneOn(_ outcome: RecoveryOutcome) {
        let text = "\(outcome.action), \(String(describing: outcome.reason))"
        guard outcome.reason != .timeIsOver else {
            #expect(outcome.action == .stopped && outcome.outcome?.state != .completed, "\(text)")
            return
        }
        #expect(outcome.action == .resumed && outcome.outcome?.state == .completed, "\(text)")
    }

    @Test("a killed session whose orders went by REST goes on", arguments: JournalSync.allCases)
    func byREST(_ sync: JournalSync) throws {
        let orders = Int.random(in: 2...12)
        let killed = try KilledSession(
            orders: orders,
            over: "20s",
            sync: sync,
            ordersByREST: true
        )
        // Once more by the command itself, which learns from its settings how orders go.
        try killed.run(["recover"], killedAfter: orders + 3)
        // On a slow host it may have come to the parent's end before it was killed.
        if case .ended = try killed.session().standing { return }
        let outcome = try Recovery.run(killed.session(), killed.request(), SessionControl())
        checkGoneOn(outcome)
        #expect(outcome.outcome?.report.links.map(\.name) == ["account"])
        try killed.checkBooks(outcome)
    }

    @Test("a recovery that is killed is recovered, and a stop takes everything off")
    func again() throws {
        let killed = try KilledSession(orders: 3)
        try killed.run(["recover"], killedAfter: 6)
        try killed.run(["recover"], killedAfter: 9)
        let session = try killed.session()
        let outcome = try Recovery.run(session, killed.request(.halt), SessionControl())
        if case .stopped = outcome.action {
            #expect(outcome.reason == .asked && outcome.outcome?.state == .cancelled)
        }
        try killed.checkBooks(outcome)
    }

    @Test("a recovery that is stopped before it began takes everything off")
    func stoppedAtStart() throws {
        let killed = try KilledSession(orders: 3)
        let session = try killed.session()
        let insisted = SessionControl(stopsOfSetUp: 2)
        insisted.requestStop()
        insisted.requestStop()
        let ended = #expect(throws: SessionError.self) {
            try Recovery.run(session, killed.request(), insisted)
        }
        guard case .stopped = try #require(ended) else {
            Issue.record("\(String(describing: ended))")
            return
        }
        let control = SessionControl(stopsOfSetUp: 2)
        control.requestStop()
        let outcome = try Recovery.run(session, killed.request(), control)
        #expect(outcome.action == .stopped && outcome.reason == .asked)
        #expect(outcome.outcome?.state == .cancelled)
        try killed.checkBooks(outcome)
    }

    @Test("while a session has not ended none begins, and none but its own account recovers it")
    func refusals() throws {
        let killed = try KilledSession(orders: 2)
        let session = try killed.session()
        let before = try journals(killed)

        var second = try SessionFixture()
        second.configuration.journal = JournalSettings(directory: killed.directory)
        let begun = #expect(throws: SessionError.self) {
            try Session.run(second.configuration, second.control)
        }
        #expect(try #require(begun).text.contains("sluice recover"))

        let stranger = killed.request(key: "another")
        let strange = #expect(throws: SessionError.self) {
            try Recovery.run(session, stranger, SessionControl())
        }
        #expect(try #require(strange).text.contains("traded as loopback"))

        guard let lock = try JournalLock(session.first) else {
            Issue.record("nobody else holds it")
            return
        }
        let held = #expect(throws: SessionError.self) {
            try Recovery.run(session, killed.request(), SessionControl())
        }
        #expect(try #require(held).text.contains("is at work"))
        lock.release()

        // The venue takes its authority with it.
        let authority = killed.directory + "/ca.pem"
        try FileManager.default.copyItem(atPath: killed.venue.caFile, toPath: authority)
        killed.venue.stop()
        var impatient = killed.request()
        impatient.venue = .loopback(port: killed.venue.port, caFile: authority)
        impatient.patience = .milliseconds(300)
        let error = #expect(throws: SessionError.self) {
            try Recovery.run(session, impatient, SessionControl())
        }
        guard case .venue(let text) = try #require(error) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("run `sluice recover` again"), "\(text)")
        #expect(try journals(killed) == before)
    }

    /// The bytes of the journal's files, by name.
    private func journals(_ killed: KilledSession) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: killed.directory)
        var found: [String: Data] = [:]
        for name in names where name.hasSuffix(".journal") {
            found[name] = FileManager.default.contents(atPath: killed.directory + "/" + name)
        }
        return found
    }
}

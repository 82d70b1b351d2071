import Foundation
import Glibc
import Testing

/// What `sluice halt` says of a session that does not end.
@Suite("Words of a halt", .serialized, .timeLimit(.minutes(2)))
struct HaltWordTests {
    @Test("its process, what it works, for which account, and what to do")
    func left() throws {
        let live = try RestingSessions()
        let session = try live.start("one")
        try live.rest()
        // It cannot answer.
        session.program.signal(SIGSTOP)
        let halt = try Program(
            ["halt", "--wait", "100ms"],
            state: session.journal + "/state",
            errors: live.folder.file("said")
        )
        #expect(halt.end(within: .seconds(20)) == .code(1))
        let said = live.folder.text("said")
        let process = "process \(session.program.process), linear-BTCUSDT as loopback localhost:"
        #expect(said.contains("still at work after 100ms: \(process)"), "\(said)")
        #expect(said.contains("`sluice halt` again") && said.contains("`sluice recover"), "\(said)")
        session.program.signal(SIGCONT)
        #expect(session.program.end(within: .seconds(30)) == .code(1))
        #expect(live.openOrders() == [])
    }

    @Test("a session that stands still and is killed is marked, and a recovery does not go on")
    func marked() throws {
        let live = try RestingSessions()
        let session = try live.start("one")
        try live.rest()
        session.program.signal(SIGSTOP)
        let state = session.journal + "/state"
        // Known by its claim alone.
        try FileManager.default.removeItem(atPath: "\(state)/sessions/\(session.program.process)")
        let halt = try Program(["halt", "--wait", "10ms"], state: state)
        #expect(halt.end(within: .seconds(20)) == .code(1))
        session.program.signal(SIGKILL)
        #expect(session.program.end(within: .seconds(20)) == .signal(SIGKILL))
        let marks = try FileManager.default.contentsOfDirectory(atPath: state + "/stopped")
        #expect(marks.count == 1, "\(marks)")
        let resume = try Program(["resume"], state: state)
        #expect(resume.end(within: .seconds(20)) == .code(0))
        let recovery = try Program(
            ["recover", "--journal", session.journal] + live.place,
            state: state,
            errors: live.folder.file("said")
        )
        #expect(recovery.end(within: .seconds(50)) == .code(1))
        let said = live.folder.text("said")
        #expect(said.contains("was to end (halted by the kill switch)"), "\(said)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/stopped") == [])
        #expect(live.openOrders() == [])
    }

    @Test("one stop in a settlement's wait is told at once: for what, and what a second does")
    func settling() throws {
        let live = try RestingSessions()
        let session = try live.start("one")
        try live.rest()
        session.program.signal(SIGKILL)
        #expect(session.program.end(within: .seconds(20)) == .signal(SIGKILL))
        let recovery = try Program(
            ["recover", "--policy", "settle", "--journal", session.journal] + live.place,
            state: session.journal + "/state",
            errors: live.folder.file("said")
        )
        func hears(_ text: String, within time: Duration) -> Bool {
            let deadline = ContinuousClock.now + time
            // What another process says is no event here.
            while ContinuousClock.now < deadline {
                if live.folder.text("said").contains(text) { return true }
                usleep(5_000)
            }
            return false
        }
        #expect(hears("may be under way for another", within: .seconds(20)))
        recovery.signal(SIGINT)
        #expect(hears("SIGINT: stopping; requests of session", within: .seconds(2)))
        #expect(hears("Ctrl-C again ends it at once, and orders", within: .seconds(1)))
        // The first ends nothing.
        #expect(recovery.end(within: .seconds(30)) == .code(1))
        #expect(live.openOrders() == [])
    }

    @Test("a session that stands still and whose entry was removed is named by what it claims")
    func claimed() throws {
        let live = try RestingSessions()
        let session = try live.start("one")
        try live.rest()
        session.program.signal(SIGSTOP)
        let state = session.journal + "/state"
        try FileManager.default.removeItem(atPath: "\(state)/sessions/\(session.program.process)")
        let halt = try Program(
            ["halt", "--wait", "100ms"],
            state: state,
            errors: live.folder.file("said")
        )
        #expect(halt.end(within: .seconds(20)) == .code(1))
        let said = live.folder.text("said")
        let process =
            "process \(session.program.process), which holds \(state)/claims/linear_BTCUSDT"
        #expect(said.contains("still at work after 100ms: \(process)"), "\(said)")
        session.program.signal(SIGCONT)
        #expect(session.program.end(within: .seconds(30)) == .code(1))
        #expect(live.openOrders() == [])
    }
}

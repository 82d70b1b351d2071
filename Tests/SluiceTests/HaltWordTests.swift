import Foundation
import Glibc
import Testing

/// What `sluice halt` says of a session that does not end.
@Suite("Words of a halt", .serialized, .timeLimit(.minutes(1)))
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

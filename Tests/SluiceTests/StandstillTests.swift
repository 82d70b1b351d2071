import Glibc
import Testing

/// A session that is suspended for a while.
@Suite("Suspended sessions", .timeLimit(.minutes(1)))
struct StandstillTests {
    @Test("a session that stood still says so, and no other does")
    func told() throws {
        let live = try RestingSessions()
        let session = try live.start("work", errors: live.folder.file("errors"))
        try live.rest()
        #expect(!live.folder.text("errors").contains("stood still"))
        session.program.signal(SIGSTOP)
        usleep(3_000_000)
        session.program.signal(SIGCONT)
        let deadline = ContinuousClock.now + .seconds(20)
        // What another process writes is no event here.
        while !live.folder.text("errors").contains("stood still for"),
            ContinuousClock.now < deadline
        {
            usleep(5_000)
        }
        let said = live.folder.text("errors")
        #expect(said.contains("this process stood still for "), "\(said)")
        session.program.signal(SIGINT)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        #expect(live.openOrders() == [])
    }
}

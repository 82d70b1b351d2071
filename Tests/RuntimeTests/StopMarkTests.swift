import Foundation
import Glibc
import Synchronization
import Testing

@testable import Runtime

/// A stop that a person asked for is heeded also where the journal does not tell of it.
@Suite("Marks of a stop", .serialized, .timeLimit(.minutes(2)))
final class StopMarkTests {
    private let directory: Directory
    private var folder: String { directory.path + "/state" }
    private var killSwitch: KillSwitch { KillSwitch(folder: folder) }

    init() throws { directory = try Directory() }

    private var marks: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: killSwitch.stops)) ?? []
    }

    private func waitFor(_ holds: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        // What a cold thread writes is no event here.
        while ContinuousClock.now < deadline {
            if holds() { return true }
            usleep(2_000)
        }
        return false
    }

    /// What a session asked for `wish` leaves, with a journal whose disk hangs or not.
    private func left(_ gate: Gate, hangs: Bool, isHalt: Bool) throws -> [String] {
        let journal = try Directory()
        defer { gate.isShut.store(false, ordering: .relaxed) }
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.journal = JournalSettings(directory: journal.path, disk: gate.disk)
        session.configuration.presence = try killSwitch.enter()
        let outcome = try session.run { _, control in
            gate.isShut.store(hangs, ordering: .relaxed)
            if isHalt { control.request(.halt) } else { control.requestStop() }
        }
        #expect(outcome.report.venue.openOrders == 0)
        #expect((outcome.fault != nil) == hangs, "\(outcome.fault ?? "")")
        return marks
    }

    @Test("it stays where the disk did not take the journal's end, and says what was asked")
    func stays() throws {
        for isHalt in [false, true] {
            let marks = try left(Gate(), hangs: true, isHalt: isHalt)
            #expect(marks == ["testtest"])
            let mark = StopMark(killSwitch, of: "testtest", nil)
            #expect(mark.words == (isHalt ? "halted by the kill switch" : "asked to stop"))
            mark.clear()
        }
    }

    @Test("it goes with a journal that was closed in good order")
    func goes() throws {
        _ = try left(Gate(), hangs: false, isHalt: false)
        #expect(waitFor { access(killSwitch.stops, F_OK) == 0 && marks == [] })
    }

    @Test("a recovery stops the parent of a marked session, once, and says so")
    func heeded() throws {
        let killed = try KilledSession(orders: 3, over: "40s")
        let session = try killed.session()
        StopMark(killSwitch, of: session.name, nil).set("asked to stop")
        #expect(waitFor { marks == [session.name] })
        // Sessions that may begin again are no leave for one that was to end.
        _ = try killSwitch.resume()
        let notices = Mutex<[String]>([])
        var request = killed.request()
        request.presence = try killSwitch.enter()
        request.adjust = { configuration in
            configuration.notice = { text in notices.withLock { $0.append(text) } }
        }
        let outcome = try Recovery.run(session, request, SessionControl())
        #expect(outcome.action == .stopped && outcome.reason == .asked)
        #expect(outcome.outcome?.report.parent.stopReason == "operatorRequest")
        let said = notices.withLock { $0.joined(separator: "\n") }
        #expect(said.contains("was to end (asked to stop)"), "\(said)")
        #expect(marks == [])
    }

    @Test("it goes with a session that was settled")
    func settled() throws {
        let killed = try KilledSession(orders: 3)
        let session = try killed.session()
        StopMark(killSwitch, of: session.name, nil).set("asked to stop")
        #expect(waitFor { marks == [session.name] })
        var request = killed.request(.settle)
        request.presence = try killSwitch.enter()
        let outcome = try Recovery.run(session, request, SessionControl())
        #expect(outcome.action == .settled && outcome.settlement?.isComplete == true)
        #expect(marks == [])
    }

    @Test("one that cannot be left is told, one that cannot be read counts")
    func unkept() throws {
        let notices = Mutex<[String]>([])
        mkdir(folder, 0o700)
        #expect(FileManager.default.createFile(atPath: killSwitch.stops, contents: nil))
        let mark = StopMark(killSwitch, of: "testtest") { text in
            notices.withLock { $0.append(text) }
        }
        mark.set("asked to stop")
        #expect(waitFor { notices.withLock { $0.first?.contains("--policy halt") == true } })
        #expect(mark.words != nil)
    }

    @Test("one that is cleared while it is written is gone in the end")
    func cleared() throws {
        // A name each: a process has one mark of a session.
        for i in 0..<50 {
            let mark = StopMark(killSwitch, of: "test\(i)", nil)
            mark.set("asked to stop")
            mark.clear()
        }
        // At a hundred looks in a row: a thread may not have come to write yet.
        var empty = 0
        #expect(
            waitFor {
                empty = marks == [] ? empty + 1 : 0
                return empty > 100
            }
        )
        let last = StopMark(killSwitch, of: "lastlast", nil)
        last.clear()
        last.set("asked to stop")
        #expect(last.words == nil)
    }
}

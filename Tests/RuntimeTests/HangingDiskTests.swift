import Foundation
import Journal
import Orders
import Replay
import Runtime
import Synchronization
import Testing
import Units

/// A disk that neither takes the journal nor fails.
@Suite("Hanging disk", .timeLimit(.minutes(2)))
struct HangingDiskTests {
    private func replayed(_ path: String) throws -> Replay {
        var replay = try Replay.open(path)
        try replay.run()
        return replay
    }

    @Test("while the disk hangs nothing new leaves, and after it the parent goes on")
    func goesOn() throws {
        for sync in JournalSync.allCases {
            let directory = try Directory()
            let gate = Gate()
            var session = try SessionFixture(quantity: "0.400", seconds: 8)
            session.configuration.journal = JournalSettings(
                directory: directory.path,
                sync: sync,
                disk: gate.disk
            )
            let seen = Mutex<(before: Int, after: Int)>((0, 0))
            let outcome = try session.run { _, control in
                gate.isShut.store(true, ordering: .relaxed)
                // Once it is known to hang, until it has for three seconds.
                let deadline = ContinuousClock.now + .seconds(10)
                while control.latest?.away.contains(.journal) != true,
                    ContinuousClock.now < deadline
                {
                    usleep(10_000)
                }
                let before = control.latest?.children ?? 0
                usleep(3_000_000)
                seen.withLock { $0 = (before, control.latest?.children ?? 0) }
                gate.isShut.store(false, ordering: .relaxed)
            }
            let (before, after) = seen.withLock { $0 }
            #expect(before > 0 && after == before, "\(sync)")
            #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.report.text())")
            #expect(outcome.report.counts.rejects == 0)
            let said = outcome.report.warnings.joined()
            #expect(said.contains("the journal's disk stopped answering 1 time,"), "\(said)")
            let replay = try replayed(directory.path)
            #expect(replay.difference == nil && replay.end == .closed)
        }
    }

    @Test("a disk that hangs to the end keeps neither the orders at the venue nor the report")
    func ends() throws {
        let directory = try Directory()
        let gate = Gate()
        defer { gate.isShut.store(false, ordering: .relaxed) }
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.journal = JournalSettings(directory: directory.path, disk: gate.disk)
        let began = ContinuousClock.now
        let outcome = try session.run { _, control in
            gate.isShut.store(true, ordering: .relaxed)
            control.requestStop()
        }
        // The start and the venue's answers take a second or two of it.
        #expect(ContinuousClock.now - began < .seconds(25))
        #expect(outcome.report.venue.openOrders == 0)
        #expect(outcome.state == .cancelled)
        let fault = try #require(outcome.fault)
        #expect(fault.contains("the journal's disk does not answer"), "\(fault)")
        #expect(fault.contains("sluice recover --policy halt"), "\(fault)")
    }

    @Test("a further stop ends the wait for a disk that hangs at once")
    func hurries() throws {
        let directory = try Directory()
        let gate = Gate()
        defer { gate.isShut.store(false, ordering: .relaxed) }
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        let control = session.control
        let hurried = Mutex<ContinuousClock.Instant?>(nil)
        session.configuration.journal = JournalSettings(directory: directory.path, disk: gate.disk)
        session.configuration.notice = { text in
            guard text.contains("it is waited for") else { return }
            hurried.withLock { $0 = .now }
            control.requestStop()
        }
        let outcome = try session.run { _, control in
            gate.isShut.store(true, ordering: .relaxed)
            control.requestStop()
        }
        let since = try #require(hurried.withLock { $0 })
        #expect(ContinuousClock.now - since < .seconds(2))
        #expect(outcome.report.venue.openOrders == 0)
        #expect(outcome.fault?.contains("the journal's disk does not answer") == true)
    }

    @Test("a disk that hangs for longer than a parent waits ends it in its own words")
    func givesUp() throws {
        let directory = try Directory()
        let gate = Gate()
        defer { gate.isShut.store(false, ordering: .relaxed) }
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.linkPatience = .seconds(2)
        session.configuration.journal = JournalSettings(directory: directory.path, disk: gate.disk)
        let outcome = try session.run { _, _ in gate.isShut.store(true, ordering: .relaxed) }
        #expect(outcome.state == .halted && outcome.report.parent.stopReason == "journalLost")
        #expect(outcome.report.venue.openOrders == 0 && outcome.report.counts.rejects == 0)
        let fault = try #require(outcome.fault)
        #expect(!fault.contains("the venue refused"), "\(fault)")
    }
}

import Foundation
import Journal
import LoopbackVenue
import Orders
import Replay
import Runtime
import Synchronization
import Testing
import Units

/// Whole sessions on record: they replay, they hold orders for the disk, and they stop when it
/// fails.
@Suite("Session journal", .timeLimit(.minutes(3)))
struct JournalSessionTests {
    private func verify(_ path: String, _ outcome: SessionOutcome) throws {
        var replay = try Replay.open(path)
        try replay.run()
        #expect(replay.difference == nil && replay.gap == nil && replay.end == .closed)
        let facts = replay.engine.facts(of: ParentID(0))
        #expect(facts.state == outcome.state)
        #expect(facts.children.count == outcome.report.children.count)
        #expect(replay.counts.commands > 0 && replay.unrecorded.isEmpty)
        let lot = replay.session.instruments[0].lot
        let filled = lot.text(facts.ledger.filled.lots)
        #expect(Decimal(string: filled) == outcome.report.parent.filled)
    }

    @Test("a session on record replays to the same commands", arguments: JournalSync.allCases)
    func replays(_ sync: JournalSync) throws {
        let directory = try Directory()
        var session = try SessionFixture()
        session.configuration.journal = JournalSettings(
            directory: directory.path,
            sync: sync,
            segmentBytes: 1 << 20
        )
        let outcome = try session.run()
        #expect(outcome.state == .completed && outcome.fault == nil)
        try verify(directory.path, outcome)
        let held = outcome.report.latency["durable"]?.count ?? 0
        #expect((held > 0) == (sync == .durable))
    }

    @Test("VWAP by the venue's own bars replays: the profile is on record")
    func vwap() throws {
        let directory = try Directory()
        var session = try SessionFixture(.vwap(history: nil), .sell)
        session.configuration.journal = JournalSettings(directory: directory.path, sync: .async)
        let outcome = try session.run()
        #expect(outcome.state == .completed)
        try verify(directory.path, outcome)
    }

    @Test("a slow disk makes orders late and nothing else, and a stop overtakes what it holds")
    func slowDisk() throws {
        let directory = try Directory()
        let slow = SlowDisk(microseconds: 60_000)
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        session.configuration.journal = JournalSettings(
            directory: directory.path,
            disk: slow.disk
        )
        let outcome = try session.run { _, control in control.requestStop() }
        #expect(outcome.state == .cancelled && outcome.fault == nil)
        #expect(outcome.report.venue.openOrders == 0)
        // Every order waited for a sync.
        let waits = try #require(outcome.report.latency["durable"])
        #expect(waits.count > 0 && waits.p50 >= 55_000_000)
        try verify(directory.path, outcome)
    }

    @Test("two orders that a stop finds waiting for the disk are withdrawn, and that replays")
    func withdrawn() throws {
        let directory = try Directory()
        var session = try SessionFixture(quantity: "0.120", seconds: 3)
        session.configuration.journal = JournalSettings(
            directory: directory.path,
            disk: SlowDisk(microseconds: 1_050_000).disk
        )
        // The second comes when the schedule runs away from the first.
        let outcome = try session.run(
            intervene: { _, control in control.requestStop() },
            once: { $0.children == 2 }
        )
        #expect(outcome.state == .cancelled && outcome.fault == nil)
        #expect(outcome.report.counts.unsent == 2 && outcome.report.counts.fills == 0)
        try verify(directory.path, outcome)
    }

    @Test("an order that waits for the disk at a halt never leaves, though its cancel has to wait")
    func haltedWhileHeld() throws {
        let directory = try Directory()
        let gate = Gate()
        var session = try SessionFixture(quantity: "5.000", seconds: 60)
        // One child's cancel leaves nothing for the next one's.
        session.configuration.limits.requestsPerSecond = 1
        session.configuration.journal = JournalSettings(
            directory: directory.path,
            disk: gate.disk
        )
        session.configuration.journal?.diskPatience = .seconds(60)
        let outcome = try session.run(
            intervene: { _, control in
                control.request(.halt)
                gate.isShut.store(false, ordering: .relaxed)
            },
            once: {
                if $0.children > 0 { gate.isShut.store(true, ordering: .relaxed) }
                return $0.children == 3
            }
        )
        #expect(outcome.state == .cancelled && outcome.isConfirmed, "\(outcome.report.text())")
        var state = JournalState()
        var reader = try JournalReader(directory.path)
        while let entry = try reader.next() { state.apply(entry) }
        #expect(state.children.count == 3)
        #expect(state.children.last?.orderID.isEmpty == true)
        try verify(directory.path, outcome)
    }

    @Test("a disk that fails stops new orders, cancels what is open, halts and says why")
    func failingDisk() throws {
        for sync in JournalSync.allCases {
            let directory = try Directory()
            let disk = SlowDisk(microseconds: 0)
            var session = try SessionFixture(quantity: "5.000", seconds: 60)
            session.configuration.journal = JournalSettings(
                directory: directory.path,
                sync: sync,
                disk: disk.disk
            )
            let began = ContinuousClock.now
            let outcome = try session.run { _, _ in disk.isBroken.store(true, ordering: .relaxed) }
            #expect(ContinuousClock.now - began < .seconds(30))
            #expect(outcome.state == .halted)
            #expect(outcome.report.parent.stopReason == "journalLost")
            #expect(outcome.report.venue.openOrders == 0)
            #expect(outcome.report.counts.unknown == 0)
            let fault = try #require(outcome.fault)
            #expect(fault.contains("the disk did not confirm what was written"), "\(fault)")
            // The venue saw no more than what the account knows.
            let position = try #require(outcome.report.venue.position)
            let before = try #require(outcome.report.venue.positionBefore)
            #expect(position - before == outcome.report.parent.filled)
            // What is on disk is sound to its last whole record.
            var state = JournalState()
            var reader = try JournalReader(directory.path)
            while let entry = try reader.next() { state.apply(entry) }
            #expect(state.parents.count == 1 && !state.children.isEmpty)
            #expect(reader.end == .open)
        }
    }

    @Test("a journal that cannot be begun ends the session before the venue is asked")
    func starts() throws {
        var session = try SessionFixture()
        session.configuration.journal = JournalSettings(directory: "/nowhere/at/all")
        // The venue does not run: only the journal can be what is refused.
        let error = #expect(throws: SessionError.self) {
            try Session.run(session.configuration, session.control)
        }
        let text = try #require(error).text
        #expect(text.contains("/nowhere/at/all"), "\(text)")
        #expect(text.contains("make the directory first"), "\(text)")
    }

    @Test("a session that the venue refuses leaves no journal behind")
    func refused() throws {
        let directory = try Directory()
        var session = try SessionFixture()
        session.configuration.symbol = "NOSUCHUSDT"
        session.configuration.journal = JournalSettings(directory: directory.path)
        #expect(throws: SessionError.self) { try session.run() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test("killed in the middle, the journal is sound to its last whole record")
    func killed() throws {
        let directory = try Directory()
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let process = Process()
        process.executableURL = JournalSessionTests.products.appendingPathComponent("sluice")
        process.arguments = [
            "execute", "--port", "\(venue.port)", "--ca", venue.caFile, "--quantity", "5.000",
            "--over", "60s", "--journal", directory.path, "--journal-segment", "1",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Until some orders are on record.
        let deadline = ContinuousClock.now + .seconds(30)
        while try JournalSessionTests.orders(directory.path) < 5, ContinuousClock.now < deadline {
            usleep(20_000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        var replay = try Replay.open(directory.path)
        try replay.run()
        #expect(replay.difference == nil && replay.gap == nil)
        #expect(replay.counts.commands >= 5)
        switch replay.end {
        case .open, .torn: break
        default: Issue.record("\(String(describing: replay.end))")
        }
        let facts = replay.engine.facts(of: ParentID(0))
        #expect(facts.state == .working && facts.children.count >= 5)
    }

    /// Orders on record so far in the newest journal of a directory.
    static func orders(_ path: String) throws -> Int {
        guard var reader = try? JournalReader(path) else { return 0 }
        var orders = 0
        while let entry = try reader.next() { orders += entry.kind == .place ? 1 : 0 }
        return orders
    }

    /// Where the build has put its executables: next to the tests.
    static var products: URL {
        URL(
            fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe"
            )) ?? ""
        ).deletingLastPathComponent()
    }
}

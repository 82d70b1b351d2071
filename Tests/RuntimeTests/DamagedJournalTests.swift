import Foundation
import Glibc
import Journal
import Orders
import Replay
import Runtime
import Testing
import Units

/// Recoveries of what is no longer whole, or had ended already.
@Suite("Recovery from damage", .serialized, .timeLimit(.minutes(3)))
struct DamagedJournalTests {
    @Test(
        "what the disk lost of a durable journal's end is asked of the venue",
        arguments: [RecoveryRequest.Policy.halt, .resume]
    )
    func lostEnd(_ policy: RecoveryRequest.Policy) throws {
        let killed = try KilledSession(orders: 12)
        let first = try killed.session().first
        let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
        let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: first))
        try file.truncate(atOffset: UInt64(used / 2))
        try file.close()
        let outcome = try Recovery.run(killed.session(), killed.request(policy), SessionControl())
        #expect(outcome.adopted > 0)
        try killed.checkBooks(outcome)
    }

    @Test("with a full disk everything is taken off, and the journal stays for another recovery")
    func fullDisk() throws {
        let killed = try KilledSession(orders: 3)
        var full = JournalDisk.system
        full.create = { _ in -ENOSPC }
        let session = try killed.session()
        let outcome = try Recovery.run(session, killed.request(disk: full), SessionControl())
        #expect(!outcome.isRecorded && outcome.reason == .unrecorded)
        #expect(outcome.outcome?.report.venue.openOrders == 0)
        let fault = try #require(outcome.outcome?.fault)
        #expect(fault.contains("could not be continued"), "\(fault)")
        guard case .unfinished = try killed.session().standing else {
            Issue.record("\(try killed.session().standing)")
            return
        }
        let later = try Recovery.run(killed.session(), killed.request(.halt), SessionControl())
        #expect(later.outcome?.report.parent.filled == outcome.outcome?.report.parent.filled)
        try killed.checkBooks(later)
    }

    @Test("a parent that had ended is reconciled, and its journal closed")
    func ended() throws {
        let killed = try KilledSession(orders: .max, quantity: "0.050", over: "2s")
        // Its process came to everything but the closing record.
        let first = try killed.session().first
        let size = try #require(FileManager.default.contents(atPath: first)).count
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: first))
        try file.truncate(atOffset: UInt64(size - 24))
        try file.close()
        let outcome = try Recovery.run(killed.session(), killed.request(), SessionControl())
        #expect(outcome.action == .reconciled && outcome.outcome?.state == .completed)
        try killed.checkBooks(outcome)
    }

    @Test("a journal that is damaged in its middle is settled without an engine")
    func damaged() throws {
        let killed = try KilledSession(orders: 4)
        let session = try killed.session()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: session.first))
        var reader = try JournalReader(session.first)
        // Behind the first order: what follows is lost.
        while let entry = try reader.next(), entry.kind != .place {}
        try file.seek(toOffset: UInt64(reader.place.offset + 9))
        try file.write(contentsOf: [0xff])
        try file.close()

        let outcome = try Recovery.run(session, killed.request(), SessionControl())
        #expect(outcome.action == .settled && outcome.isRecorded)
        let settlement = try #require(outcome.settlement)
        #expect(settlement.isComplete && settlement.position == settlement.filledByVenue)
        guard case .ended = try killed.session().standing else {
            Issue.record("\(try killed.session().standing)")
            return
        }
        let again = try Recovery.run(session, killed.request(.settle), SessionControl())
        #expect(again.settlement?.cancelled == 0)
        #expect(again.settlement?.filledByVenue == settlement.filledByVenue)
    }
}

import Containers
import Foundation
import Journal
import Testing
import Units

/// A journal that was not closed is gone on with behind its last whole record.
@Suite("Journal continuation", .timeLimit(.minutes(3)))
struct ContinuationTests {
    /// Records of every kind but the closing one, and what they are on disk.
    private static func open(_ seed: UInt64, in directory: TemporaryDirectory) throws -> [[UInt8]] {
        var random = RandomRecords(seed: seed)
        try writeJournal(Array(random.each().dropLast()), in: directory)
        return try ReadJournal(directory.path).records
    }

    /// Goes on with the journal, if it can be.
    private static func resume(
        _ directory: TemporaryDirectory,
        with records: [PlainRecord],
        session: String = "recorded"
    ) throws {
        let first = directory.path + "/sluice-\(session)-00000.journal"
        guard let lock = try JournalLock(first) else {
            Issue.record("\(first) is locked")
            return
        }
        var reader = try JournalReader(first)
        while try reader.next() != nil {}
        let found = reader.tail
        let tail = try #require(found)
        let ring = ByteRing(capacity: 1 << 22)!
        var appender = JournalAppender(ring, after: tail.number)
        let progress = JournalProgress()
        var writer = JournalWriter(
            ring,
            try JournalStore.resume(tail, disk: forgetfulDisk),
            progress,
            sync: .async,
            onDurable: {}
        )
        for record in records {
            let fits = appender.append(record)
            precondition(fits)
            while writer.turn() {}
        }
        progress.requestClose()
        writer.run()
        #expect(progress.fault == nil)
        lock.release()
    }

    @Test("it goes on in segments of its own size unless another is asked for")
    func segmentSize() throws {
        for (asked, made) in [(nil, 1 << 20), (2 << 20, 2 << 20)] as [(Int?, Int)] {
            let directory = try TemporaryDirectory()
            _ = try ContinuationTests.open(1, in: directory)
            var reader = try JournalReader(directory.files[0])
            while try reader.next() != nil {}
            let found = reader.tail
            let tail = try #require(found)
            #expect(tail.segmentBytes == 1 << 20)
            let store = try JournalStore.resume(tail, segmentBytes: asked)
            let size = try FileManager.default.attributesOfItem(atPath: store.path)[.size]
            #expect(size as? Int == made)
        }
    }

    @Test("an old header, or one of nonsense, states no size", arguments: [0, 1, 255, .max])
    func unknownSize(_ units: UInt32) throws {
        let directory = try TemporaryDirectory()
        _ = try ContinuationTests.open(1, in: directory)
        var bytes = try contents(directory.files[0])
        bytes.replaceSubrange(44..<48, with: PlainRecord.little(units))
        let sum = PlainRecord.crc32c(Array(bytes[..<60]))
        bytes.replaceSubrange(60..<64, with: PlainRecord.little(sum))
        try write(bytes, to: directory.files[0])
        var reader = try JournalReader(directory.files[0])
        while try reader.next() != nil {}
        let tail = reader.tail
        #expect(tail != nil && tail?.segmentBytes == nil)
    }

    @Test("cut at every byte of its last record, it goes on behind the record before")
    func everyByte() throws {
        let directory = try TemporaryDirectory()
        let records = try ContinuationTests.open(1, in: directory)
        let whole = try contents(directory.files[0])
        let last = records[records.count - 1]
        for cut in (whole.count - last.count)..<whole.count {
            // A segment's unused room is zero; and a disk writes no less than units of eight.
            for room in cut % 8 == 0 ? [0, 4_096] : [0] {
                let here = try TemporaryDirectory()
                let path = here.path + "/sluice-recorded-00000.journal"
                try write(Array(whole[..<cut]) + [UInt8](repeating: 0, count: room), to: path)
                let kept = try ReadJournal(here.path).records
                try ContinuationTests.resume(
                    here,
                    with: [
                        PlainRecord(now: 5, body: .timer), PlainRecord(now: 6, body: .close),
                    ]
                )
                let read = try ReadJournal(here.path)
                #expect(read.end == .closed, "cut at \(cut), \(room) bytes of room")
                #expect(read.records.count == kept.count + 2, "cut at \(cut)")
                #expect(Array(read.records[..<kept.count]) == kept)
                #expect(here.files.count == 2)
            }
        }
    }

    @Test("crashes in a row make segments in a row, and numbers without a gap")
    func again() throws {
        let directory = try TemporaryDirectory()
        let count = try ContinuationTests.open(2, in: directory).count
        for round in 1...4 {
            // The second time not a single record is written.
            let timer = PlainRecord(now: Int64(round), body: .timer)
            try ContinuationTests.resume(directory, with: round == 2 ? [] : [timer])
        }
        // Killed before the header of its segment was written.
        try write([UInt8](repeating: 0, count: 4_096), to: directory.path + "/x")
        try FileManager.default.moveItem(
            atPath: directory.path + "/x",
            toPath: directory.path + "/sluice-recorded-00005.journal"
        )
        try ContinuationTests.resume(directory, with: [PlainRecord(now: 9, body: .close)])
        let read = try ReadJournal(directory.path)
        #expect(read.end == .closed && read.records.count == count + 4)
        #expect(directory.files.count == 6)
    }

    @Test("a closed and a damaged journal are not gone on with")
    func noTail() throws {
        let directory = try TemporaryDirectory()
        var random = RandomRecords(seed: 3)
        try writeJournal(random.each(), in: directory)
        var reader = try JournalReader(directory.path)
        var hasTail = reader.tail != nil
        #expect(!hasTail)
        while try reader.next() != nil {}
        let isClosed = reader.end == .closed
        hasTail = reader.tail != nil
        #expect(isClosed && !hasTail)

        var bytes = try contents(directory.files[0])
        bytes[100] ^= 1
        try write(bytes, to: directory.files[0])
        var damaged = try JournalReader(directory.path)
        while try damaged.next() != nil {}
        var isDamaged = false
        if case .corrupt = damaged.end { isDamaged = true }
        hasTail = damaged.tail != nil
        #expect(isDamaged && !hasTail)
    }

    private static func standing(
        _ directory: TemporaryDirectory,
        _ session: String
    ) throws -> String {
        let found = try JournalFolder(directory.path).sessions.first { $0.name == session }
        let standing = try #require(found).standing
        return "\(standing)".prefix { $0 != "(" }.description
    }

    @Test("a folder tells ended, unfinished and living sessions apart, and trusts no blank file")
    func folder() throws {
        let directory = try TemporaryDirectory()
        var random = RandomRecords(seed: 4)
        let records = random.each()
        try writeJournal(records, in: directory, session: "ended", startedAt: 30)
        try writeJournal(
            Array(records.dropLast()),
            in: directory,
            session: "unfinished",
            startedAt: 20
        )
        try writeJournal(
            Array(records.dropLast()),
            in: directory,
            session: "settled",
            startedAt: 10
        )
        let settled = try #require(
            try JournalFolder(directory.path).sessions.first { $0.name == "settled" }
        )
        try JournalFolder.settle(settled, in: directory.path, text: "nothing was open")
        let new = directory.path + "/sluice-new-00000.journal"
        try write([UInt8](repeating: 0, count: 4_096), to: new)
        try write(Array("garbage".utf8), to: directory.path + "/sluice-odd-00000.journal")
        let living = try JournalStore.create(
            directory: directory.path,
            session: "living",
            startedAt: Nanoseconds(40),
            segmentBytes: 1 << 20,
            disk: forgetfulDisk
        )
        let path = living.path
        for name in ["ended", "unfinished", "living"] {
            #expect(try ContinuationTests.standing(directory, name) == name)
        }
        #expect(try ContinuationTests.standing(directory, "settled") == "ended")
        #expect(try ContinuationTests.standing(directory, "new") == "unfinished")
        #expect(try ContinuationTests.standing(directory, "odd") == "unreadable")
        for name in ["new", "odd"] {
            let found = try JournalFolder(directory.path).sessions.first { $0.name == name }
            let session = try #require(found)
            try JournalFolder.settle(session, in: directory.path, text: "nothing was open")
            #expect(try ContinuationTests.standing(directory, name) == "ended")
        }
        try write([UInt8](repeating: 0, count: 4_097), to: new)
        #expect(try ContinuationTests.standing(directory, "new") == "unfinished")
        let names = try JournalFolder(directory.path).sessions.map(\.name)
        #expect(names.suffix(4) == ["settled", "unfinished", "ended", "living"])
        let isHeld = try JournalLock(path) == nil
        #expect(isHeld)
        drop(living)
        #expect(try ContinuationTests.standing(directory, "living") == "unfinished")
        let isFree = try JournalLock(path) != nil
        #expect(isFree)
    }

    private func drop(_ store: consuming JournalStore) {}
}

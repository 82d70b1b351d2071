import Book
import Foundation
import Journal
import Testing
import Units

@Suite("Journal segments", .timeLimit(.minutes(3)))
struct SegmentTests {
    private static func records(_ count: Int, seed: UInt64) -> [PlainRecord] {
        var random = RandomRecords(seed: seed)
        var records = (0..<count).map { _ in random.any() }
        // Long ones too, so that segments do not end at the same place.
        let levels = (0..<2_000).map { LevelChange(ticks: Int64($0), lots: 1) }
        // The last one too, so that the journal does not end by being closed.
        for i in Array(stride(from: 0, to: count, by: 50)) + [count - 1] {
            records[i].isObservedOnly = false
            records[i].body = .depth(.snapshot, sequence: 1, bids: levels, asks: levels)
        }
        // No closing record at the end, whatever was drawn.
        records[count - 1] = PlainRecord(now: 1, body: .timer)
        return records
    }

    @Test("a journal goes on from segment to segment, each cut to its records")
    func rotation() throws {
        let directory = try TemporaryDirectory()
        let records = SegmentTests.records(4_000, seed: 1)
        try writeJournal(records, in: directory)
        let files = directory.files
        #expect(files.count > 5)
        var sum = 0
        for file in files {
            let size = try contents(file).count
            #expect(size <= 1 << 20)
            sum += size - 64
        }
        let read = try ReadJournal(directory.path)
        #expect(read.end == .open)
        #expect(read.records.count == records.count)
        #expect(read.records.reduce(0) { $0 + $1.count } == sum)
        for (i, record) in records.enumerated() {
            let isEqual = read.records[i] == record.bytes(UInt64(i + 1))
            try #require(isEqual, "record \(i + 1)")
        }
        // A later segment is read from its own first record.
        let tail = try ReadJournal(files[files.count - 1])
        #expect(tail.records == Array(read.records.suffix(tail.records.count)))
    }

    @Test("a missing segment is damage where it should be, and no later record is read")
    func missing() throws {
        let directory = try TemporaryDirectory()
        try writeJournal(SegmentTests.records(4_000, seed: 2), in: directory)
        let before = try ReadJournal(directory.files[0])
        let path = directory.files[2]
        try FileManager.default.removeItem(atPath: path)
        let read = try ReadJournal(directory.path)
        #expect(read.records.count < before.records.count)
        guard case .corrupt(let damage) = read.end else {
            Issue.record("\(String(describing: read.end))")
            return
        }
        #expect(damage.reason.contains("segment 2 of session recorded should be here"))
    }

    @Test("a segment that was made and not begun ends the journal as torn")
    func emptyLast() throws {
        let directory = try TemporaryDirectory()
        let records = SegmentTests.records(10, seed: 3)
        try writeJournal(records, in: directory)
        let next = directory.files[0].replacingOccurrences(of: "00000", with: "00001")
        try write([UInt8](repeating: 0, count: 4_096), to: next)
        let read = try ReadJournal(directory.path)
        #expect(read.records.count == records.count)
        guard case .torn(let damage) = read.end else {
            Issue.record("\(String(describing: read.end))")
            return
        }
        #expect(damage.path == next)
    }

    @Test("a directory stands for its newest session and names the others")
    func newest() throws {
        let directory = try TemporaryDirectory()
        for (session, at) in [("bbbb", 20), ("aaaa", 30), ("cc-cc", 10)] {
            let records = SegmentTests.records(at, seed: 4)
            try writeJournal(records, in: directory, session: session, startedAt: Int64(at))
        }
        let list = try SegmentList(directory.path)
        #expect(list.otherSessions == ["bbbb", "cc-cc"])
        #expect(try ReadJournal(directory.path).records.count == 30)
        let reader = try JournalReader(directory.path + "/sluice-cc-cc-00000.journal")
        #expect(reader.header.session == "cc-cc" && reader.header.startedAt.count == 10)
    }

    @Test("what is no journal is refused in words")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        for (path, words) in [
            (directory.path, "holds no journal"),
            (directory.path + "/nothing", "does not exist"),
            ("/dev/null", "no regular file"),
            (#filePath, "does not begin as one"),
        ] {
            let error = #expect(throws: JournalError.self) { try ReadJournal(path) }
            let text = "\(try #require(error))"
            #expect(text.contains(words) && text.contains(path), "\(text)")
        }
    }
}

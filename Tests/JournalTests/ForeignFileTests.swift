import Book
import Containers
import Foundation
import Testing
import Units

@testable import Journal

/// Files that vanish under a journal that is written, and such as are not its own.
@Suite("Foreign journal files", .timeLimit(.minutes(1)))
struct ForeignFileTests {
    /// A journal that is being written, a record at a time.
    private final class Writing {
        let directory: TemporaryDirectory
        let progress = JournalProgress()
        private let writer: UnsafeMutablePointer<JournalWriter>
        private let appender: UnsafeMutablePointer<JournalAppender>

        init() throws {
            directory = try TemporaryDirectory()
            let ring = ByteRing(capacity: 1 << 22)!
            writer = .allocate(capacity: 1)
            writer.initialize(
                to: JournalWriter(
                    ring,
                    try JournalStore.create(
                        directory: directory.path,
                        session: "recorded",
                        startedAt: Nanoseconds(1_000),
                        segmentBytes: 1 << 20,
                        disk: forgetfulDisk
                    ),
                    progress,
                    sync: .durable,
                    onDurable: {}
                )
            )
            appender = .allocate(capacity: 1)
            appender.initialize(to: JournalAppender(ring))
        }

        deinit {
            writer.deinitialize(count: 1)
            writer.deallocate()
            appender.deinitialize(count: 1)
            appender.deallocate()
        }

        /// Records a long book, and a parent, whose record is synced at once.
        func record() {
            let book = PlainRecord(
                now: 1_000,
                body: .depth(.snapshot, sequence: 1, bids: Writing.levels, asks: Writing.levels)
            )
            let fits = appender.pointee.append(book) && appender.pointee.append(Writing.accept)
            #expect(fits)
            while writer.pointee.turn() {}
        }

        private static let levels = (0..<2_000).map { LevelChange(ticks: Int64($0), lots: 1) }
        private static let accept: PlainRecord = {
            var random = RandomRecords(seed: 1)
            let found = random.each().first { if case .accept = $0.body { true } else { false } }
            guard let found else { preconditionFailure("there is one of each kind") }
            return found
        }()

        /// Records until so many segments are there.
        func record(segments: Int) {
            while progress.fault == nil, directory.files.count < segments { record() }
        }

        func finish() {
            progress.requestClose()
            writer.pointee.run()
        }

        var segment: String { directory.files.last ?? "" }
    }

    @Test("a segment that vanishes is a fault with the next record, and no order leaves")
    func removed() throws {
        let journal = try Writing()
        journal.record()
        let durable = journal.progress.durableSequence
        #expect(durable > 0 && journal.progress.fault == nil)
        try FileManager.default.removeItem(atPath: journal.segment)
        journal.record()
        #expect(journal.progress.fault == JournalFault(.find, errno: ENOENT))
        #expect(journal.progress.durableSequence == durable)
        let text = try #require(journal.progress.fault).text
        #expect(text.contains("removed, moved or replaced") && !text.contains("No such"), "\(text)")
        #expect(JournalFault(.find, errno: EACCES).text.contains("Permission denied"))
    }

    @Test("so is one that was moved, replaced, cut short, or that the folder went with")
    func others() throws {
        let ways: [(JournalFault, (String) throws -> Void)] = [
            (JournalFault(.find, errno: ENOENT), { #expect(rename($0, $0 + ".old") == 0) }),
            (
                JournalFault(.find, errno: ENOENT),
                {
                    try FileManager.default.copyItem(atPath: $0, toPath: $0 + ".copy")
                    #expect(rename($0 + ".copy", $0) == 0)
                }
            ),
            (JournalFault(.keep, errno: 0), { #expect(truncate($0, 0) == 0) }),
            (
                JournalFault(.find, errno: ENOENT),
                {
                    let folder = URL(fileURLWithPath: $0).deletingLastPathComponent()
                    try FileManager.default.removeItem(at: folder)
                }
            ),
        ]
        for (i, (fault, way)) in ways.enumerated() {
            let journal = try Writing()
            journal.record()
            try way(journal.segment)
            journal.record()
            #expect(journal.progress.fault == fault, "way \(i)")
        }
    }

    @Test("a journal that vanished is a fault also when nothing but its end is left to write")
    func removedAtEnd() throws {
        let journal = try Writing()
        journal.record()
        try FileManager.default.removeItem(atPath: journal.segment)
        journal.finish()
        #expect(journal.progress.fault == JournalFault(.find, errno: ENOENT))
    }

    @Test("segments before the open one are missed, too")
    func earlier() throws {
        for victim in 0...1 {
            let journal = try Writing()
            journal.record(segments: 3)
            try FileManager.default.removeItem(atPath: journal.directory.files[victim])
            journal.record(segments: 4)
            #expect(journal.progress.fault == JournalFault(.find, errno: ENOENT), "\(victim)")
            #expect(journal.directory.files.count == 2)
        }
    }

    @Test("another's file in the place of an empty journal is not removed at its end")
    func emptyReplaced() throws {
        let journal = try Writing()
        let path = journal.segment
        #expect(rename(path, path + ".old") == 0)
        try write(Array("mine".utf8), to: path)
        journal.finish()
        #expect(try contents(path) == Array("mine".utf8))
    }

    // MARK: What lies in the folder

    private func records(_ seed: UInt64) -> [PlainRecord] {
        var random = RandomRecords(seed: seed)
        return random.each()
    }

    /// A folder with an unfinished session.
    private func unfinished(_ name: String = "unfinished") throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try writeJournal(Array(records(4).dropLast()), in: directory, session: name)
        return directory
    }

    private func session(
        _ directory: TemporaryDirectory,
        _ name: String = "unfinished"
    ) throws -> JournalFolder.Session {
        try #require(try JournalFolder(directory.path).sessions.first { $0.name == name })
    }

    private func standing(_ session: JournalFolder.Session) -> String {
        "\(session.standing)".prefix { $0 != "(" }.description
    }

    @Test("a mark that is not about the journal is told, and not believed")
    func marks() throws {
        let directory = try unfinished()
        let mark = directory.path + "/sluice-unfinished.settled"
        let other = try unfinished("other")
        try JournalFolder.settle(session(other, "other"), in: other.path, text: "nothing was open")
        let foreign = try contents(other.path + "/sluice-other.settled")
        let plants: [(String) throws -> Void] = [
            { try write([], to: $0) },
            { try write(Array("settled: 0 orders cancelled\n".utf8), to: $0) },
            { try write(foreign, to: $0) },
            { symlink("/dev/null", $0) },
            { mkfifo($0, 0o600) },
            { mkdir($0, 0o700) },
        ]
        for (i, plant) in plants.enumerated() {
            try plant(mark)
            let found = try session(directory)
            #expect(standing(found) == "unfinished", "plant \(i)")
            #expect(found.notes.first?.contains(mark) == true, "plant \(i): \(found.notes)")
            if i + 1 < plants.count {
                // What is there is replaced, not written through.
                try JournalFolder.settle(found, in: directory.path, text: "settled")
                let settled = try session(directory)
                #expect(standing(settled) == "ended" && settled.notes.isEmpty, "plant \(i)")
                #expect(unlink(mark) == 0)
            }
        }
    }

    @Test("a mark that was made while the session still wrote does not fit later")
    func earlyMark() throws {
        let journal = try Writing()
        journal.record()
        let directory = journal.directory
        let found = try #require(try JournalFolder(directory.path).sessions.first)
        try JournalFolder.settle(found, in: directory.path, text: "planted")
        journal.record()
        let later = try #require(try JournalFolder(directory.path).sessions.first)
        #expect(standing(later) == "living" && !later.notes.isEmpty)
    }

    @Test("a foreign segment behind a session's own is named, and ends nothing")
    func foreignSegments() throws {
        let closed = try TemporaryDirectory()
        try writeJournal(records(4), in: closed, session: "closed")
        let closedBytes = try contents(closed.files[0])
        let plants: [(String, (String) throws -> Void)] = [
            ("is segment 0 of session closed", { try write(closedBytes, to: $0) }),
            ("is no segment", { try write(Array("garbage".utf8), to: $0) }),
            ("is no segment", { mkfifo($0, 0o600) }),
            ("is no segment", { mkdir($0, 0o700) }),
        ]
        for index in [1, 7] {
            for (i, (words, plant)) in plants.enumerated() {
                let directory = try unfinished()
                try writeJournal(
                    Array(records(5).dropLast()),
                    in: directory,
                    session: "second",
                    startedAt: 2_000
                )
                let path = directory.path + "/sluice-unfinished-0000\(index).journal"
                try plant(path)
                let found = try session(directory)
                #expect(standing(found) == "unfinished", "\(index), plant \(i)")
                let note = try #require(found.notes.first)
                #expect(note.contains(path) && note.contains(words), "\(note)")
                #expect(try standing(session(directory, "second")) == "unfinished")
                // It may have been a segment of the session's: nothing goes on behind it.
                var reader = try JournalReader(found.first)
                while try reader.next() != nil {}
                guard case .corrupt(let damage) = reader.end else {
                    Issue.record("plant \(i): \(String(describing: reader.end))")
                    return
                }
                #expect(damage.path == path)
            }
        }
    }

    @Test("what lies behind a missing segment is not written over", arguments: [true, false])
    func missingMiddle(_ isClosed: Bool) throws {
        let journal = try Writing()
        journal.record(segments: 3)
        if isClosed { journal.finish() }
        let files = journal.directory.files
        let copy = try TemporaryDirectory()
        for file in [files[0], files[2]] {
            let name = URL(fileURLWithPath: file).lastPathComponent
            try write(contents(file), to: copy.path + "/" + name)
        }
        let found = try session(copy, "recorded")
        #expect(standing(found) == "unfinished")
        #expect(found.notes.contains { $0.contains("00002.journal are missing") })
        var reader = try JournalReader(found.first)
        while try reader.next() != nil {}
        guard case .corrupt = reader.end else {
            Issue.record("\(String(describing: reader.end))")
            return
        }
    }

    @Test("a journal under another session's name is not taken for that session's")
    func renamed() throws {
        let directory = try unfinished()
        #expect(
            rename(directory.files[0], directory.path + "/sluice-renamed-00000.journal") == 0
        )
        let found = try session(directory, "renamed")
        #expect(standing(found) == "unreadable")
        #expect("\(found.standing)".contains("segment 0 of session unfinished"))
    }

    @Test("a pipe that was planted as a journal holds nobody up")
    func pipe() throws {
        let directory = try unfinished()
        let path = directory.path + "/sluice-piped-00000.journal"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try standing(session(directory, "piped")) == "unreadable")
        #expect(try standing(session(directory)) == "unfinished")
    }

    @Test("a directory that takes no files is told as such")
    func noFiles() throws {
        let error = #expect(throws: JournalError.self) {
            _ = try JournalStore.create(directory: "/proc", session: "s", startedAt: .zero)
        }
        let text = "\(try #require(error))"
        #expect(text.contains("/proc takes no files") && text.contains("another directory"))
    }
}

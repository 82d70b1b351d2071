import Foundation
import Journal
import Testing
import Units

/// Journals of each format as a build wrote them, kept as they are, and what they say.
///
/// A build that reads or writes another layout under the same version fails here: raise
/// `JournalFormat.version`. The version's own journal and its text are made by
///
///     SLUICE_GOLDEN=make swift test --filter GoldenTests
///
/// which never writes over a journal: only a new version, or one that was set aside because kinds
/// of records were added or bytes that were zero have got a meaning, gets a new one. What was set
/// aside says the same and is read on: `format-2-unsized` knows no size of its segment.
@Suite("Golden journals", .serialized, .timeLimit(.minutes(3)))
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Golden").path

    private static func journal(_ version: UInt32) -> String {
        "\(folder)/format-\(version).journal"
    }

    private static func expectation(_ version: UInt32) -> String {
        "\(folder)/format-\(version).txt"
    }

    /// The golden records as this build writes them, with a gap at the end: what had no room is
    /// told by the appender alone.
    private static func written() throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        try writeJournal(GoldenRecords.all, in: directory, session: "golden")
        let read = try ReadJournal(directory.path)
        let header = try contents(directory.files[0]).prefix(JournalFormat.headerBytes)
        let gap = PlainRecord(now: 1_700_000_001_000_000_000, body: .gap(market: 233, orders: 239))
        return header + read.records.flatMap { $0 } + gap.bytes(UInt64(read.records.count + 1))
    }

    /// Makes the journal of this version where there is none, and the text of what it says.
    private static func make() throws {
        guard ProcessInfo.processInfo.environment["SLUICE_GOLDEN"] == "make" else { return }
        let path = journal(JournalFormat.version)
        if !FileManager.default.fileExists(atPath: path) { try write(written(), to: path) }
        let text = try GoldenText.lines(path).joined(separator: "\n") + "\n"
        try write(Array(text.utf8), to: expectation(JournalFormat.version))
    }

    @Test("a journal of this version reads as it always did")
    func reads() throws {
        try GoldenTests.make()
        let version = JournalFormat.version
        let text = String(decoding: try contents(GoldenTests.expectation(version)), as: UTF8.self)
        let expected = text.split(separator: "\n").map(String.init)
        let names = try FileManager.default.contentsOfDirectory(atPath: GoldenTests.folder)
        let journals = names.filter {
            $0.hasPrefix("format-\(version)") && $0.hasSuffix(".journal")
        }
        #expect(journals.contains("format-\(version).journal"))
        for name in journals {
            let lines = try GoldenText.lines("\(GoldenTests.folder)/\(name)")
            #expect(lines.count == expected.count, "\(name)")
            for (line, wanted) in zip(lines, expected) { #expect(line == wanted, "\(name)") }
        }
    }

    @Test("the same records are written byte for byte as they always were, each kind among them")
    func writes() throws {
        let golden = try contents(GoldenTests.journal(JournalFormat.version))
        #expect(golden.count < 5_000)
        #expect(try GoldenTests.written() == golden)
        let kinds = Set(
            try ReadJournal(GoldenTests.journal(JournalFormat.version)).records.map { $0[6] }
        )
        // A journal ends with the closing record, or without one as this.
        let all = Set(RecordKind.allCases.map(\.rawValue)).subtracting([RecordKind.close.rawValue])
        #expect(kinds == all)
    }

    @Test("a journal of any other version is refused with words, those of old among them")
    func versions() throws {
        var bytes = try contents(GoldenTests.journal(JournalFormat.version))
        let directory = try TemporaryDirectory()
        let path = directory.path + "/sluice-golden-00000.journal"
        for version in [0, 1, JournalFormat.version + 1, 1_000, .max] {
            bytes.replaceSubrange(8..<12, with: PlainRecord.little(version))
            let sum = PlainRecord.crc32c(Array(bytes[..<60]))
            bytes.replaceSubrange(60..<64, with: PlainRecord.little(sum))
            try write(bytes, to: path)
            let error = try #require(throws: JournalError.self) { try GoldenText.lines(path) }
            #expect(error == .unknownVersion(path: path, version: version))
            #expect("\(error)".contains("journal format \(version);"), "\(error)")
            #expect("\(error)".contains("use the build that recorded it"), "\(error)")
        }
    }
}

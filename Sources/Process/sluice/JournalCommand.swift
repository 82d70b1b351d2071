import ArgumentParser
import Foundation
import Journal

/// `sluice journal`: what a journal says, record by record.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Print a journal's records.",
        discussion: """
            A directory stands for its newest session, a file for itself and the segments that \
            follow it. One line a record: number, nanoseconds since the epoch, kind, fields; \
            "observed" marks what the engine took in without deciding. Reading stops at the last \
            whole record; how the journal ends is said on stderr, or in "end" with --json.

            Exit codes: 0 read to its end or to where its process was killed; 2 unreadable or \
            damaged.

            Example:
              sluice journal journals --json
            """
    )

    @Argument(help: ArgumentHelp("A segment's file, or a directory.", valueName: "file|dir"))
    var path: String

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() throws {
        let output = LineOutput()
        do {
            var reader = try JournalReader(path)
            JournalNotes.sessions(reader.segments)
            JournalNotes.settlement(reader.segments)
            try print(&reader, output)
        } catch let error as JournalError {
            try output.flush()
            throw CommandEnd(.usage, "\(error)")
        }
    }

    private func print(_ reader: inout JournalReader, _ output: LineOutput) throws {
        let header = reader.header
        if json {
            try output.append(
                #"{"schema":"sluice.journal/1","session":\#(JournalLine.quoted(header.session)),"#
                    + #""startedAt":"\#(header.startedAt.utc(digits: 9))","records":["#
            )
        }
        var names = JournalNames()
        var isFirst = true
        var trouble: JournalError?
        func next() -> JournalEntry? {
            do {
                return try reader.next()
            } catch {
                trouble = error
                return nil
            }
        }
        while let entry = next() {
            if case .session(let session) = entry.record { names = JournalNames(session) }
            let line = JournalLine(entry, names)
            if json {
                try output.append((isFirst ? "\n" : ",\n") + line.json)
            } else {
                try output.write(line.text)
            }
            isFirst = false
        }
        let end = reader.end ?? .open
        let text = trouble.map { "not read to its end: \($0)" } ?? end.text
        if json { try output.write("\n],\"end\":\(JournalLine.quoted(text))}") }
        try output.flush()
        if let trouble { throw trouble }
        if end != .closed { Terminal.note("the journal is \(end.text)") }
        if case .corrupt = end { throw ExitCode(2) }
    }
}

/// What is said besides a journal's contents.
enum JournalNotes {
    /// Tells that the session was settled without its engine, which its journal does not hold.
    static func settlement(_ segments: SegmentList) {
        guard let text = segments.paths.first.flatMap(JournalFolder.settlement) else { return }
        Terminal.note("afterwards, without its engine: \(text)")
    }

    /// Names the sessions that a directory holds besides the one that is read.
    static func sessions(_ segments: SegmentList) {
        guard !segments.otherSessions.isEmpty, let path = segments.paths.first else { return }
        let others = segments.otherSessions.joined(separator: ", ")
        Terminal.note("reading \(path), the newest; also there: \(others)")
    }
}

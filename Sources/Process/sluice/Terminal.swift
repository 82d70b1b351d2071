import Glibc
import Synchronization

/// A document that did not reach its reader, and why.
struct DocumentLost: Error, CustomStringConvertible {
    let description: String
}

/// Where people and programs read: documents on stdout, notices on stderr.
///
/// A notice is dropped where it cannot be written, and holds nobody up. A document is written whole
/// or counts as lost, which is an error: its reader must not take silence for success.
enum Terminal {
    private static let notices = Outlet(2, capacity: 1 << 18, isWhole: false)
    private static let documents = Outlet(
        1,
        capacity: .max,
        isWhole: true,
        failure: Launch.missingDescriptors.contains(1) ? EBADF : nil
    )

    /// Whether anything was printed.
    static var hasDocument: Bool { hasPrinted.load(ordering: .relaxed) }
    private static let hasPrinted = Atomic(false)

    /// Makes the threads that write, before any other thread is pinned to a core.
    static func start() {
        _ = notices
        _ = documents
    }

    /// Writes a document to stdout and waits until its reader, a file or a pipe has all of it.
    static func document(_ text: String) throws(DocumentLost) {
        // Where both lead to one place, what was said before stands before.
        _ = notices.drain(for: .milliseconds(200))
        try piece(text + "\n")
    }

    /// Writes a part of a long document to stdout, as `document` does.
    static func piece(_ text: String) throws(DocumentLost) {
        hasPrinted.store(true, ordering: .relaxed)
        documents.put(text)
        switch documents.drain() {
        case .written: return
        case .failed(EPIPE): throw DocumentLost(description: "its reader went away")
        case .failed(EBADF): throw DocumentLost(description: "stdout is closed")
        case .failed(let number): throw DocumentLost(description: String(cString: strerror(number)))
        case .late: throw DocumentLost(description: "nobody reads it")
        }
    }

    /// Lets a document that nobody reads be given up: the process is to end.
    static func hurry() { documents.hurry() }

    /// Says something on stderr, in a line of its own.
    static func note(_ text: String) { notices.put(lineStart + text + "\n") }

    /// Says on stderr what is wrong.
    static func error(_ text: String) {
        note(text.hasPrefix("Error: ") ? text : "Error: " + text)
    }

    /// Says on stderr what is wrong, of which each line is for itself.
    static func errors(_ lines: String?) {
        for line in (lines ?? "").split(separator: "\n") { error(String(line)) }
    }

    /// Rewrites the last line of stderr when a person watches it.
    static func progress(_ text: String) {
        guard isWatched else { return }
        notices.put(lineStart + text, onlyIfIdle: true)
    }

    /// Ends a line that `progress` was rewriting.
    static func endProgress() { notices.put(lineStart) }

    /// Ends the process: with `code`, and with what was said, unless nobody reads it for a second.
    ///
    /// At once, without the handlers of libraries, which other threads still use.
    static func leave(_ code: Int32) -> Never {
        _ = notices.drain(for: .seconds(1))
        _exit(code)
    }

    private static var isWatched: Bool { isatty(2) == 1 }

    /// Clears what `progress` has left where it stands.
    private static var lineStart: String { isWatched ? "\r\u{1b}[K" : "" }
}

import Foundation

/// Where people and programs read: documents on stdout, everything else on stderr.
enum Terminal {
    /// Writes a document to stdout, in one piece and at once.
    static func document(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Writes a line to stderr.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Writes an error to stderr.
    static func error(_ text: String) {
        note(text.hasPrefix("Error: ") ? text : "Error: " + text)
    }

    /// Rewrites the last line of stderr when a person watches it.
    static func progress(_ text: String) {
        guard isatty(2) == 1 else { return }
        FileHandle.standardError.write(Data(("\r\u{1b}[K" + text).utf8))
    }

    /// Ends a line that `progress` was rewriting.
    static func endProgress() {
        guard isatty(2) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    }
}

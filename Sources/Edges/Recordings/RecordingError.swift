/// Why a recording cannot be read, with the place.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named; empty when the trouble is with all of them together.
    public var file: String
    /// The line, from 1; nil when the trouble is with the file as a whole.
    public var line: Int?
    /// What is wrong, in words.
    public var reason: String

    /// Trouble at a place.
    public init(file: String, line: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    /// "name:12: what is wrong".
    public var description: String {
        if let line { return "\(file):\(line): \(reason)" }
        return file.isEmpty ? reason : "\(file): \(reason)"
    }
}

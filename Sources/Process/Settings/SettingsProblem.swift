/// One thing that is wrong with a settings file: what, where, and what to do.
public struct SettingsProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public let file: String
    /// The line, from 1; nil when the fault has no place of its own.
    public let line: Int?
    /// What is wrong and what would be right.
    public let text: String

    /// A problem at a line of a file.
    public init(file: String, line: Int?, text: String) {
        self.file = file
        self.line = line
        self.text = text
    }

    /// "sluice.toml:12: [limits] price_band: …".
    public var description: String {
        line.map { "\(file):\($0): \(text)" } ?? "\(file): \(text)"
    }
}

/// Everything that is wrong with a settings file, in the order of its lines.
public struct SettingsError: Error, CustomStringConvertible, Sendable {
    /// At least one.
    public let problems: [SettingsProblem]

    /// An error of `problems`, sorted by line.
    public init(_ problems: [SettingsProblem]) {
        self.problems = problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// One problem a line.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

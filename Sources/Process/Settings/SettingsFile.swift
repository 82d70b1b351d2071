internal import TOMLKit
public import Units

/// A TOML file being read: values are asked for by section and key, faults are collected with
/// their lines, and whatever nobody asked for is a fault too.
///
/// Reading goes on after a fault, with the default in the value's place, so that a person learns
/// all of them at once. `finish()` throws them.
public struct SettingsFile {
    private let path: String
    private let root: TOMLTable
    private let lines: KeyLines
    private var problems: [SettingsProblem] = []
    private var known: [String: Set<String>] = [:]

    /// The file's text as TOML.
    ///
    /// - Parameter path: how the file is named in problems; it is not opened.
    /// - Throws: the line of the syntax error.
    public init(text: String, path: String) throws(SettingsError) {
        self.path = path
        let unread = "; the rest of the file was not looked at"
        lines = KeyLines(text)
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let line = error.source.begin.line
            throw SettingsError([
                SettingsProblem(
                    file: path,
                    line: line,
                    text: "not TOML: \(error.description)" + unread
                )
            ])
        } catch {
            throw SettingsError([
                SettingsProblem(file: path, line: nil, text: "not TOML: \(error)" + unread)
            ])
        }
    }

    /// Whether the file states a value, of whatever form.
    public func has(_ section: String, _ key: String) -> Bool {
        root[section]?.table?[key] != nil
    }

    /// A text; nil when absent.
    ///
    /// - Parameter form: what it must be beyond that, for the problem's text.
    public mutating func string(
        _ section: String,
        _ key: String,
        _ form: String? = nil
    ) -> String? {
        guard let value = value(section, key) else { return nil }
        guard let text = value.string else {
            let form = form.map { ": \($0)" } ?? ""
            report(section, key, "must be a text in quotes\(form)")
            return nil
        }
        if text.isEmpty {
            report(section, key, "is empty: give a value or delete the line")
            return nil
        }
        return text
    }

    /// One of the names of `cases`; nil when absent.
    public mutating func choice<Choice>(
        _ section: String,
        _ key: String,
        of cases: Choice.Type
    ) -> Choice? where Choice: RawRepresentable<String> & CaseIterable {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = string(section, key, "one of \(names)") else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        report(section, key, "\"\(text)\" is none of: \(names)")
        return nil
    }

    /// A whole number within `range`; nil when absent.
    public mutating func integer(
        _ section: String,
        _ key: String,
        in range: ClosedRange<Int>
    ) -> Int? {
        guard let value = value(section, key) else { return nil }
        guard let number = value.int else {
            report(section, key, "must be a whole number without quotes")
            return nil
        }
        guard range.contains(number) else {
            report(
                section,
                key,
                "\(number) is outside \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    /// Yes or no; nil when absent.
    public mutating func flag(_ section: String, _ key: String) -> Bool? {
        guard let value = value(section, key) else { return nil }
        if value.bool == nil { report(section, key, "must be true or false") }
        return value.bool
    }

    /// A text of the form that `parse` takes; nil when absent.
    ///
    /// - Parameters:
    ///   - form: how to write it, for the problem's text: "a duration such as \"30s\"".
    ///   - parse: what it says, or why it says nothing.
    public mutating func parsed<Value>(
        _ section: String,
        _ key: String,
        _ form: String,
        _ parse: (String) throws(StatedError) -> Value?
    ) -> Value? {
        guard let text = string(section, key, form) else { return nil }
        do throws(StatedError) {
            if let value = try parse(text) { return value }
            report(section, key, "\"\(text)\" is not \(form)")
        } catch {
            report(section, key, "\"\(text)\" \(error.description); write \(form)")
        }
        return nil
    }

    /// A duration in `range`; nil when absent.
    ///
    /// - Parameter isWhole: whether it must be whole seconds.
    public mutating func duration(
        _ section: String,
        _ key: String,
        _ range: ClosedRange<Nanoseconds>,
        isWhole: Bool = false
    ) -> Nanoseconds? {
        let (least, most) = (Stated.text(range.lowerBound), Stated.text(range.upperBound))
        let unit = isWhole ? " of whole seconds" : ""
        let form = "a duration\(unit) from \"\(least)\" to \"\(most)\""
        return parsed(section, key, form) { (text) throws(StatedError) in
            let time = try Stated.duration(text, in: range)
            return isWhole && time.count % 1_000_000_000 != 0 ? nil : time
        }
    }

    /// Notes a fault of a value that was read.
    public mutating func report(_ section: String, _ key: String, _ text: String) {
        let line = lines.line(section, key) ?? lines.line(section)
        problems.append(
            SettingsProblem(file: path, line: line, text: "[\(section)] \(key): \(text)")
        )
    }

    /// Ends the reading.
    ///
    /// - Throws: every fault found and every key that nobody asked for.
    public mutating func finish() throws(SettingsError) {
        for section in root.keys.sorted() {
            guard let table = root[section]?.table else {
                let line = lines.line("", section) ?? lines.line(section)
                let isSection = known[section] != nil
                unknown(
                    line: line,
                    isSection
                        ? "\(section) is a section: [\(section)], once"
                        : "\(section): belongs into a [section]"
                )
                continue
            }
            guard let keys = known[section] else {
                let near = NearName.find(section, among: known.keys)
                let names = known.keys.sorted().map { "[\($0)]" }.joined(separator: ", ")
                unknown(
                    line: lines.line(section),
                    "[\(section)] is no section: "
                        + (near.map { "did you mean [\($0)]?" } ?? names)
                )
                continue
            }
            for key in table.keys.sorted() where !keys.contains(key) {
                report(section, key, "no such key: " + hint(key, in: section, keys))
            }
        }
        if !problems.isEmpty { throw SettingsError(problems) }
    }

    /// What `key` in `section` may have been meant for.
    private func hint(_ key: String, in section: String, _ keys: Set<String>) -> String {
        if let near = NearName.find(key, among: keys) { return "did you mean \(near)?" }
        let homes = known.filter { $0.value.contains(key) }.keys.sorted()
        if let home = homes.first { return "it belongs into [\(home)]" }
        return "this section has \(keys.sorted().joined(separator: ", "))"
    }

    private mutating func unknown(line: Int?, _ text: String) {
        problems.append(SettingsProblem(file: path, line: line, text: text))
    }

    private mutating func value(_ section: String, _ key: String) -> TOMLValue? {
        known[section, default: []].insert(key)
        return root[section]?.table?[key]?.tomlValue
    }
}

/// The lines on which a TOML text's sections and keys stand, for messages: the parser keeps them
/// to itself.
struct KeyLines {
    private var sections: [String: Int] = [:]
    private var keys: [String: Int] = [:]

    init(_ text: String) {
        var section = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.first == "[", let end = line.firstIndex(of: "]") {
                section = KeyLines.bare(line[line.index(after: line.startIndex)..<end])
                sections[section] = sections[section] ?? index + 1
            } else if line.first != "#", let equals = line.firstIndex(of: "=") {
                let name = "\(section)\n\(KeyLines.bare(line[..<equals]))"
                keys[name] = keys[name] ?? index + 1
            }
        }
    }

    func line(_ section: String) -> Int? { sections[section] }

    func line(_ section: String, _ key: String) -> Int? { keys["\(section)\n\(key)"] }

    private static func bare(_ text: Substring) -> String {
        String(text.filter { !" \t\"'\r[".contains($0) })
    }
}

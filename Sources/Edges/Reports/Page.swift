/// A page of text for a person: headings, and rows of a label and a text. Text is broken at spaces,
/// so that no line is wider than the page.
struct Page {
    /// Columns of the labels.
    private static let labels = 18
    /// Below so many columns a label stands on a line of its own.
    private static let narrow = 56

    let width: Int
    private(set) var lines: [String] = []

    /// An empty page of at least 20 columns.
    init(width: Int) { self.width = max(20, width) }

    /// The page as text.
    var text: String { lines.joined(separator: "\n") }

    /// A line of its own, without a label.
    mutating func paragraph(_ text: String, indent: Int = 0) {
        let margin = String(repeating: " ", count: indent)
        for line in broken(text, to: width - indent) { lines.append(margin + line) }
    }

    /// A heading after an empty line.
    mutating func heading(_ text: String) {
        lines.append("")
        paragraph(text)
    }

    /// A row; a label that is empty goes on with the row before.
    mutating func row(_ label: String, _ text: String, indent: Int = 2) {
        if width < Page.narrow {
            if !label.isEmpty { paragraph(label, indent: indent) }
            return paragraph(text, indent: indent + 2)
        }
        let margin = String(repeating: " ", count: indent)
        let room = Page.labels - indent
        let padding = String(repeating: " ", count: max(1, room - label.count))
        for (i, line) in broken(text, to: width - Page.labels).enumerated() {
            let head = margin + label + padding
            lines.append(i == 0 ? head + line : String(repeating: " ", count: Page.labels) + line)
        }
    }

    /// A row for each line of `text`, the first one with the label.
    mutating func rows(_ label: String, _ text: String) {
        for (i, line) in text.split(separator: "\n").enumerated() {
            row(i == 0 ? label : "", String(line))
        }
    }

    /// `text` in lines of `room` columns; a word that is longer is cut.
    private func broken(_ text: String, to room: Int) -> [String] {
        var result: [String] = []
        var line: String?
        // Spaces in a row are empty words: they stay, but for those at which a line is broken.
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = String(word)
            if let begun = line, begun.count + 1 + word.count > room {
                result.append(begun)
                line = nil
            }
            if line == nil && word.isEmpty && !result.isEmpty { continue }
            while word.count > room {
                result.append(String(word.prefix(room)))
                word = String(word.dropFirst(room))
            }
            line = line.map { $0 + " " + word } ?? word
        }
        return result + [line ?? ""]
    }
}

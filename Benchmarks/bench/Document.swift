import Foundation

/// The file `--json` writes and `--compare` reads.
struct Document: Codable {
    var header: Machine
    var rows: [Measurement]

    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    static func read(_ path: String) throws -> Document {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        do {
            return try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw Unreadable(
                description: "\(path) is no file of this bench's --json: measure the old build anew"
            )
        }
    }

    func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }

    /// The table for people.
    var text: String {
        let head =
            Document.pad("row", 24, left: true)
            + "unit       min      p50      p99    p99.9      max  allocs  hash"
        let lines = rows.map { row in
            let figures = [row.min, row.p50, row.p99, row.p999, row.max]
                .map { Document.pad(String(format: $0 < 100 ? "%.2f" : "%.0f", $0), 9) }.joined()
            let allocations = row.allocations.map { String(format: "%.2f", $0) } ?? "–"
            return Document.pad(row.name, 24, left: true) + Document.pad(row.unit, 5, left: true)
                + figures + Document.pad(allocations, 8) + "  " + row.hash
        }
        return ([header.text, "", head] + lines).joined(separator: "\n")
    }

    private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? text + space : space + text
    }
}

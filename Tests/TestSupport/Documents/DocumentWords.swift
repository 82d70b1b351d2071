import Foundation

/// The words that `docs/json.md` lists for a member that is one of several.
public enum DocumentWords {
    /// Those of the table below the heading `name`, in its order.
    public static func listed(_ name: String) throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/json.md"),
            encoding: .utf8
        )
        let parts = text.components(separatedBy: "\n### ").filter { $0.hasPrefix(name + "\n") }
        guard parts.count == 1 else {
            throw DocumentChapter.Fault(text: "\(parts.count) tables are headed \(name)")
        }
        return parts[0].components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
            .map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    }
}

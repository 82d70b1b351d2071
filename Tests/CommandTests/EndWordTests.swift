import Foundation
import Testing

@testable import sluice

/// The reasons for which a command may end without a document of its own.
@Suite("Reasons of an end", .timeLimit(.minutes(1)))
struct EndWordTests {
    @Test("docs/json.md lists each with its exit code, and no others")
    func listed() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/json.md"),
            encoding: .utf8
        )
        let part = try #require(
            text.components(separatedBy: "\n### ").first { $0.hasPrefix("Reasons of an end\n") }
        )
        let rows = part.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == CommandEnd.Reason.allCases.count)
        for reason in CommandEnd.Reason.allCases {
            let row = "| `\(reason.rawValue)` | \(reason.exitCode) | "
            #expect(rows.contains { $0.hasPrefix(row) }, "\(row)")
        }
    }
}

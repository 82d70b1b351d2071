import Foundation

/// How results are shown.
enum Tally {
    /// As one JSON document, or its failures and its text.
    static func show<Result: Encodable>(
        _ result: Result,
        _ failures: [String],
        _ text: String,
        asJSON: Bool
    ) throws {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else {
            for failure in failures { print("FAILED \(failure)") }
            print(text)
        }
    }

    /// A violation at once, so that nobody waits for the end of a long run.
    static func cry(_ seed: UInt64, _ violations: [String], _ evidence: String) {
        let text =
            "VIOLATION --seed \(seed) --runs 1: "
            + violations.joined(separator: "; ") + "\n\(evidence)\n"
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Counts, the most frequent first.
    static func list(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

internal import Foundation

/// What went wrong, a line each, in which one cause is told once, whatever it has met.
enum FaultLines {
    /// Two lines may tell the same; more are one with their count.
    private static let fewest = 3

    /// `lines`, those with one cause gathered where the first of them stands.
    static func gathered(_ lines: [String]) -> [String] {
        let parts = lines.map(FaultLine.init)
        var gathered: [String] = []
        var told: Set<String> = []
        for part in parts where !told.contains(part.cause) {
            let same = parts.filter { $0.parts.count > 1 && $0.cause == part.cause }
            if same.count < fewest {
                gathered.append(part.line)
            } else {
                told.insert(part.cause)
                gathered.append(text(same))
            }
        }
        return gathered
    }

    /// The cause, as far as all tell it alike, how often, and what it has met.
    private static func text(_ same: [FaultLine]) -> String {
        let shortest = same.map(\.parts.count).min() ?? 0
        let first = same[0].parts
        let common = (1..<shortest).last { count in
            same.allSatisfy { $0.parts.suffix(count) == first.suffix(count) }
        }
        let count = common ?? 1
        var met: [String] = []
        for line in same {
            let text = line.text(without: count)
            if !met.contains(text) { met.append(text) }
        }
        return "\(first.suffix(count).joined(separator: ": ")) (\(same.count) times): "
            + met.joined(separator: ", ")
    }
}

/// "The order connection was lost: TLS failed: certificate refused; it was away for 9 s": what it
/// met, why, and what came of it.
private struct FaultLine {
    let line: String
    /// What it met, and why, ever nearer to the cause.
    let parts: [String]
    private let rest: String

    init(_ line: String) {
        self.line = line
        let sentences = line.components(separatedBy: "; ")
        parts = sentences[0].components(separatedBy: ": ")
        rest = sentences.dropFirst().joined(separator: "; ")
    }

    /// What stands behind the last colon.
    var cause: String { parts.last ?? "" }

    /// What it says besides the last `count` parts.
    func text(without count: Int) -> String {
        parts.dropLast(count).joined(separator: ": ") + (rest.isEmpty ? "" : " (\(rest))")
    }
}

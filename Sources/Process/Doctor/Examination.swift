import Foundation

/// All findings of one run.
public struct Examination: Sendable {
    /// What was found, in the order of the checks.
    public let findings: [Finding]

    /// These findings.
    public init(_ findings: [Finding]) { self.findings = findings }

    /// Whether nothing needed has failed; advice never counts.
    public var isFine: Bool { !findings.contains { $0.verdict == .failed } }

    /// One line for each finding, and what to change below it.
    public func text() -> String {
        let width = findings.map(\.item.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let verdict = finding.verdict.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            let item = finding.item.padding(toLength: width + 2, withPad: " ", startingAt: 0)
            lines.append(verdict + item + finding.found)
            if let advice = finding.advice {
                lines.append(String(repeating: " ", count: width + 10) + "→ " + advice)
            }
        }
        let counts = [Finding.Verdict.fine, .advice, .unknown, .failed].map { verdict in
            "\(findings.count { $0.verdict == verdict }) \(verdict.rawValue)"
        }
        return (lines + ["", counts.joined(separator: ", ")]).joined(separator: "\n")
    }
}

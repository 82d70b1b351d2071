import Foundation

/// This run beside an older one, row by row.
///
/// A row's medians differ from process to process by what lies where in memory, up to 20 %, and
/// the machine has slow minutes. So a row counts as changed only when every process of the new run
/// lies on the same side of every process of the old one, and the medians of their medians differ
/// by more than `floor`. Five processes against five fall so by chance once in 126 times; the
/// floor makes it rarer. A drift that the C twins share is the machine's and taken out.
struct Comparison {
    enum Verdict: String {
        case slower, faster, same
        /// Too few processes on a side to say.
        case unsure
    }

    struct Line {
        var name: String
        var old: Double
        var new: Double
        /// New by old, without the drift.
        var ratio: Double
        /// How far the processes of one run lie apart, in the wider of the two: max by min, less 1.
        var band: Double
        var verdict: Verdict
        var isSameWork: Bool
    }

    /// Smaller changes are not told from chance.
    static let floor = 0.05
    /// Fewer processes separate by chance too often: three against three once in ten times.
    static let fewestProcesses = 4

    /// How much slower the machine is than it was: the median of the C twins' ratios.
    let drift: Double
    let lines: [Line]

    init(old: [Measurement], new: [Measurement]) {
        let pairs = new.compactMap { row in
            old.first { $0.name == row.name && $0.p50 > 0 }.map { (old: $0, new: row) }
        }
        let drift = Comparison.drift(pairs)
        self.drift = drift
        lines = pairs.map { old, new in
            // A ratio was taken turn by turn: no drift is left in it.
            Comparison.line(old, new, drift: new.unit == "ratio" ? 1 : drift)
        }
    }

    /// The rows that became slower.
    var slower: [String] { lines.filter { $0.verdict == .slower }.map(\.name) }

    var text: String {
        let head = "row                          old      new   ratio    band  verdict"
        let rows = lines.map { line in
            line.name.padding(toLength: 24, withPad: " ", startingAt: 0)
                + String(format: "%9.2f%9.2f%8.2f", line.old, line.new, line.ratio)
                + String(format: "%8.2f  ", line.band) + line.verdict.rawValue
                + (line.isSameWork ? "" : " (other work: the hashes differ)")
        }
        let speed = String(
            format: "the machine runs at %.2f of its former time (C twins); taken out",
            drift
        )
        return (["", head] + rows + [speed]).joined(separator: "\n")
    }

    private static func drift(_ pairs: [(old: Measurement, new: Measurement)]) -> Double {
        // Rows of two cores follow where the cores lie, not how fast they are.
        let twins = pairs.filter { $0.new.name.hasPrefix("twin.") && !$0.new.name.contains("ring") }
        guard twins.count >= 3 else { return 1 }
        return median(twins.map { $0.new.p50 / $0.old.p50 })
    }

    private static func line(_ old: Measurement, _ new: Measurement, drift: Double) -> Line {
        let before = old.medians
        let after = new.medians.map { $0 / drift }
        let ratio = new.p50 / old.p50 / drift
        var verdict = Verdict.same
        if min(before.count, after.count) < fewestProcesses {
            verdict = .unsure
        } else if ratio > 1 + floor, after.min()! > before.max()! {
            verdict = .slower
        } else if ratio < 1 / (1 + floor), after.max()! < before.min()! {
            verdict = .faster
        }
        return Line(
            name: new.name,
            old: old.p50,
            new: new.p50,
            ratio: ratio,
            band: max(spread(before), spread(after)),
            verdict: verdict,
            isSameWork: old.hash == new.hash
        )
    }

    private static func spread(_ medians: [Double]) -> Double {
        guard let least = medians.min(), let most = medians.max(), least > 0 else { return 0 }
        return most / least - 1
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

import Foundation

/// This run beside an older one, row by row.
///
/// The noise band of a row is how far its median lies above its minimum, in the noisier of the two
/// runs, and at least 5 %: a machine that is slow for a second moves a median that far by itself.
enum Comparison {
    static func text(old: [Measurement], new: [Measurement]) -> String {
        var lines = ["", "row                          old      new   ratio    band  verdict"]
        for row in new {
            guard let before = old.first(where: { $0.name == row.name }), before.p50 > 0 else {
                continue
            }
            let ratio = row.p50 / before.p50
            let band = max(0.05, spread(before), spread(row))
            let verdict = ratio > 1 + band ? "slower" : ratio < 1 / (1 + band) ? "faster" : "same"
            let work = row.hash == before.hash ? "" : " (other work: the hashes differ)"
            lines.append(
                row.name.padding(toLength: 24, withPad: " ", startingAt: 0)
                    + String(format: "%9.2f%9.2f%8.2f%8.2f  ", before.p50, row.p50, ratio, band)
                    + verdict + work
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func spread(_ row: Measurement) -> Double {
        row.min > 0 ? (row.p50 - row.min) / row.min : 0
    }
}

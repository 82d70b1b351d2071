import Foundation
import Units

extension InspectReport {
    /// Places of one kind that are listed for a person.
    private static let listed = 10

    /// A page for people.
    func text() -> String {
        let steps = stepsFound ? "found as the smallest that fit" : "as given"
        let seconds =
            Double((last ?? .zero).millisecondCount - (first ?? .zero).millisecondCount) / 1_000
        var lines = [
            depth.map { "\(symbol), depth \($0)" } ?? "\(symbol), trades only",
            row("tick and lot", "\(tick) and \(lot), \(steps)"),
            row("from", time(first)),
            row("to", "\(time(last)), \(seconds) s"),
        ]
        if depth != nil {
            lines += [
                row(
                    "messages",
                    "\(messages), \(String(format: "%.1f", messagesPerSecond ?? 0)) a second"
                ),
                row("levels", "\(levels)"),
                row("gaps", "\(gaps)"),
            ]
            lines += places(
                gaps,
                zip(gapPlaces, gapTimes).map { gap, at in
                    "\(gap.file):\(gap.line), \(time(at)): \(gap.after) to \(gap.before)"
                }
            )
            lines += [
                row("repeats", "\(repeats)"),
                row("resets", "\(resets)"),
                row("crossed", "\(crossed)"),
                row("unknown deletes", "\(unknownDeletes)"),
                row("overflows", "\(overflows)"),
                row("stale messages", "\(staleMessages)"),
            ]
        }
        lines.append(row("trades", "\(trades), volume \(volume)"))
        if earlierPrints > 0 {
            lines.append(
                row("earlier prints", "\(earlierPrints), each made before the one before it")
            )
            lines += places(
                earlierPrints,
                earlierPlaces.map { "\($0.file):\($0.line), \($0.madeAt) after \($0.afterOneAt)" }
            )
        }
        if unreadablePrints > 0 {
            lines.append(row("unreadable", unreadablePrints.counted("message") + " of prints"))
            lines += places(
                unreadablePrints,
                unreadablePlaces.map { "\($0.file):\($0.line): \($0.reason)" }
            )
        }
        lines.append(row("other messages", "\(otherMessages)"))
        if let spread {
            lines.append(
                row(
                    "spread",
                    "min \(spread.minimumTicks), median \(spread.medianTicks), "
                        + "p90 \(spread.p90Ticks), mean \(String(format: "%.2f", spread.meanTicks)), "
                        + "max \(spread.maximumTicks.counted("tick"))"
                )
            )
        }
        if depth != nil { lines += book }
        return lines.joined(separator: "\n")
    }

    /// The first places of `count`, a row each, and how many more there are.
    private func places(_ count: Int, _ texts: [String]) -> [String] {
        let listed = texts.prefix(InspectReport.listed).map { row("", $0) }
        let more = count - listed.count
        return listed + (more > 0 ? [row("", "and \(more) more")] : [])
    }

    private func words(_ reason: String) -> String {
        switch reason {
        case "awaitingSnapshot": "no snapshot came"
        case "gap": "a message is missing"
        case "reset": "the venue restarted its numbering"
        case "crossed": "bids met asks"
        case "unknownDelete": "a level was deleted that was not there"
        default: "its levels did not fit"
        }
    }

    private func time(_ instant: Nanoseconds?) -> String { instant?.utc(digits: 3) ?? "-" }

    private func row(_ label: String, _ text: String) -> String {
        "  " + label.padding(toLength: 16, withPad: " ", startingAt: 0) + text
    }

    /// The last book, its columns below their heads.
    private var book: [String] {
        func cell(_ levels: [Level], _ i: Int) -> String {
            i < levels.count ? "\(levels[i].quantity) @ \(levels[i].price)" : "-"
        }
        let bidCells = bids.indices.map { cell(bids, $0) }
        let width = max(4, bidCells.map(\.count).max() ?? 0) + 3
        func line(_ label: String, _ bid: String, _ ask: String) -> String {
            row(label, bid.padding(toLength: width, withPad: " ", startingAt: 0) + ask)
        }
        let stale = staleSince.map { stale in
            row(
                "STALE",
                "since \(time(staleTime)), \(stale.file):\(stale.line), \(words(stale.reason)): "
                    + "nobody may trade on the last book"
            )
        }
        return [stale].compactMap { $0 } + [line("last book", "bids", "asks")]
            + (0..<max(bids.count, asks.count)).map { line("", cell(bids, $0), cell(asks, $0)) }
    }
}

internal import Foundation
internal import Telemetry

extension ParentReport {
    /// The report for a person: one screen.
    public func text() -> String {
        var lines: [String] = []
        lines.append(
            "\(parent.algorithm.uppercased()) \(parent.side) \(parent.quantity) \(parent.symbol): "
                + "\(parent.state), filled \(parent.filled)"
                + (parent.stopReason == "none" ? "" : " (\(parent.stopReason))")
        )
        lines.append("")
        row(
            &lines,
            "schedule",
            "\(parent.scheduled) due at the end, band ±\(parent.band), "
                + "inside it \(percent(parent.insideBand)) of the time"
        )
        row(&lines, "strayed", "\(parent.maxAhead) ahead, \(parent.maxBehind) behind at most")
        row(&lines, "arrival mid", number(arrivalMid, 2))
        row(&lines, "average price", number(averagePrice, 3))
        row(
            &lines,
            "slippage",
            "\(bps(slippage.arrivalBps)) against arrival, "
                + "\(bps(slippage.intervalVWAPBps)) against interval VWAP \(number(slippage.intervalVWAP, 3))"
        )
        row(&lines, "shortfall", "\(bps(shortfall)) all in")
        row(
            &lines,
            "",
            "timing \(bps(costs.timingBps)), latency \(bps(costs.latencyBps)), "
                + "spread \(bps(costs.spreadBps)), opportunity \(bps(costs.opportunityBps)), "
                + "fees \(bps(costs.feesBps)) (\(costs.fees))"
        )
        row(&lines, "maker ratio", percent(makerRatio))
        row(
            &lines,
            "participation",
            "\(percent(participation)) of all volume, others \(slippage.othersVolume)"
        )
        row(
            &lines,
            "orders",
            "\(counts.children) children, \(counts.fills) fills, "
                + "\(counts.amends) amends, \(counts.cancels) cancels, \(counts.rejects) rejects, "
                + "\(counts.postOnlyRejects) post-only refusals, \(counts.riskRefusals) held by risk"
        )
        if !counts.refusalsByReason.isEmpty { row(&lines, "held by risk", reasons()) }
        if counts.unknown > 0 {
            row(&lines, "UNKNOWN", "\(counts.unknown) children without the venue's last word")
        }
        let position = venue.position.map { "\($0)" } ?? "not known"
        let open = venue.openOrders.map { "\($0)" } ?? "not known"
        row(&lines, "venue", "\(venue.name): position \(position), open orders \(open)")
        if let text = venue.disconnectProtection { row(&lines, "disconnect", text) }
        for (label, text) in feed?.rows() ?? [] { row(&lines, label, text) }
        for (label, text) in links.compactMap({ $0.row() }) { row(&lines, label, text) }
        if let stalls { row(&lines, "HOT THREAD", stalls.text) }
        for (label, text) in reconciliation?.rows() ?? [] { row(&lines, label, text) }
        if let text = statements?.text { row(&lines, "account", text) }
        for (label, text) in requests?.rows() ?? [] { row(&lines, label, text) }
        for (label, text) in feeRates?.rows() ?? [] { row(&lines, label, text) }
        lines.append("")
        lines.append(latencyTable())
        return lines.joined(separator: "\n")
    }

    /// Why risk held commands back, the most frequent reason first.
    private func reasons() -> String {
        counts.refusalsByReason
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    private func latencyTable() -> String {
        var lines = ["latency, ns" + pad("", 9) + "count       p50       p99     p99.9       max"]
        for stage in Stage.allCases {
            guard let row = latency[stage.name], row.count > 0 else { continue }
            let values = [row.count, row.p50, row.p99, row.p999, row.max]
            lines.append(
                "  " + stage.name.padding(toLength: 13, withPad: " ", startingAt: 0)
                    + values.map { pad("\($0)", 10) }.joined()
            )
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ lines: inout [String], _ label: String, _ value: String) {
        lines.append("  " + label.padding(toLength: 15, withPad: " ", startingAt: 0) + value)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func number(_ value: Double?, _ decimals: Int) -> String {
        value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
    }

    private func bps(_ value: Double?) -> String {
        value.map { String(format: "%+.2f bp", $0) } ?? "–"
    }

    private func percent(_ value: Double?) -> String {
        value.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
    }
}

internal import Costs
public import Engine
internal import Foundation
internal import Units

/// How far a parent has come, on one line for a person who watches.
public enum ProgressLine {
    /// The line in at most `width` columns: what matters most comes first, and what does not fit is
    /// left out.
    ///
    ///     41.2% filled, 12s of 30s, 18s left, avg 60010.089, +1.39 bp, rests 0.512 at 60008.1
    public static func text(_ now: ParentProgress, width: Int) -> String {
        var line = ""
        for part in parts(now) {
            let longer = line.isEmpty ? part : line + ", " + part
            if longer.count > max(1, width - 1) { break }
            line = longer
        }
        // A column is left free, or the cursor would stand on the next line.
        return line.isEmpty ? String((parts(now).first ?? "").prefix(max(0, width - 1))) : line
    }

    private static func parts(_ now: ParentProgress) -> [String] {
        let span = (now.endsAt - now.startsAt).count
        let elapsed = max(0, (now.at - now.startsAt).count)
        var parts = [
            "\(percent(now.filled.lots, of: now.quantity.lots)) filled",
            elapsed <= span
                ? "\(seconds(elapsed)) of \(seconds(span)), \(seconds(span - elapsed)) left"
                : "\(seconds(elapsed)) of \(seconds(span)), \(seconds(elapsed - span)) over",
        ]
        if let average = now.tick.averageText(
            now.notional.tickLots,
            over: now.filled.lots,
            more: 2
        ) {
            parts.append("avg \(average)")
        }
        if let arrival = now.arrivalHalfTicks,
            let slippage = Slippage.basisPoints(
                now.side,
                notional: now.notional,
                quantity: now.filled,
                benchmarkNotional: Notional(tickLots: Int128(arrival)),
                benchmarkQuantity: Quantity(lots: 2)
            )
        {
            parts.append(String(format: "%+.2f bp", slippage))
        }
        if let price = now.restingPrice {
            parts.append(
                "rests \(now.lot.text(now.restingLeaves.lots)) at \(now.tick.text(price.ticks))"
            )
        }
        parts.append("due \(percent(now.target.lots, of: now.quantity.lots))")
        parts.append(now.children.counted("order"))
        return parts
    }

    private static func percent(_ part: Int64, of whole: Int64) -> String {
        String(format: "%.1f%%", whole > 0 ? Double(part) / Double(whole) * 100 : 0)
    }

    /// Whole seconds, from a minute on "1m05s", from an hour on "1h02m".
    private static func seconds(_ nanoseconds: Int64) -> String {
        let whole = nanoseconds / 1_000_000_000
        if whole < 60 { return "\(whole)s" }
        if whole < 3_600 { return String(format: "%dm%02ds", Int(whole / 60), Int(whole % 60)) }
        return String(format: "%dh%02dm", Int(whole / 3_600), Int(whole / 60 % 60))
    }
}

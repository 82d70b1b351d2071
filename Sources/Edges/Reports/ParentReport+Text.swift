internal import Foundation
internal import Telemetry
internal import Units

extension ParentReport {
    /// The report for a person: the result, what it cost, the market, the orders, and then what is
    /// for those who look after the machine. No line is wider than `width` columns.
    public func text(width: Int = 80) -> String {
        var page = Page(width: width)
        page.paragraph(
            "\(parent.algorithm.uppercased()) \(parent.side) \(quantity(parent.quantity)) of "
                + "\(instrument.symbol) (\(instrument.category)): \(parent.state), "
                + "filled \(quantity(parent.filled))"
                + (parent.stopReason == "none" ? "" : " (\(parent.stopReason))")
        )
        writeResult(&page)
        writeCosts(&page)
        writeMarket(&page)
        writeOrders(&page)
        writeTechnical(&page)
        return page.text
    }

    /// The gist on one line, for where the report cannot be printed.
    public var summary: String {
        "\(parent.side) \(quantity(parent.quantity)) of \(instrument.symbol): \(parent.state), "
            + "filled \(quantity(parent.filled))"
            + (averagePrice == nil ? "; " : " at \(average(averagePrice)) on average; ")
            + positionText + "; " + openText
    }

    // MARK: Result

    private func writeResult(_ page: inout Page) {
        page.heading("Result")
        page.row("session", "\(session), build \(build)")
        page.row("started", parent.starts.utc(digits: 3, isForPeople: true))
        page.row(
            "due",
            parent.ends.utc(digits: 3, isForPeople: true)
                + ", after \(seconds(parent.durationNs))" + graceText
        )
        if parent.finishedAt != nil {
            let lasted = (parent.finished - parent.starts).count
            page.row(
                "finished",
                parent.finished.utc(digits: 3, isForPeople: true) + ", after \(seconds(lasted))"
            )
        }
        let share = parent.quantity == 0 ? nil : ratio(parent.filled, parent.quantity)
        if parent.asked != parent.quantity {
            page.row(
                "asked",
                "\(quantity(parent.asked)), of which \(quantity(parent.quantity)) was worked"
            )
        }
        page.row(
            "filled",
            "\(quantity(parent.filled)) of \(quantity(parent.quantity)) (\(percent(share))), worth "
                + "\(notional.text(2)) \(instrument.quoteCoin)"
        )
        if averagePrice != nil { page.row("average price", average(averagePrice)) }
        if let bestPrice, let worstPrice {
            page.row("best and worst", "\(price(bestPrice)), \(price(worstPrice))")
        }
        page.row("limit", parent.limit.map(price) ?? "none")
        if parent.reduceOnly { page.row("reduce only", "yes: only towards flat") }
        if let rate = parent.povRate { page.row("rate", "\(percent(rate)) of all volume") }
        // A fault that is the end's reason is told once.
        if let reason = parent.endReason, fault?.contains(reason) != true {
            page.rows("ended", reason)
        }
        for warning in warnings { page.row("warning", warning) }
        if let fault { page.rows("FAULT", fault) }
    }

    private var graceText: String {
        guard let grace = parent.graceNs, let used = parent.graceUsedNs else { return "" }
        return "; grace \(seconds(grace)), " + (used > 0 ? "used \(seconds(used))" : "none used")
    }

    // MARK: Cost

    private func writeCosts(_ page: inout Page) {
        page.heading("Cost (positive is a cost, negative a gain)")
        let spread = arrivalSpread.map { ", spread \($0.text(instrument.priceDecimals))" } ?? ""
        let wide = arrivalSpread.flatMap { spread in
            arrivalMid.flatMap { mid in mid == 0 ? nil : bare(ratio(spread, mid) * 1e4) }
        }
        page.row(
            "arrival mid",
            mid(arrivalMid) + spread + (wide.map { " (\($0) bp)" } ?? "")
        )
        if slippage.arrivalBps == nil && slippage.intervalVWAPBps == nil {
            page.row("slippage", averagePrice == nil ? "none: nothing was filled" : "not known")
        }
        if slippage.arrivalBps != nil {
            page.row("slippage", "\(bps(slippage.arrivalBps)) against the arrival mid")
        }
        if slippage.intervalVWAPBps != nil {
            page.row(
                slippage.arrivalBps == nil ? "slippage" : "",
                "\(bps(slippage.intervalVWAPBps)) against the others' average price "
                    + "\(average(slippage.intervalVWAP))"
            )
        }
        page.row("shortfall", "\(bps(costs.totalBps)), \(money(costs.total)), \(completeness)")
        let parts: [(String, Double?, Decimal?, String)] = [
            ("timing", costs.timingBps, costs.timing, "while children waited to be sent"),
            (
                "taker latency", costs.takerLatencyBps, costs.takerLatency,
                "while takers were under way"
            ),
            ("maker drift", costs.makerDriftBps, costs.makerDrift, "while makers rested"),
            ("spread", costs.spreadBps, costs.spread, "paid to cross, or earned at rest"),
            ("opportunity", costs.opportunityBps, costs.opportunity, "on what was not filled"),
            ("fees", costs.feesBps, costs.fees, feeText),
        ]
        for (label, share, amount, words) in parts {
            let figures = pad(bps(share), 11) + "  " + pad(money(amount), 20)
            page.row(label, figures + "  " + words, indent: 4)
        }
    }

    /// "all in", or what is not in it.
    var completeness: String {
        if costs.isAllIn { return "all in" }
        var missing = costs.thirdCoinFees.filter { $0.amount != 0 }.map { "\($0.text) of fees" }
        if costs.untoldFees > 0 {
            missing.append("the fees of " + costs.untoldFees.counted("fill"))
        }
        return "without " + missing.joined(separator: " and ")
    }

    private var feeText: String {
        var text =
            "maker \(costs.makerFees.words(of: instrument.quoteCoin)), taker "
            + "\(costs.takerFees.words(of: instrument.quoteCoin)) \(instrument.quoteCoin)"
        if costs.baseFees != 0 {
            text +=
                ", of it paid in \(instrument.baseCoin): "
                + costs.baseFees.words(of: instrument.baseCoin)
        }
        for fee in costs.thirdCoinFees { text += "; and \(fee.text), not in the sum" }
        return text
    }

    // MARK: Market

    private func writeMarket(_ page: inout Page) {
        page.heading("Market")
        page.row(
            "others traded",
            slippage.intervalVWAP == nil
                ? "nothing"
                : "\(quantity(slippage.othersVolume)) at \(average(slippage.intervalVWAP)) on average"
        )
        if participation != nil {
            page.row("participation", "\(percent(participation)) of all volume was ours")
        }
        if slippage.unseenPrints > 0 {
            page.row(
                "own prints",
                slippage.unseenPrints.counted("fill") + " had not been printed when it ended"
            )
        }
    }

    // MARK: Orders

    private func writeOrders(_ page: inout Page) {
        page.heading("Orders")
        page.row(
            "orders",
            [
                counts.children.counted("child", "children"), counts.fills.counted("fill"),
                counts.amends.counted("amend"), counts.cancels.counted("cancel"),
                counts.rejects.counted("reject"),
                counts.postOnlyRejects.counted("post-only refusal"),
            ].joined(separator: ", ")
        )
        if let makerRatio {
            page.row("filled at rest", "\(percent(makerRatio)), the rest by crossing")
        }
        if counts.futile > 0 {
            let text = counts.futile.counted("child", "children")
            page.row("in vain", "\(text) met a book that had moved")
        }
        if !counts.refusalsByReason.isEmpty { page.row("held by risk", reasons()) }
        if counts.unsent > 0 {
            page.row("never left", counts.unsent.counted("child", "children"))
        }
        if counts.rateWaits > 0 {
            page.row("held by rate", "\(counts.rateWaits) waited for the request rate" + rateText)
        }
        if counts.unknown > 0 {
            page.row(
                "UNKNOWN",
                counts.unknown.counted("child", "children") + " without the venue's last word"
            )
        }
        page.row("at the venue", "\(venue.name): \(positionText)")
        page.row("", openText)
        if let faults = venue.faults {
            page.row("FAULTS", "made by the venue, \(faults): what went wrong was meant to")
        }
    }

    /// The rate that new orders were kept to.
    private var rateText: String {
        requests.map { ", \($0.place.perSecond) new orders a second" } ?? ""
    }

    private var positionText: String {
        if instrument.category == ProductCategory.spot.name { return walletText }
        guard let position = venue.position else { return "position not known" }
        if let legs = legs(venue.longPosition, venue.shortPosition) {
            return "positions " + legs
                + before(self.legs(venue.longPositionBefore, venue.shortPositionBefore))
        }
        return "position \(quantity(position))" + before(venue.positionBefore.map { quantity($0) })
    }

    /// Hedge mode has two positions; nil where either is not known.
    private func legs(_ long: Decimal?, _ short: Decimal?) -> String? {
        guard let long, let short else { return nil }
        return "\(quantity(long)) long and \(quantity(short)) short"
    }

    private func before(_ text: String?) -> String { text.map { " (before: \($0))" } ?? "" }

    /// Spot has no position: what was traded, and what became of the coin.
    private var walletText: String {
        guard let traded = venue.traded else { return "what was traded is not known" }
        var text =
            (traded < 0 || traded == 0 && parent.side == "sell" ? "sold " : "bought ")
            + quantity(abs(traded))
        guard let moved = venue.baseMoved else { return text + "; the wallet is not known" }
        let coin = instrument.baseCoin
        text += "; the wallet moved by \(moved > 0 ? "+" : "")\(moved.words(of: coin)) \(coin)"
        let fees = costs.baseFees.words(of: coin)
        if costs.baseFees != 0 { text += ", after fees of \(fees) \(coin)" }
        return text
    }

    private var openText: String {
        let others = venue.othersOpenOrders.map(String.init) ?? "not known"
        return "our open orders \(venue.openOrders.map(String.init) ?? "not known"); "
            + "others in \(instrument.symbol) \(others)"
    }

    /// Why risk held wishes back, the most frequent reason first.
    private func reasons() -> String {
        counts.refusalsByReason
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    // MARK: Technical

    private func writeTechnical(_ page: inout Page) {
        page.heading("Technical")
        page.row(
            "schedule",
            "\(quantity(parent.scheduled)) due at the end, band ±\(quantity(parent.band))"
                + (parent.insideBand.map { ", inside it \(percent($0)) of the time" } ?? "")
        )
        page.row(
            "strayed",
            "\(quantity(parent.maxAhead)) ahead, \(quantity(parent.maxBehind)) behind at most"
        )
        if let text = venue.disconnectProtection { page.row("disconnect", text) }
        for (label, text) in feed?.rows() ?? [] { page.row(label, text) }
        for (label, text) in links.compactMap({ $0.row() }) { page.row(label, text) }
        if let stalls { page.row("HOT THREAD", stalls.text) }
        for (label, text) in reconciliation?.rows() ?? [] { page.row(label, text) }
        if let text = statements?.text { page.row("account", text) }
        for (label, text) in requests?.rows() ?? [] { page.row(label, text) }
        for (label, text) in feeRates?.rows() ?? [] { page.row(label, text) }
        writeLatency(&page)
    }

    private func writeLatency(_ page: inout Page) {
        let isWide = page.width >= 65
        page.heading("Latency, ns" + (isWide ? pad("", 9) + LatencySection.columns : ""))
        for stage in Stage.allCases {
            guard let row = latency[stage.name], row.count > 0 else { continue }
            let values = [row.count, row.p50, row.p99, row.p999, row.max]
            if isWide {
                page.paragraph(
                    "  " + stage.name.padding(toLength: 13, withPad: " ", startingAt: 0)
                        + values.map { pad("\($0)", 10) }.joined()
                )
            } else {
                page.row(
                    stage.name,
                    "\(row.count.counted("time")), p50 \(row.p50), p99 \(row.p99), p99.9 \(row.p999), "
                        + "max \(row.max)"
                )
            }
        }
    }

    // MARK: Numbers

    /// In the instrument's own decimals, with the coin.
    private func price(_ value: Decimal) -> String {
        "\(value.text(instrument.priceDecimals)) \(instrument.quoteCoin)"
    }

    /// A price between two ticks: one decimal more.
    private func mid(_ value: Decimal?) -> String {
        value.map { "\($0.text(instrument.priceDecimals + 1)) \(instrument.quoteCoin)" } ?? "–"
    }

    /// An average: two decimals more.
    private func average(_ value: Decimal?) -> String {
        value.map { "\($0.text(instrument.priceDecimals + 2)) \(instrument.quoteCoin)" } ?? "–"
    }

    private func quantity(_ value: Decimal) -> String {
        "\(value.text(instrument.quantityDecimals)) \(instrument.baseCoin)"
    }

    /// In the coin's usual decimals; whole cents where the largest part is of a hundred or more.
    private func money(_ value: Decimal?) -> String {
        guard let value else { return "–" }
        let parts = [
            costs.total, costs.timing, costs.takerLatency, costs.makerDrift, costs.spread,
            costs.opportunity, costs.fees,
        ]
        let size = parts.compactMap { $0.map { abs($0) } }.max() ?? abs(value)
        let usual = CoinPlaces.usual(instrument.quoteCoin)
        let decimals = usual < 8 && size >= 100 ? 2 : usual
        return "\(value.signedText(value.places(from: decimals))) \(instrument.quoteCoin)"
    }

    private func ratio(_ a: Decimal, _ b: Decimal) -> Double {
        NSDecimalNumber(decimal: a / b).doubleValue
    }

    private func bare(_ value: Double) -> String { String(format: "%.2f", value) }

    private func bps(_ value: Double?) -> String {
        value.map { String(format: "%+.2f bp", $0) } ?? "–"
    }

    private func percent(_ share: Double?) -> String {
        share.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
    }

    private func seconds(_ nanoseconds: Int64) -> String {
        String(format: "%.1fs", Double(nanoseconds) / 1e9)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension LatencySection {
    /// The heads of a table's columns.
    fileprivate static let columns = "count       p50       p99     p99.9       max"
}

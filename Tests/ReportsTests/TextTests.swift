import Foundation
import Orders
import Reports
import Testing
import Units

/// What a person reads.
@Suite("The report as a page", .timeLimit(.minutes(1)))
struct TextTests {
    @Test("no line is wider than the page", arguments: [30, 40, 56, 64, 65, 80, 200])
    func width(_ width: Int) {
        var sample = SampleReport()
        sample.fills.append((600_120, 1, false, 12_000_000, .other))
        let lines = sample.report.text(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width }, "\(lines.max { $0.count < $1.count }!)")
        #expect(lines.contains { $0.hasPrefix("Technical") })
    }

    @Test("prices are in the instrument's own decimals, mids one more, averages two more")
    func decimals() {
        let text = SampleReport().report.text()
        #expect(text.contains("average price   60011.800 USDT"), "\(text)")
        #expect(text.contains("best and worst  60010.0 USDT, 60013.0 USDT"))
        #expect(text.contains("arrival mid     60010.25 USDT, spread 0.1"))
        #expect(
            text.contains("filled          0.500 BTC of 0.500 BTC (100.0 %), worth 30005.90 USDT")
        )
    }

    @Test("a coin with ticks of 10⁻¹⁰ is not shown as nothing")
    func cheap() {
        var sample = SampleReport()
        sample.instrument.tick = DecimalScale(multiplier: 1, decimals: 10)
        sample.instrument.lot = DecimalScale(multiplier: 1, decimals: 0)
        sample.arrivalHalfTicks = 24_001
        sample.fills = [(12_001, 30_000_000, false, 1_000, .quote)]
        sample.quantity = Quantity(lots: 30_000_000)
        sample.others = (3, 36_005)
        let report = sample.report
        let text = report.text()
        #expect(
            text.contains("arrival mid     0.00000120005 USDT, spread 0.0000000001"),
            "\(text)"
        )
        #expect(text.contains("average price   0.000001200100 USDT"))
        #expect(text.contains("0.000001200167 USDT"))
        #expect(report.notional == Decimal(string: "36.003"))
        #expect(report.summary.contains("at 0.000001200100 USDT on average"))
    }

    @Test("a fee in a third coin is named, and nothing is all in without it")
    func thirdCoin() {
        var sample = SampleReport()
        #expect(sample.report.text().contains("USDT, all in"))
        sample.fills[1].fee = 12_000_000
        sample.fills[1].coin = .other
        let report = sample.report
        #expect(report.text().contains(", without 0.012 MNT of fees"), "\(report.text())")
        #expect(!report.text().contains("all in") && !report.costs.isAllIn)
        #expect(report.costs.thirdCoinFees.map(\.coin) == ["MNT"])
        #expect(report.fills[1].feeCoin == "MNT" && report.fills[1].fee == Decimal(string: "0.012"))
        sample.thirdCoin = .none
        #expect(sample.report.text(width: 200).contains("0.012 of a coin without a name of fees"))
        sample.fills[1].coin = .untold
        #expect(sample.report.text().contains("without the fees of 1 fill"))
    }

    @Test("ours and others' open orders stand apart")
    func openOrders() {
        let report = SampleReport().report
        #expect(report.text().contains("our open orders 0; others in BTCUSDT 1"))
        #expect(report.summary.hasSuffix("our open orders 0; others in BTCUSDT 1"))
    }

    @Test("the times are told, and how much of the grace was used")
    func times() {
        let text = SampleReport().report.text()
        #expect(text.contains("started         2026-11-30 00:53:20.000 UTC"), "\(text)")
        #expect(text.contains("after 30.0s; grace 10.0s, used"), "\(text)")
        #expect(text.contains("finished        2026-11-30 00:53:54.200 UTC, after 34.2s"))
    }

    @Test("a parent that was stopped used no grace, however long its end took")
    func noGrace() {
        let sample = SampleReport()
        var facts = sample.facts
        #expect(sample.report(facts).parent.graceUsedNs == 4_200_000_000)
        facts.stoppedAt = facts.order.endsAt - .seconds(1)
        var report = sample.report(facts)
        #expect(report.parent.graceUsedNs == 0)
        #expect(report.text(width: 200).contains("grace 10.0s, none used"), "\(report.text())")
        facts.stoppedAt = facts.order.endsAt + .milliseconds(1_500)
        report = sample.report(facts)
        #expect(report.text(width: 200).contains("grace 10.0s, used 1.5s"), "\(report.text())")
    }

    @Test("in hedge mode each position is told, in words and as data")
    func hedged() throws {
        let sample = SampleReport()
        var report = sample.report
        report.venue = VenueSection(
            name: "loopback",
            position: .hedged(long: Quantity(lots: 310), short: Quantity(lots: -90)),
            positionBefore: .hedged(long: Quantity(lots: 400), short: Quantity(lots: -90)),
            openOrders: 0,
            instrument: sample.instrument
        )
        let words =
            "positions 0.310 BTC long and -0.090 BTC short "
            + "(before: 0.400 BTC long and -0.090 BTC short)"
        let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(words) && report.summary.contains(words), "\(report.text())")
        let json = try JSONSerialization.jsonObject(with: report.json()) as? [String: Any]
        let venue = try #require(json?["venue"] as? [String: Any])
        let expected = [
            ("position", "0.22"), ("longPosition", "0.31"), ("shortPosition", "-0.09"),
            ("longPositionBefore", "0.4"), ("shortPositionBefore", "-0.09"),
        ]
        for (name, text) in expected {
            let told = (venue[name] as? String).flatMap { Decimal(string: $0) }
            #expect(told == Decimal(string: text), "\(name)")
        }
        #expect(sample.report.venue.longPosition == nil)
    }

    @Test("in spot a trader reads what was traded and what became of the coin, and no position")
    func spot() {
        var sample = SampleReport()
        sample.instrument.category = .spot
        sample.fills[1].coin = .base
        sample.fills[1].fee = 500_000
        let report = sample.report
        #expect(report.venue.position == nil && report.venue.positionBefore == nil)
        #expect(report.venue.traded == Decimal(string: "0.5"))
        let text = report.text(width: 200)
        #expect(!text.contains(": position"), "\(text)")
        #expect(
            text.contains(
                "loopback: bought 0.500 BTC; the wallet moved by +0.5 BTC, after fees of 0.0005 BTC"
            ),
            "\(text)"
        )
        #expect(report.summary.contains("; bought 0.500 BTC; the wallet moved by +0.5 BTC"))
        #expect(SampleReport().report.venue.traded == nil)
    }

    @Test("money is told in its coin's decimals, and never as nothing where there is some")
    func money() {
        var sample = SampleReport()
        sample.fills[0].fee = 2_400_412_345
        sample.fills[1].fee = 21
        let report = sample.report
        let text = report.text(width: 200)
        #expect(text.contains("maker 2.4004, taker 0.00000002 USDT"), "\(text)")
        #expect(report.costs.takerFees == Decimal(string: "0.000000021"))
        sample.fills[0].fee = 0
        #expect(sample.report.text(width: 200).contains("fees"), "\(text)")
        #expect(sample.report.text(width: 200).contains("+0.00000002 USDT"))
    }

    @Test("one is told in the singular")
    func singular() {
        var sample = SampleReport()
        sample.fills.removeLast()
        var report = sample.report
        report.counts.amends = 1
        report.counts.unknown = 1
        let text = report.text(width: 200)
        #expect(text.contains("1 child, 1 fill, 1 amend, 1 cancel, 0 rejects"), "\(text)")
        #expect(
            text.firstMatch(of: /\b1 (orders|fills|times|children|positions|questions)\b/) == nil
        )
        #expect(!text.contains("Units.") && !text.contains("Optional("))
    }

    @Test("a venue that makes faults is named as one")
    func faults() {
        var report = SampleReport().report
        #expect(!report.text().contains("FAULTS"))
        report.venue.faults = "drawn by seed 7"
        #expect(report.text(width: 200).contains("made by the venue, drawn by seed 7"))
    }

    @Test("what was asked is told where less was worked, and why the parent ended, once")
    func end() {
        var sample = SampleReport()
        var report = sample.report
        #expect(!report.text().contains("  asked "))
        #expect(report.text().contains("  ended           its time was up"), "\(report.text())")
        sample.asked = Quantity(lots: 900)
        report = sample.report
        #expect(report.parent.asked == Decimal(string: "0.9"))
        #expect(report.text().contains("asked           0.900 BTC, of which 0.500 BTC was worked"))
        report.fault = report.parent.endReason
        #expect(!report.text().contains("  ended "))
        report.fault = nil
        report.parent.endReason = nil
        #expect(!report.text().contains("  ended "))
    }

    @Test("a fault of several is told a line each, the first one labelled")
    func severalFaults() {
        var report = SampleReport().report
        report.fault = "the first\nthe second"
        #expect(
            report.text().contains("  FAULT           the first\n                  the second"),
            "\(report.text())"
        )
    }

    @Test("without a fill nothing is told that only fills have")
    func nothing() {
        var sample = SampleReport()
        sample.fills = []
        sample.others = (0, 0)
        let report = sample.report
        for width in [40, 80] {
            let text = report.text(width: width)
            #expect(!text.contains("–") && !text.contains("filled at rest"), "\(text)")
        }
        #expect(report.text().contains("slippage        none: nothing was filled"))
        #expect(report.text().contains("others traded   nothing"))
        #expect(report.summary.contains("filled 0.000 BTC; "), "\(report.summary)")
    }

    @Test("amounts of a coin have eight decimals at most, and never read as zero")
    func smallest() {
        var sample = SampleReport()
        for (billionths, text) in [(4, "<0.00000001"), (5, "0.00000001"), (1_234, "0.00000123")] {
            sample.fills = [(600_100, 500, false, Int64(billionths), .base)]
            let said = sample.report.text(width: 200)
            #expect(said.contains("of it paid in BTC: \(text)\n"), "\(said)")
        }
    }

    @Test("the gist is one line: what was filled, at what average, what is held and what is open")
    func summary() {
        let summary = SampleReport().report.summary
        #expect(
            summary == "buy 0.500 BTC of BTCUSDT: completed, filled 0.500 BTC at 60011.800 USDT on "
                + "average; position 0.500 BTC (before: 0.000 BTC); our open orders 0; others in "
                + "BTCUSDT 1"
        )
    }
}

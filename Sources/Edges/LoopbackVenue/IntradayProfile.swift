internal import Units

/// How much trades in each minute of a day, and where: deterministic, so that every run plans
/// alike.
///
/// Volume = daily turnover × share of the hour ÷ 60 × a jitter of ±20 % that the minute decides.
/// The shares are those of a BTC perpetual's minute bars over January 2022, UTC.
struct IntradayProfile {
    /// One bar, in ticks and lots.
    struct Bar {
        var open: Int64
        var high: Int64
        var low: Int64
        var close: Int64
        var lots: Int64
    }

    /// Share of a day's volume by hour, in tenths of a percent; they sum to 1,000 within rounding.
    private static let hourShares: [Int64] = [
        38, 27, 26, 34, 29, 23, 21, 25, 38, 32, 37, 36,
        41, 50, 71, 65, 58, 53, 53, 58, 57, 48, 41, 39,
    ]
    /// What trades in a day, in the quote coin: a liquid perpetual's order of size.
    private static let dailyTurnover = 1.7e9

    private let referenceTicks: Int64
    private let dailyLots: Double

    /// The profile of a market that trades around `referenceTicks`.
    init(referenceTicks: Int64, _ instrument: Instrument) {
        self.referenceTicks = max(1, referenceTicks)
        let lotValue = Double(self.referenceTicks) * instrument.tick.step * instrument.lot.step
        dailyLots = IntradayProfile.dailyTurnover / lotValue
    }

    /// The bar of `minutes` from `startMinute` after the epoch.
    func bar(startMinute: Int64, minutes: Int64) -> Bar {
        var bar = Bar(
            open: price(startMinute),
            high: price(startMinute),
            low: price(startMinute),
            close: price(startMinute + minutes),
            lots: 0
        )
        for minute in startMinute..<startMinute + minutes {
            bar.lots += lots(minute)
            bar.high = max(bar.high, price(minute + 1))
            bar.low = min(bar.low, price(minute + 1))
        }
        return bar
    }

    private func lots(_ minute: Int64) -> Int64 {
        let share = Double(IntradayProfile.hourShares[Int(minute / 60 % 24)])
        let total = Double(IntradayProfile.hourShares.reduce(0, +))
        let jitter = 0.8 + 0.4 * uniform(minute)
        return Int64(dailyLots * share / total / 60 * jitter)
    }

    /// The price at a minute's start: within four basis points of the book's.
    private func price(_ minute: Int64) -> Int64 {
        let offset = (uniform(minute &* 31) - 0.5) * 8e-4
        return max(1, referenceTicks + Int64(Double(referenceTicks) * offset))
    }

    private func uniform(_ minute: Int64) -> Double {
        var generator = SplitMix64(seed: UInt64(bitPattern: minute))
        return generator.uniform()
    }
}

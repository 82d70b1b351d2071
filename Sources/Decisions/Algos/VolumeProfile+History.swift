public import Units

/// The volume of one past bar.
public struct VolumeBar: Hashable, Sendable {
    /// When it opened.
    public var start: Nanoseconds
    /// What traded in it, in any one unit.
    public var volume: Double

    /// A bar.
    public init(start: Nanoseconds, volume: Double) {
        self.start = start
        self.volume = volume
    }
}

extension VolumeProfile {
    private static let day = Int64(86_400_000_000_000)

    /// The profile over [start, end] that past bars of `width` suggest.
    ///
    /// Each day's bars are first divided by that day's volume and then averaged, so that one wild
    /// day does not dominate; later days weigh more, with a half-life of ten days. Times of day
    /// without a bar count as the mean. Model arithmetic in `Double`; the knots are integers and
    /// the last is exactly one.
    ///
    /// - Returns: nil without bars, when a volume is no number or negative, or when `width` is less
    ///   than a second or does not divide a day.
    /// - SeeAlso: Białkowski, Darolles, Le Fol, "Improving VWAP strategies", 2008, for the common
    ///   intraday component.
    public init?(
        bars: [VolumeBar],
        width: Nanoseconds,
        from start: Nanoseconds,
        to end: Nanoseconds
    ) {
        let day = VolumeProfile.day
        guard width >= .seconds(1), day % width.count == 0, end > start, !bars.isEmpty,
            bars.allSatisfy({ (0...1e30).contains($0.volume) && $0.start >= .zero })
        else { return nil }
        let shares = VolumeProfile.dayShares(bars, width)
        var points = [Knot(time: start, shareE9: 0)]
        var cumulative = [0.0]
        var at = start.count
        while at < end.count {
            let next = min(end.count, (at / width.count + 1) * width.count)
            let slot = Int((at % day) / width.count)
            let part = Double(next - at) / Double(width.count)
            cumulative.append(cumulative[cumulative.count - 1] + shares[slot] * part)
            points.append(Knot(time: Nanoseconds(next), shareE9: 0))
            at = next
        }
        let total = cumulative[cumulative.count - 1]
        for i in 1..<points.count {
            let share = total > 0 ? cumulative[i] / total : Double(i) / Double(points.count - 1)
            points[i].shareE9 = Int64((share * 1e9).rounded())
        }
        points[points.count - 1].shareE9 = 1_000_000_000
        self.init(points)
    }

    /// The share of a day's volume that falls in each bar of the day.
    package static func dayShares(_ bars: [VolumeBar], _ width: Nanoseconds) -> [Double] {
        let slots = Int(day / width.count)
        var days: [Int64: [VolumeBar]] = [:]
        for bar in bars { days[bar.start.count / day, default: []].append(bar) }
        let latest = days.keys.max() ?? 0
        var sum = [Double](repeating: 0, count: slots)
        var weights = [Double](repeating: 0, count: slots)
        for (date, bars) in days.sorted(by: { $0.key < $1.key }) {
            // A partial day's share is scaled to the bars it has, so it says only what it saw.
            let volume = bars.reduce(0) { $0 + $1.volume }
            guard volume > 0 else { continue }
            let weight = DecayingWeight.halfLifeTenDays(age: latest - date)
            let coverage = min(1, Double(bars.count) / Double(slots))
            for bar in bars {
                let slot = Int((bar.start.count % day) / width.count)
                sum[slot] += weight * bar.volume / volume * coverage
                weights[slot] += weight
            }
        }
        let known = (0..<slots).filter { weights[$0] > 0 }
        guard !known.isEmpty else { return [Double](repeating: 1 / Double(slots), count: slots) }
        let mean = known.reduce(0) { $0 + sum[$1] / weights[$1] } / Double(known.count)
        return (0..<slots).map { weights[$0] > 0 ? sum[$0] / weights[$0] : mean }
    }
}

private enum DecayingWeight {
    static func halfLifeTenDays(age: Int64) -> Double {
        var weight = 1.0
        for _ in 0..<min(age, 1000) { weight *= 0.933_032_991_536_807_4 }  // 2^(−1/10)
        return weight
    }
}

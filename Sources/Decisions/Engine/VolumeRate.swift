internal import Units

/// How fast others trade: an exponentially decaying sum with a time constant of ten seconds.
///
/// A model, so in `Double`; it only widens or narrows a band.
struct VolumeRate: BitwiseCopyable {
    private static let constantSeconds = 10.0
    /// The same: what is older is forgotten for the most part.
    static var memory: Nanoseconds { .seconds(10) }
    private var sum = 0.0
    private var at = Nanoseconds.zero

    mutating func add(_ lots: Int64, now: Nanoseconds) {
        sum = sum * factor(since: at, now) + Double(lots)
        at = now
    }

    /// Takes out what was added at `added` and has turned out to be ours.
    mutating func remove(_ lots: Int64, added: Nanoseconds, now: Nanoseconds) {
        let left = Double(lots) * factor(since: added, now)
        sum = max(0, sum * factor(since: at, now) - left)
        at = now
    }

    /// The rate, without `doubt` lots of late that may be ours.
    func lotsPerSecond(_ now: Nanoseconds, without doubt: Int64) -> Double {
        if sum == 0 { return 0 }
        let sure = max(0, sum * factor(since: at, now) - Double(doubt))
        return sure / VolumeRate.constantSeconds
    }

    private func factor(since: Nanoseconds, _ now: Nanoseconds) -> Double {
        // (1 + x/16)^−16 stands in for e^−x: no library call on the hot thread, same on every
        // machine.
        let x = max(0, (now - since).inSeconds) / VolumeRate.constantSeconds / 16
        var factor = 1 / (1 + x)
        factor *= factor
        factor *= factor
        factor *= factor
        factor *= factor
        return factor
    }
}

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
        sum = decayed(now) + Double(lots)
        at = now
    }

    func lotsPerSecond(_ now: Nanoseconds) -> Double { decayed(now) / VolumeRate.constantSeconds }

    private func decayed(_ now: Nanoseconds) -> Double {
        if sum == 0 { return 0 }
        // (1 + x/16)^−16 stands in for e^−x: no library call on the hot thread, same on every
        // machine.
        let x = max(0, (now - at).inSeconds) / VolumeRate.constantSeconds / 16
        var factor = 1 / (1 + x)
        factor *= factor
        factor *= factor
        factor *= factor
        factor *= factor
        return sum * factor
    }
}

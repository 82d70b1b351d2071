public import Engine
internal import Journal
internal import Risk
public import Units

/// An engine's configuration and the time it was made at, as a session's record keeps them.
public struct EngineOrigin: Sendable {
    private static let version: UInt32 = 1

    /// How the engine was configured.
    public var configuration: EngineConfiguration
    /// The `now` of its `init`.
    public var madeAt: Nanoseconds

    /// An engine made with `configuration` at `now`.
    public init(_ configuration: EngineConfiguration, madeAt now: Nanoseconds) {
        self.configuration = configuration
        madeAt = now
    }

    /// The sizes, in the order in which they are kept. New ones come at the end.
    private static var sizes: [WritableKeyPath<EngineConfiguration, Int>] {
        [\.parents, \.children, \.executions, \.bookWindow, \.refusalsInARow]
    }

    /// The limits and times, in the order in which they are kept. New ones come at the end.
    private static var values: [WritableKeyPath<EngineConfiguration, Int64>] {
        [
            \.limits.maxChild.lots, \.limits.maxChildNotional.billionths,
            \.limits.maxParent.lots, \.limits.maxParentNotional.billionths,
            \.limits.priceBandBps, \.limits.markBandBps, \.limits.maxBookAge.count,
            \.limits.maxPrivateAge.count, \.limits.maxClockError.count,
            \.limits.maxPosition.lots, \.limits.maxGrossExposure.billionths,
            \.limits.maxLeveragePercent, \.limits.minLiquidationDistanceBps,
            \.limits.maxDailyLoss.billionths, \.limits.maxMessagesPerFill,
            \.limits.freeMessages, \.limits.requestsPerSecond,
            \.answerTimeout.count, \.stopTimeout.count, \.refusalPause.count,
            \.slowDownPause.count, \.instrumentPause.count,
            \.linkPatience.count,
            \.limits.venueRates.linear, \.limits.venueRates.spot,
            \.limits.venueRates.spotAmends, \.limits.venueRates.linearBatches,
            \.limits.venueRates.spotBatches, \.limits.venueRates.linearBatch,
            \.limits.venueRates.spotBatch, \.limits.venueRates.pool,
            \.limits.venueRates.reserve,
            \.limits.maxMarkAge.count,
        ]
    }

    /// Of the values, those that are added to the engine's `now`.
    private static var times: [WritableKeyPath<EngineConfiguration, Nanoseconds>] {
        [
            \.answerTimeout, \.stopTimeout, \.refusalPause, \.slowDownPause, \.instrumentPause,
        ]
    }

    /// The origin in bytes: a version u32, when it was made i64, then sizes, a choice (0 or 1) and
    /// values of 64 bits each.
    public var bytes: [UInt8] {
        var list = ByteList()
        list.append(EngineOrigin.version)
        list.append(madeAt.count)
        for path in EngineOrigin.sizes { list.append(Int64(configuration[keyPath: path])) }
        list.append(Int64(configuration.passesOverQuietParents ? 1 : 0))
        for path in EngineOrigin.values { list.append(configuration[keyPath: path]) }
        return list.bytes
    }

    /// Reads bytes; nil when they describe no engine that can be made.
    public init?(bytes: [UInt8]) {
        let (sizes, values) = (EngineOrigin.sizes, EngineOrigin.values)
        let read = bytes.withUnsafeBytes { raw -> [Int64]? in
            var cursor = ByteCursor(raw)
            guard cursor.integer() == EngineOrigin.version else { return nil }
            var all: [Int64] = []
            while let value: Int64 = cursor.integer() { all.append(value) }
            return all
        }
        guard let all = read, all.count == 2 + sizes.count + values.count,
            bytes.count == 4 + 8 * all.count, (0...(1 << 62)).contains(all[0]),
            all[1...].allSatisfy({ $0 >= 0 })
        else { return nil }
        madeAt = Nanoseconds(all[0])
        var made = EngineConfiguration(limits: RiskLimits(maxChild: .zero))
        for (i, path) in sizes.enumerated() { made[keyPath: path] = Int(all[1 + i]) }
        made.passesOverQuietParents = all[1 + sizes.count] != 0
        for (i, path) in values.enumerated() {
            made[keyPath: path] = all[2 + sizes.count + i]
        }
        let longest = Nanoseconds(1 << 60)
        for path in EngineOrigin.times where made[keyPath: path] > longest { return nil }
        guard (1...65_536).contains(made.parents), (1...(1 << 22)).contains(made.children),
            (1...(1 << 22)).contains(made.executions),
            (64...(1 << 20)).contains(made.bookWindow),
            made.bookWindow & (made.bookWindow - 1) == 0,
            (1...1_000_000).contains(made.limits.requestsPerSecond),
            made.limits.venueRates.isPossible
        else { return nil }
        configuration = made
    }
}

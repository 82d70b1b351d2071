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

    /// The origin in bytes: a version u32, then sixteen integers of 64 bits.
    public var bytes: [UInt8] {
        var list = ByteList()
        list.append(EngineOrigin.version)
        let limits = configuration.limits
        let values: [Int64] = [
            madeAt.count,
            Int64(configuration.parents), Int64(configuration.children),
            Int64(configuration.executions), Int64(configuration.bookWindow),
            limits.maxChild.lots, limits.maxChildNotional.billionths, limits.priceBandBps,
            limits.maxBookAge.count, limits.requestsPerSecond,
            configuration.answerTimeout.count, configuration.stopTimeout.count,
            configuration.refusalPause.count, configuration.slowDownPause.count,
            configuration.instrumentPause.count, Int64(configuration.refusalsInARow),
        ]
        for value in values { list.append(value) }
        return list.bytes
    }

    /// Reads bytes; nil when they describe no engine that can be made.
    public init?(bytes: [UInt8]) {
        let read = bytes.withUnsafeBytes { raw -> [Int64]? in
            var cursor = ByteCursor(raw)
            guard cursor.integer() == EngineOrigin.version else { return nil }
            var values: [Int64] = []
            while let value: Int64 = cursor.integer() { values.append(value) }
            return values
        }
        guard let v = read, v.count == 16 else { return nil }
        let window = v[4]
        guard (1...65_536).contains(v[1]), (1...(1 << 26)).contains(v[2]),
            (1...(1 << 26)).contains(v[3]), (64...(1 << 20)).contains(window),
            window & (window - 1) == 0, (1...1_000_000).contains(v[9])
        else { return nil }
        madeAt = Nanoseconds(v[0])
        configuration = EngineConfiguration(
            parents: Int(v[1]),
            children: Int(v[2]),
            executions: Int(v[3]),
            bookWindow: Int(window),
            limits: RiskLimits(
                maxChild: Quantity(lots: v[5]),
                maxChildNotional: Amount(billionths: v[6]),
                priceBandBps: v[7],
                maxBookAge: Nanoseconds(v[8]),
                requestsPerSecond: v[9]
            ),
            answerTimeout: Nanoseconds(v[10]),
            stopTimeout: Nanoseconds(v[11]),
            refusalPause: Nanoseconds(v[12]),
            slowDownPause: Nanoseconds(v[13]),
            instrumentPause: Nanoseconds(v[14]),
            refusalsInARow: Int(v[15])
        )
    }
}

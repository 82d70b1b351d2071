/// A latency histogram for each stage, in one place the hot thread owns.
@frozen
public struct StageLatencies: ~Copyable {
    @usableFromInline let histograms: UnsafeMutablePointer<LatencyHistogram>

    /// Empty histograms for all stages.
    public init() {
        histograms = .allocate(capacity: Stage.allCases.count)
        for i in 0..<Stage.allCases.count { (histograms + i).initialize(to: LatencyHistogram()) }
    }

    deinit {
        histograms.deinitialize(count: Stage.allCases.count)
        histograms.deallocate()
    }

    /// Counts one passage of `stage` that took `ticks`.
    @inlinable @inline(__always)
    public mutating func record(_ stage: Stage, _ ticks: UInt64) {
        histograms[Int(stage.rawValue)].record(ticks)
    }

    /// What was recorded, in nanoseconds by `clock`, one row a stage.
    public func summary(_ clock: TickClock) -> [StageSummary] {
        Stage.allCases.map { stage in
            let i = Int(stage.rawValue)
            return StageSummary(
                stage: stage,
                count: histograms[i].count,
                p50: clock.nanoseconds(histograms[i].percentile(0.5)),
                p99: clock.nanoseconds(histograms[i].percentile(0.99)),
                p999: clock.nanoseconds(histograms[i].percentile(0.999)),
                maximum: clock.nanoseconds(histograms[i].maximum)
            )
        }
    }
}

/// One stage's latencies, in nanoseconds.
public struct StageSummary: Sendable {
    /// Which stage.
    public let stage: Stage
    /// Passages counted.
    public let count: UInt64
    /// Median.
    public let p50: UInt64
    /// 99th percentile.
    public let p99: UInt64
    /// 99.9th percentile.
    public let p999: UInt64
    /// The longest, exact.
    public let maximum: UInt64
}

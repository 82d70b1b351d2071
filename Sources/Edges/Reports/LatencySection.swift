public import Telemetry

/// How long something took, in nanoseconds.
public struct LatencySection: Codable, Sendable {
    /// How often.
    public var count: UInt64
    /// Median.
    public var p50: UInt64
    /// 99th percentile.
    public var p99: UInt64
    /// 99.9th percentile.
    public var p999: UInt64
    /// The longest.
    public var max: UInt64

    private enum CodingKeys: String, CodingKey {
        case count
        case p50 = "p50Ns"
        case p99 = "p99Ns"
        case p999 = "p999Ns"
        case max = "maxNs"
    }

    init(_ summary: StageSummary) {
        count = summary.count
        p50 = summary.p50
        p99 = summary.p99
        p999 = summary.p999
        max = summary.maximum
    }

    /// What `histogram`, which counts nanoseconds, holds.
    public init(_ histogram: borrowing LatencyHistogram) {
        count = histogram.count
        p50 = histogram.percentile(0.5)
        p99 = histogram.percentile(0.99)
        p999 = histogram.percentile(0.999)
        max = histogram.maximum
    }
}

import Telemetry

/// One line of the benchmark: a piece of work and how it is timed.
struct Row {
    /// The work, made once; the closures hold its state.
    enum Body {
        /// Runs so many operations and returns a hash of their results. Timed as a whole: a figure is
        /// nanoseconds an operation of one repeat.
        case batch((Int) -> UInt64)
        /// Runs so many operations, records each one's ticks, and returns the hash: a distribution,
        /// with the clock's own cost in it.
        case each((Int, inout LatencyHistogram) -> UInt64)
    }

    /// Dotted, module first: "book.apply.7".
    let name: String
    /// What one operation is.
    let operation: String
    /// Operations a repeat.
    let count: Int
    /// Makes the state and returns the work.
    let prepare: () throws -> Body
}

/// What a row measured.
struct Measurement: Codable {
    var name: String
    var unit = "ns/op"
    var min: Double
    var p50: Double
    var p99: Double
    var p999: Double
    var max: Double
    /// Heap allocations an operation after the first repeat; nil where they are not counted.
    var allocations: Double?
    /// Of the first repeat's results, from a fresh state: the same in every run of the same input.
    var hash: String
    var operation: String
}

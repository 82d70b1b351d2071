import CAllocations
import CLinux
import Telemetry

/// One line of the benchmark: a piece of work and how it is timed.
struct Row {
    /// The work, made once; the closures hold its state.
    enum Body {
        /// Runs so many operations and returns a hash of their results. Timed as a whole: a figure
        /// is nanoseconds an operation of one repeat.
        case batch((Int) -> UInt64)
        /// Runs so many operations, each between `start` and `stop`, and returns the hash: a
        /// distribution, with the clock's own cost in it.
        case each((Int, Stopwatch) -> UInt64)
    }

    /// Dotted, module first: "book.apply.7".
    let name: String
    /// What one operation is.
    let operation: String
    /// Operations a repeat.
    let count: Int
    /// Makes the state and returns the work.
    let prepare: () throws -> Body

    /// Operations of the first repeat, whose hash is checked: as many in every mode.
    var hashedCount: Int { max(1, count / 100) }

    /// The row's line in `--list`.
    var listing: String {
        func wide(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return wide(name, 24) + wide("\(count)", 8) + operation
    }
}

/// Times operations one by one, and counts what they allocate; what happens between a `stop` and
/// the next `start` is not part of the row.
final class Stopwatch {
    var histogram = LatencyHistogram()
    private(set) var allocations: UInt64 = 0
    private var allocationsBefore: UInt64 = 0
    private var startTicks: UInt64 = 0

    /// Begins an operation; returns its first stamp.
    @inline(__always)
    @discardableResult
    func start() -> UInt64 {
        allocationsBefore = sluice_allocations()
        startTicks = sluice_ticks()
        return startTicks
    }

    /// Ends it.
    @inline(__always)
    func stop() {
        histogram.record(sluice_ticks() &- startTicks)
        allocations &+= sluice_allocations() &- allocationsBefore
    }

    func reset() {
        histogram.reset()
        allocations = 0
    }
}

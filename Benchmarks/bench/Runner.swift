import ArgumentParser
import CAllocations
import CLinux
import Telemetry

/// Runs rows in turns, so that a slow second of the machine falls on all of them.
struct Runner {
    private struct Active {
        let row: Row
        let body: Row.Body
        var repeats: [Double] = []
        let watch = Stopwatch()
        var hash: UInt64 = 0
        var allocations: UInt64 = 0
        var operations = 0
    }

    let clock: TickClock
    let repeats: Int
    /// Where this thread is pinned; the rows' own threads stay free.
    var core: Int?
    private let unwatched = Stopwatch()
    /// The part of each row's operations that is run.
    let scale: Double

    init(clock: TickClock, repeats: Int, core: Int? = nil, scale: Double) {
        self.clock = clock
        self.repeats = repeats
        self.core = core
        self.scale = scale
    }

    /// Measures `rows`, in an order that interleaves their repeats.
    func run(_ rows: [Row]) throws -> [Measurement] {
        var active: [Active] = []
        for row in rows { active.append(Active(row: row, body: try row.prepare())) }
        // Threads inherit where their maker is pinned: two that wait for each other on one core
        // would take turns of a scheduler's slice.
        if let core, sluice_pin_to_core(Int32(clamping: core)) != 0 {
            throw ValidationError("cannot pin to core \(core)")
        }
        for turn in 0...repeats {
            for i in active.indices { measure(&active[i], isWarmUp: turn == 0) }
        }
        return active.map { result($0) } + ratios(active)
    }

    /// What each row cost by what its C twin cost, turn by turn: neighbours in time share the
    /// machine's phase.
    private func ratios(_ active: [Active]) -> [Measurement] {
        active.compactMap { ours in
            guard let twin = active.first(where: { $0.row.name == "twin." + ours.row.name }) else {
                return nil
            }
            let sorted = zip(ours.repeats, twin.repeats).map { $0 / $1 }.sorted()
            func rank(_ fraction: Double) -> Double {
                sorted[min(sorted.count - 1, Int(fraction * Double(sorted.count)))]
            }
            return Measurement(
                name: "ratio." + ours.row.name,
                unit: "ratio",
                min: rank(0),
                p50: rank(0.5),
                p99: rank(0.99),
                p999: rank(0.999),
                max: rank(1),
                allocations: nil,
                // The same work, or no comparison.
                hash: ours.hash == twin.hash ? String(ours.hash, radix: 16) : "0",
                operation: "Swift by C, turn by turn",
                medians: [rank(0.5)]
            )
        }
    }

    private func measure(_ active: inout Active, isWarmUp: Bool) {
        let count =
            isWarmUp
            ? active.row.hashedCount : max(1, Int(Double(active.row.count) * scale))
        if case .each(let work) = active.body, !isWarmUp {
            // The first operations meet the caches that the row before left: one of a thousand
            // would be the row's own p99.9.
            _ = work(max(1, count / 50), unwatched)
        }
        let before = sluice_allocations()
        let start = sluice_ticks()
        let hash = Runner.perform(active.body, count, active.watch)
        let ticks = sluice_ticks() &- start
        let allocated = sluice_allocations() &- before
        if isWarmUp {
            active.hash = hash
            active.watch.reset()
            return
        }
        active.repeats.append(Double(clock.nanoseconds(ticks)) / Double(count))
        if case .batch = active.body { active.allocations += allocated }
        active.operations += count
    }

    /// The row's work and nothing else: `perf/instructions` counts inside this function.
    @inline(never)
    private static func perform(_ body: Row.Body, _ count: Int, _ watch: Stopwatch) -> UInt64 {
        switch body {
        case .batch(let work): work(count)
        case .each(let work): work(count, watch)
        }
    }

    private func result(_ active: Active) -> Measurement {
        let sorted = active.repeats.sorted()
        func rank(_ fraction: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(fraction * Double(sorted.count)))]
        }
        var measurement = Measurement(
            name: active.row.name,
            min: sorted.first ?? 0,
            p50: rank(0.5),
            p99: rank(0.99),
            p999: rank(0.999),
            max: sorted.last ?? 0,
            allocations: sluice_counts_allocations() == 1
                ? Double(active.allocations) / Double(max(1, active.operations)) : nil,
            hash: String(active.hash, radix: 16),
            operation: active.row.operation,
            medians: []
        )
        if case .each = active.body {
            let watch = active.watch
            func at(_ fraction: Double) -> Double {
                Double(clock.nanoseconds(watch.histogram.percentile(fraction)))
            }
            measurement.unit = "ns"
            if measurement.allocations != nil {
                measurement.allocations =
                    Double(watch.allocations) / Double(max(1, active.operations))
            }
            measurement.min = at(0)
            measurement.p50 = at(0.5)
            measurement.p99 = at(0.99)
            measurement.p999 = at(0.999)
            measurement.max = Double(clock.nanoseconds(watch.histogram.maximum))
        }
        measurement.medians = [measurement.p50]
        return measurement
    }
}

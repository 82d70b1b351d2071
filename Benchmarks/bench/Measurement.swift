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
    /// The median of each process that measured the row; `p50` is their median.
    var medians: [Double]
}

extension Measurement {
    /// One measurement of what several processes measured: the extremes of all, the medians of
    /// their percentiles. The hash is kept only when all have it.
    init(merging runs: [Measurement]) {
        self = runs[0]
        func median(_ value: KeyPath<Measurement, Double>) -> Double {
            Comparison.median(runs.map { $0[keyPath: value] })
        }
        min = runs.map(\.min).min() ?? 0
        p50 = median(\.p50)
        p99 = median(\.p99)
        p999 = median(\.p999)
        max = runs.map(\.max).max() ?? 0
        allocations = runs.compactMap(\.allocations).max()
        medians = runs.flatMap(\.medians)
        if runs.contains(where: { $0.hash != hash }) { hash = "differs" }
    }

    /// Writes a count that was not taken as null, so that every row has every field.
    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(name, forKey: .name)
        try row.encode(unit, forKey: .unit)
        try row.encode(min, forKey: .min)
        try row.encode(p50, forKey: .p50)
        try row.encode(p99, forKey: .p99)
        try row.encode(p999, forKey: .p999)
        try row.encode(max, forKey: .max)
        try row.encode(allocations, forKey: .allocations)
        try row.encode(hash, forKey: .hash)
        try row.encode(operation, forKey: .operation)
        try row.encode(medians, forKey: .medians)
    }
}

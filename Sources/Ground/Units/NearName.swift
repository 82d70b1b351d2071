/// Finds the name that was meant where another was written.
public enum NearName {
    /// The one of `names` that differs from `name` in the fewest letters; nil when none is near, a
    /// third of its letters being too far. Case and hyphens count as nothing.
    ///
    /// - Complexity: O(names × length²); cold.
    public static func find(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = letters(name)
        let near = names.map { ($0, distance(wanted, letters($0))) }
            .filter { $0.1 <= max(1, letters($0.0).count / 3) }
        return near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    private static func letters(_ name: String) -> [Character] {
        name.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// Letters to insert, delete, replace or swap with their neighbour (Damerau and Levenshtein's
    /// distance, no letter touched twice).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j] + (a[i] == b[j] ? 0 : 1), min(row[j], last[j + 1]) + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, before[j - 1] + 1)
                }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}

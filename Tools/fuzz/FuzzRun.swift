import Glibc
import Units

/// Executions of one entry.
struct FuzzRun {
    private let entry: FuzzEntry
    private let seed: UInt64

    init(_ entry: FuzzEntry, seed: UInt64) {
        self.entry = entry
        self.seed = seed
    }

    /// Runs executions `first ..< first + count`; the first failure as a line, nil when all held.
    func run(first: UInt64, count: UInt64) -> String? {
        let corpus = entry.corpus()
        let check = entry.prepare()
        let input = GuardedBytes(capacity: 1 << 16)
        var unchanged: UInt64 = 0
        for execution in first..<(first + count) {
            Watch.note(entry.name, seed: seed, execution: execution)
            var random = SplitMix64(seed: seed &* 0x9e37_79b9 ^ execution &* 0xd129_0b26_8a3f_3d27)
            var bytes = corpus[Int(random.next() % UInt64(corpus.count))]
            let mutations = Int(random.next() % 6)
            if mutations == 0 { unchanged += 1 }
            for _ in 0..<mutations { Mutator.mutate(&bytes, corpus, &random) }
            if bytes.count > 1 << 15 { bytes.removeLast(bytes.count - 1 << 15) }
            input.set(bytes)
            if let fault = check(input, &random) {
                return "\(entry.name): \(fault); seed \(seed), execution \(execution)"
            }
        }
        Watch.rest()
        print(
            "\(entry.name): \(count) executions, \(unchanged) of them unmutated, seed \(seed): sound"
        )
        return nil
    }
}

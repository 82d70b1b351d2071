import Testing

@testable import bench

/// A row as several processes measured it.
private func row(_ name: String, _ medians: [Double], hash: String = "1") -> bench.Measurement {
    Measurement(
        merging: medians.map {
            bench.Measurement(
                name: name,
                min: $0 * 0.98,
                p50: $0,
                p99: $0 * 1.1,
                p999: $0 * 1.2,
                max: $0 * 2,
                allocations: 0,
                hash: hash,
                operation: "",
                medians: [$0]
            )
        }
    )
}

private func verdict(_ old: [Double], _ new: [Double]) -> Comparison.Verdict? {
    Comparison(old: [row("a", old)], new: [row("a", new)]).lines.first?.verdict
}

/// What a comparison calls a change, and what it does not.
@Suite("Comparison", .timeLimit(.minutes(3)))
struct ComparisonTests {
    private let steady: [Double] = [100, 101, 102, 103, 104]

    @Test("a row that every process finds a tenth slower is slower, the other way round faster")
    func change() {
        let slow = steady.map { $0 * 1.1 }
        #expect(verdict(steady, slow) == .slower)
        #expect(verdict(slow, steady) == .faster)
        let comparison = Comparison(old: [row("a", steady)], new: [row("a", slow)])
        #expect(comparison.slower == ["a"])
        #expect(abs(comparison.lines[0].ratio - 1.1) < 1e-9)
        #expect(abs(comparison.lines[0].band - 0.04) < 1e-9)
    }

    @Test("a change below the floor is none, however sure")
    func floor() {
        #expect(verdict([100, 100, 100, 100, 100], [104, 104, 104, 104, 104]) == .same)
        #expect(verdict([104, 104, 104, 104, 104], [100, 100, 100, 100, 100]) == .same)
    }

    @Test("runs whose processes overlap are the same, however far their medians lie apart")
    func overlap() {
        #expect(verdict([100, 100, 100, 100, 140], [130, 130, 130, 130, 130]) == .same)
    }

    @Test("too few processes decide nothing")
    func few() {
        #expect(verdict([100, 100, 100], [200, 200, 200]) == .unsure)
        #expect(verdict([100], [200]) == .unsure)
    }

    @Test("a slow machine is not a slow row: what the twins share is taken out")
    func drift() {
        let twins = ["twin.a", "twin.b", "twin.c"]
        let old = twins.map { row($0, steady) } + [row("a", steady), row("b", steady)]
        let slow = steady.map { $0 * 1.3 }
        let new = twins.map { row($0, slow) } + [row("a", slow), row("b", slow.map { $0 * 1.2 })]
        let comparison = Comparison(old: old, new: new)
        #expect(abs(comparison.drift - 1.3) < 1e-9)
        #expect(comparison.slower == ["b"])
    }

    @Test("two twins are too few to speak for the machine, and a ring is no clock")
    func fewTwins() {
        let names = ["twin.a", "twin.b", "twin.ring.roundtrip", "a"]
        let new = names.map { row($0, steady.map { $0 * 1.3 }) }
        let comparison = Comparison(old: names.map { row($0, steady) }, new: new)
        #expect(comparison.drift == 1)
        #expect(comparison.slower == names)
    }

    @Test("a ratio is free of drift already")
    func ratios() {
        let twins = ["twin.a", "twin.b", "twin.c"]
        var ratio = row("ratio.a", [1, 1, 1, 1, 1])
        ratio.unit = "ratio"
        let old = twins.map { row($0, steady) } + [ratio]
        let new = twins.map { row($0, steady.map { $0 * 1.3 }) } + [ratio]
        #expect(Comparison(old: old, new: new).lines.last?.verdict == .same)
    }

    @Test("other work is said to be other work")
    func otherWork() {
        let comparison = Comparison(
            old: [row("a", steady, hash: "1")],
            new: [row("a", steady, hash: "2"), row("new", steady)]
        )
        #expect(comparison.lines.map(\.name) == ["a"])
        #expect(comparison.lines[0].isSameWork == false)
        #expect(comparison.text.contains("hashes differ"))
    }

    @Test("processes are merged by their medians and extremes; one other hash is told")
    func merging() {
        let merged = row("a", [3, 1, 2])
        #expect(merged.p50 == 2)
        #expect(merged.min == 0.98)
        #expect(merged.max == 6)
        #expect(merged.medians == [3, 1, 2])
        let odd = bench.Measurement(merging: [row("a", [1], hash: "1"), row("a", [1], hash: "2")])
        #expect(odd.hash == "differs")
    }
}

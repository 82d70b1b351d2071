import Telemetry
import TestSupport
import Testing
import Units

@Suite("Latency histogram", .timeLimit(.minutes(3)))
struct LatencyHistogramTests {
    @Test("a bucket's bound is the largest value that falls into it")
    func bounds() {
        for shift in 0..<42 {
            for offset in -2...2 {
                let value = UInt64(max(0, (Int64(1) << shift) + Int64(offset)))
                guard value < 1 << 42 else { continue }
                let index = LatencyHistogram.index(value)
                let bound = LatencyHistogram.upperBound(index)
                #expect(bound >= value)
                #expect(LatencyHistogram.index(bound) == index)
                #expect(LatencyHistogram.index(bound + 1) == index + 1 || bound + 1 == 1 << 42)
                // Within 1/32 of the value.
                #expect(bound - value <= value / 32)
            }
        }
    }

    @Test("the largest values share the last bucket, whose bound is the maximum")
    func overflow() {
        var histogram = LatencyHistogram()
        for value in [1 << 42, 1 << 50, UInt64.max] { histogram.record(value) }
        #expect(histogram.count == 3)
        #expect(histogram.maximum == .max)
        #expect(histogram.percentile(0.5) == .max)
    }

    @Test("an empty histogram says nothing, a reset one is empty")
    func empty() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.99) == 0)
        histogram.record(7)
        #expect(histogram.percentile(0) == 7 && histogram.percentile(1) == 7)
        histogram.reset()
        #expect(histogram.count == 0 && histogram.maximum == 0)
    }

    @Test("percentiles are those of the sorted values, to the bucket", arguments: 0..<20)
    func percentiles(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var histogram = LatencyHistogram()
        var values: [UInt64] = []
        for _ in 0..<Int.random(in: 1...3_000, using: &random) {
            // Every magnitude: shifts spread the values over the buckets.
            let value = random.next() >> UInt64.random(in: 23...63, using: &random)
            values.append(value)
            histogram.record(value)
        }
        values.sort()
        #expect(histogram.count == UInt64(values.count))
        for fraction in [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((fraction * Double(values.count)).rounded(.up)))
            let exact = values[rank - 1]
            let told = histogram.percentile(fraction)
            #expect(told >= exact && told - exact <= exact / 32, "seed \(seed), \(fraction)")
        }
        #expect(histogram.percentile(1) == values[values.count - 1], "seed \(seed)")
    }

    @Test("each stage is counted by itself")
    func stages() {
        var latencies = StageLatencies()
        let clock = TickClock(calibratingFor: 1)
        latencies.record(.decode, 100)
        latencies.record(.decode, 200)
        latencies.record(.send, 1)
        let rows = latencies.summary(clock)
        #expect(rows.map(\.stage) == Stage.allCases)
        #expect(rows.map(\.count) == Stage.allCases.map { $0 == .decode ? 2 : $0 == .send ? 1 : 0 })
    }
}

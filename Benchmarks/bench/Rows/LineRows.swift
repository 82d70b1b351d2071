import Book
import Lines
import Units

extension Rows {
    /// The market lines' judgement, on decoded messages: what redundancy costs.
    static func lines() -> [Row] {
        [
            Row(
                name: "lines.judge.1",
                operation: "judge one delta of 7 levels that comes on the only line",
                count: 50_000
            ) {
                let state = LineState(1)
                return .batch { state.run($0) }
            },
            Row(
                name: "lines.judge.2",
                operation: "judge and compare one delta of 7 levels that comes on two lines",
                count: 20_000
            ) {
                let state = LineState(2)
                return .batch { state.run($0) }
            },
        ]
    }
}

/// Lines that all bring the same deltas.
private final class LineState {
    private var lines: MarketLines
    private let levels = UnsafeMutablePointer<LevelChange>.allocate(capacity: 1_024)
    private var sequence: Int64 = 1_000
    private var now = Nanoseconds.seconds(1_000)

    init(_ count: Int) {
        lines = MarketLines(count: count, seed: 1)
        var random = SplitMix64(seed: 7)
        for i in 0..<1_024 {
            let ticks = 600_000 + Int64(random.next() % 64)
            levels[i] = LevelChange(ticks: ticks, lots: Int64(random.next() % 4_000))
        }
        for i in 0..<count {
            lines.opened(i, now: now, isSubscribed: true)
            _ = lines.judge(update(.snapshot), from: i, now: now)
        }
    }

    deinit { levels.deallocate() }

    private func update(_ kind: DepthUpdate.Kind) -> DepthUpdate {
        let first = levels + Int(sequence & 127) * 7
        return DepthUpdate(
            instrument: InstrumentID(0),
            kind: kind,
            depth: 50,
            sequence: sequence,
            crossSequence: sequence,
            publishedAt: now,
            matchedAt: now,
            bids: UnsafeBufferPointer(start: first, count: 4),
            asks: UnsafeBufferPointer(start: first + 4, count: 3)
        )
    }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            sequence &+= 1
            now.count &+= 20_000
            for i in 0..<lines.count {
                let update = update(.delta)
                let isPassed = lines.judge(update, from: i, now: now) == .pass
                if isPassed { lines.acted(on: update, from: i, now: now) }
                hash = fold(hash, isPassed ? 1 : 2)
            }
        }
        return hash
    }
}

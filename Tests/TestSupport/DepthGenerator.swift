public import Book
import Units

/// A seeded stream of depth messages whose shape a test chooses.
public struct DepthGenerator {
    /// The shape of the stream.
    public struct Shape: Sendable {
        /// Levels a side the stream keeps to.
        public var depth: Int
        /// Mean distance between two levels, in ticks.
        public var spacing: Int64
        /// How far the middle may move in one message, in ticks.
        public var drift: Int64
        /// One in this many messages moves the whole book far away; 0 for never.
        public var jumpEvery: Int
        /// One in this many messages is lost; 0 for never.
        public var gapEvery: Int
        /// The middle's bounds, in ticks.
        public var bounds: ClosedRange<Int64>

        /// A shape with every field stated.
        public init(
            depth: Int,
            spacing: Int64,
            drift: Int64,
            jumpEvery: Int,
            gapEvery: Int,
            bounds: ClosedRange<Int64>
        ) {
            self.depth = depth
            self.spacing = spacing
            self.drift = drift
            self.jumpEvery = jumpEvery
            self.gapEvery = gapEvery
            self.bounds = bounds
        }
    }

    private let shape: Shape
    private var random: SplitMix64
    private var bids: [Int64: Int64] = [:]
    private var asks: [Int64: Int64] = [:]
    private var middle: Int64
    private var sequence: Int64 = 1_000
    private var owesSnapshot = true
    private var bidChanges: [LevelChange] = []
    private var askChanges: [LevelChange] = []

    /// The stream of `seed`.
    public init(_ shape: Shape, seed: UInt64) {
        self.shape = shape
        random = SplitMix64(seed: seed)
        middle = shape.bounds.lowerBound + (shape.bounds.upperBound - shape.bounds.lowerBound) / 2
    }

    /// Makes the next message and hands it to `body`; its views die with the call.
    public mutating func next<Result>(_ body: (DepthUpdate) throws -> Result) rethrows -> Result {
        sequence += 1
        var kind = DepthUpdate.Kind.delta
        let roll = Int.random(in: 0..<1_000_000, using: &random)
        if shape.gapEvery > 0 && roll % shape.gapEvery == 0 {
            sequence += Int64.random(in: 1...3, using: &random)
            owesSnapshot = false
        } else if roll % 211 == 0 {
            owesSnapshot = true
        }
        let jumps = shape.jumpEvery > 0 && roll % shape.jumpEvery == 1
        if jumps {
            middle = Int64.random(in: shape.bounds, using: &random)
        } else if shape.drift > 0 {
            middle += Int64.random(in: -shape.drift...shape.drift, using: &random)
            middle = min(max(middle, shape.bounds.lowerBound), shape.bounds.upperBound)
        }
        let bidsBefore = bids
        let asksBefore = asks
        mutate()
        if owesSnapshot {
            kind = .snapshot
            owesSnapshot = false
            if Int.random(in: 0..<9, using: &random) == 0 { sequence = 1 }
            bidChanges = bids.map { LevelChange(ticks: $0, lots: $1) }.sorted {
                $0.ticks > $1.ticks
            }
            askChanges = asks.map { LevelChange(ticks: $0, lots: $1) }.sorted {
                $0.ticks < $1.ticks
            }
        } else {
            bidChanges = difference(bidsBefore, bids)
            askChanges = difference(asksBefore, asks)
        }
        return try bidChanges.withUnsafeBufferPointer { b in
            try askChanges.withUnsafeBufferPointer { a in
                try body(
                    DepthUpdate(
                        instrument: InstrumentID(0),
                        kind: kind,
                        depth: Int32(shape.depth),
                        sequence: sequence,
                        crossSequence: sequence * 7,
                        publishedAt: Nanoseconds(sequence),
                        matchedAt: .zero,
                        bids: b,
                        asks: a
                    )
                )
            }
        }
    }

    private mutating func mutate() {
        // What the middle has passed is traded away.
        bids = bids.filter { $0.key < middle }
        asks = asks.filter { $0.key >= middle }
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            // Near levels change most, as in a real book.
            let near = Int64(random.uniform() * random.uniform() * Double(shape.depth))
            let far = near * shape.spacing + Int64.random(in: 0..<shape.spacing, using: &random)
            let lots = Int.random(in: 0..<3, using: &random) == 0 ? 0 : randomLots()
            if Bool.random(using: &random) {
                let ticks = middle - 1 - far
                if ticks >= 1 { bids[ticks] = lots == 0 ? nil : lots }
            } else {
                asks[middle + far] = lots == 0 ? nil : lots
            }
        }
        for key in bids.keys.sorted(by: >).dropFirst(shape.depth) { bids[key] = nil }
        for key in asks.keys.sorted().dropFirst(shape.depth) { asks[key] = nil }
    }

    private mutating func randomLots() -> Int64 {
        Int.random(in: 0..<50, using: &random) == 0
            ? (1 << 59) : Int64.random(in: 1...1_000_000, using: &random)
    }

    /// The message from `before` to `after`, in random order.
    private mutating func difference(
        _ before: [Int64: Int64],
        _ after: [Int64: Int64]
    ) -> [LevelChange] {
        var changes: [LevelChange] = []
        for key in before.keys.sorted() where after[key] == nil {
            changes.append(LevelChange(ticks: key, lots: 0))
        }
        for key in after.keys.sorted() where before[key] != after[key] {
            changes.append(LevelChange(ticks: key, lots: after[key] ?? 0))
        }
        changes.shuffle(using: &random)
        return changes
    }
}

import Book

/// Messages of 3 + 3 levels in which the best bid steps up by a tick, and back: either way an order
/// pegged to it must follow.
struct TouchScript {
    private var sequence: Int64 = 100

    /// The book the messages go on from.
    func snapshot() -> PaddedBytes {
        FeedInput.message(
            .snapshot,
            (0..<50).map { LevelChange(ticks: 600_000 - Int64($0), lots: 2_000) },
            (0..<50).map { LevelChange(ticks: 600_002 + Int64($0), lots: 2_000) },
            sequence: sequence
        )
    }

    mutating func next() -> PaddedBytes {
        sequence &+= 1
        let leads = sequence & 1 == 1
        let lots = 1_000 + sequence & 511
        return FeedInput.message(
            .delta,
            [
                LevelChange(ticks: 600_001, lots: leads ? 5_000 : 0),
                LevelChange(ticks: 600_000, lots: 5_000 + lots),
                LevelChange(ticks: 599_999, lots: lots),
            ],
            [
                LevelChange(ticks: 600_002, lots: lots), LevelChange(ticks: 600_003, lots: lots),
                LevelChange(ticks: 600_004, lots: lots),
            ],
            sequence: sequence
        )
    }
}

public import Book
public import Units

/// Sends a book whatever a test wants it to show, with the right sequence numbers.
public struct BookMaker {
    /// The instrument of its messages.
    public let instrument: InstrumentID
    /// The last message's update id.
    public var sequence: Int64 = 1_000

    /// A maker for `instrument`.
    public init(_ instrument: InstrumentID = InstrumentID(0)) { self.instrument = instrument }

    /// Hands `body` a message of `bids` and `asks`, (ticks, lots) each, that follows the last one.
    /// The message's views die with the call.
    public mutating func send<Result>(
        _ kind: DepthUpdate.Kind,
        bids: [(Int64, Int64)],
        asks: [(Int64, Int64)],
        at time: Nanoseconds = .zero,
        _ body: (DepthUpdate) throws -> Result
    ) rethrows -> Result {
        sequence += 1
        let bids = bids.map { LevelChange(ticks: $0.0, lots: $0.1) }
        let asks = asks.map { LevelChange(ticks: $0.0, lots: $0.1) }
        return try bids.withUnsafeBufferPointer { bids in
            try asks.withUnsafeBufferPointer { asks in
                try body(
                    DepthUpdate(
                        instrument: instrument,
                        kind: kind,
                        depth: 50,
                        sequence: sequence,
                        crossSequence: sequence,
                        publishedAt: time,
                        matchedAt: time,
                        bids: bids,
                        asks: asks
                    )
                )
            }
        }
    }

    /// A book that shows `bids` and `asks`.
    public static func book(bids: [(Int64, Int64)], asks: [(Int64, Int64)]) -> OrderBook {
        var book = OrderBook(instrument: InstrumentID(0), window: 256)
        var maker = BookMaker()
        maker.send(.snapshot, bids: bids, asks: asks) { _ = book.apply($0) }
        return book
    }
}

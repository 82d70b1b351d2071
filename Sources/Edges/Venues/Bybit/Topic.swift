import Wire

/// A message's topic: what its data is, and of which instrument.
struct Topic: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case depth
        case trades
        case ticker
        /// The prices that the venue takes.
        case bounds
        case orders
        case executions
        /// Fills without their fees, sooner.
        case fastExecutions
        case positions
        case wallet
        /// Valid, and of no use to the engine.
        case other
    }

    var kind: Kind
    /// Levels a side; 0 but for depth.
    var depth: Int32 = 0
    /// Index in the decoder's table; meaningful for market topics.
    var instrument = 0

    init(_ text: JSONText, _ instruments: borrowing InstrumentTable) {
        kind = .other
        if text.starts(with: "orderbook.") {
            guard let dot = Topic.digits(text, from: 10, &depth) else { return }
            take(.depth, text, symbolAt: dot + 1, instruments)
        } else if text.starts(with: "publicTrade.") {
            take(.trades, text, symbolAt: 12, instruments)
        } else if text.starts(with: "tickers.") {
            take(.ticker, text, symbolAt: 8, instruments)
        } else if text.starts(with: "priceLimit.") {
            take(.bounds, text, symbolAt: 11, instruments)
        } else if text.equals("order") || text.starts(with: "order.") {
            kind = .orders
        } else if text.equals("execution.fast") || text.starts(with: "execution.fast.") {
            kind = .fastExecutions
        } else if text.equals("execution") || text.starts(with: "execution.") {
            kind = .executions
        } else if text.equals("position") || text.starts(with: "position.") {
            kind = .positions
        } else if text.equals("wallet") {
            kind = .wallet
        }
    }

    /// What an unreadable message of it costs; nil where a book or an order may be lost.
    var subject: BybitSubject? {
        switch kind {
        case .positions, .wallet: .statement
        case .trades: .prints
        case .ticker, .bounds: .ticker
        case .depth, .orders, .executions, .fastExecutions, .other: nil
        }
    }

    /// Reads the depth at `start`; the index of the point after it, or nil (`orderbook.rpi.…`).
    private static func digits(_ text: JSONText, from start: Int, _ value: inout Int32) -> Int? {
        var i = start
        while i < text.count, text.start[i] &- UInt8(ascii: "0") <= 9 {
            guard i - start < 5 else { return nil }
            value = value &* 10 &+ Int32(text.start[i] &- UInt8(ascii: "0"))
            i += 1
        }
        return i > start && i < text.count && text.start[i] == UInt8(ascii: ".") ? i : nil
    }

    /// Becomes a market topic, unless nobody asked for that instrument.
    private mutating func take(
        _ kind: Kind,
        _ text: JSONText,
        symbolAt start: Int,
        _ instruments: borrowing InstrumentTable
    ) {
        let symbol = UnsafeRawBufferPointer(rebasing: text.bytes[start...])
        guard let index = instruments.index(symbol) else { return }
        self.kind = kind
        instrument = index
    }
}

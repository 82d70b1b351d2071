public import Units

/// One price level's new total; zero lots deletes it. Never an increment.
public struct LevelChange: Hashable, Sendable, BitwiseCopyable {
    /// The level's price in ticks.
    public var ticks: Int64
    /// Its total quantity in lots.
    public var lots: Int64

    /// The level at `ticks` holds `lots` now.
    @inlinable public init(ticks: Int64, lots: Int64) {
        self.ticks = ticks
        self.lots = lots
    }
}

/// One depth message: a whole book or the levels that changed.
///
/// A view: `bids` and `asks` point into the decoder's buffers and are good until its next message.
public struct DepthUpdate: BitwiseCopyable {
    /// Whether the message is the whole book or a change to it.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case snapshot
        case delta
    }

    /// Which book.
    public var instrument: InstrumentID
    /// Whole book or change.
    public var kind: Kind
    /// Levels a side of the topic: 1, 50, 200, 500 or 1000.
    public var depth: Int32
    /// The venue's update id (`u`): previous + 1 at depth ≥ 50; 1 is a restart.
    public var sequence: Int64
    /// The venue's cross sequence (`seq`): comparable between depths, not contiguous.
    public var crossSequence: Int64
    /// When the venue published the message (`ts`).
    public var publishedAt: Nanoseconds
    /// When the matching engine made this state (`cts`); zero when not stated.
    public var matchedAt: Nanoseconds
    /// Changed bid levels, in the message's order.
    public var bids: UnsafeBufferPointer<LevelChange>
    /// Changed ask levels, in the message's order.
    public var asks: UnsafeBufferPointer<LevelChange>

    /// A depth message with every field stated.
    @inlinable public init(
        instrument: InstrumentID,
        kind: Kind,
        depth: Int32,
        sequence: Int64,
        crossSequence: Int64,
        publishedAt: Nanoseconds,
        matchedAt: Nanoseconds,
        bids: UnsafeBufferPointer<LevelChange>,
        asks: UnsafeBufferPointer<LevelChange>
    ) {
        self.instrument = instrument
        self.kind = kind
        self.depth = depth
        self.sequence = sequence
        self.crossSequence = crossSequence
        self.publishedAt = publishedAt
        self.matchedAt = matchedAt
        self.bids = bids
        self.asks = asks
    }
}

/// One public print.
public struct Trade: Hashable, Sendable, BitwiseCopyable {
    /// Where it printed.
    public var price: Price
    /// How much.
    public var quantity: Quantity
    /// The taker's side.
    public var aggressor: Side
    /// A block trade: negotiated off the book, no part of the volume algos follow.
    public var isBlock: Bool
    /// Matched a retail-price-improvement order, which the book does not show.
    public var isRPI: Bool
    /// When the matching engine made it.
    public var matchedAt: Nanoseconds
    /// The venue's cross sequence; the prints of one sweep share it.
    public var crossSequence: Int64
    /// The venue's trade id: equals the execution id of our own fills.
    public var id: ExternalID

    /// A print with every field stated.
    @inlinable public init(
        price: Price,
        quantity: Quantity,
        aggressor: Side,
        isBlock: Bool,
        isRPI: Bool,
        matchedAt: Nanoseconds,
        crossSequence: Int64,
        id: ExternalID
    ) {
        self.price = price
        self.quantity = quantity
        self.aggressor = aggressor
        self.isBlock = isBlock
        self.isRPI = isRPI
        self.matchedAt = matchedAt
        self.crossSequence = crossSequence
        self.id = id
    }
}

/// One trade message: prints of one instrument, oldest first. A view, like `DepthUpdate`.
public struct TradeBatch: BitwiseCopyable {
    /// Which instrument.
    public var instrument: InstrumentID
    /// When the venue published the message (`ts`).
    public var publishedAt: Nanoseconds
    /// The prints.
    public var trades: UnsafeBufferPointer<Trade>

    /// A trade message with every field stated.
    @inlinable public init(
        instrument: InstrumentID,
        publishedAt: Nanoseconds,
        trades: UnsafeBufferPointer<Trade>
    ) {
        self.instrument = instrument
        self.publishedAt = publishedAt
        self.trades = trades
    }
}

/// The ticker fields that matter to execution; an absent field means "unchanged".
///
/// Mark and index prices need not lie on the tick, so they are amounts of the quote coin.
public struct TickerUpdate: BitwiseCopyable, Sendable {
    /// Which instrument.
    public var instrument: InstrumentID
    /// When the venue published it.
    public var publishedAt: Nanoseconds
    /// The price margin and liquidation go by.
    public var markPrice: Amount?
    /// The index behind the mark.
    public var indexPrice: Amount?
    /// Last print.
    public var lastPrice: Amount?
    /// Next funding rate in billionths (0.0001 = 100,000).
    public var fundingRateE9: Int64?
    /// When the next funding is exchanged.
    public var nextFundingAt: Nanoseconds?

    /// A ticker that changes nothing yet.
    @inlinable public init(instrument: InstrumentID, publishedAt: Nanoseconds) {
        self.instrument = instrument
        self.publishedAt = publishedAt
    }
}

/// What the venue says about a market.
public enum MarketEvent: BitwiseCopyable {
    /// The book changed.
    case depth(DepthUpdate)
    /// Trades printed.
    case trades(TradeBatch)
    /// Mark, index or funding changed.
    case ticker(TickerUpdate)
}

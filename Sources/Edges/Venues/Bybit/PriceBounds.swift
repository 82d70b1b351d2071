public import Units

/// The prices that the venue takes of one instrument, which follow its market.
public struct PriceBounds: Hashable, Sendable, BitwiseCopyable {
    /// Which instrument.
    public var instrument: InstrumentID
    /// The highest price of a buy.
    public var highestBuy: Price
    /// The lowest of a sell.
    public var lowestSell: Price
    /// When the venue said so, by its clock: the latest counts.
    public var publishedAt: Nanoseconds

    /// Bounds with every value stated.
    public init(
        instrument: InstrumentID,
        highestBuy: Price,
        lowestSell: Price,
        publishedAt: Nanoseconds
    ) {
        self.instrument = instrument
        self.highestBuy = highestBuy
        self.lowestSell = lowestSell
        self.publishedAt = publishedAt
    }
}

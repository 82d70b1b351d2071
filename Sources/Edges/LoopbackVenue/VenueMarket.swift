public import Units

/// One market that the loopback venue offers.
public struct VenueMarket: Hashable, Sendable {
    /// The venue's name for it: "BTCUSDT".
    public let symbol: String
    /// Its product class, which decides the public path.
    public let category: ProductCategory
    /// Levels a side of its book.
    public let depth: Int
    /// Its quantity step.
    public let lot: DecimalScale
}

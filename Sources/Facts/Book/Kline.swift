public import Units

/// One bar of a market's history, for models: volumes and prices are approximate by nature here.
public struct Kline: Hashable, Sendable, BitwiseCopyable {
    /// When the bar starts.
    public var start: Nanoseconds
    /// First price, in the quote coin.
    public var open: Double
    /// Highest price.
    public var high: Double
    /// Lowest price.
    public var low: Double
    /// Last price.
    public var close: Double
    /// Traded volume in the base coin.
    public var volume: Double
    /// Traded value in the quote coin.
    public var turnover: Double

    /// A bar with every field stated.
    public init(
        start: Nanoseconds,
        open: Double,
        high: Double,
        low: Double,
        close: Double,
        volume: Double,
        turnover: Double
    ) {
        self.start = start
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.turnover = turnover
    }
}

public import Units

/// Volume that printed: a running total, or the difference of two.
public struct TapeVolume: Hashable, Sendable, BitwiseCopyable {
    /// Quantity traded.
    public var quantity = Quantity.zero
    /// Of it, what buyers took.
    public var boughtQuantity = Quantity.zero
    /// Exact price times quantity.
    public var notional = Notional.zero
    /// Prints.
    public var trades: Int64 = 0

    /// Nothing traded.
    public init() {}

    /// The average price in ticks, for models; NaN while nothing traded.
    @inlinable public var vwapTicks: Double {
        Double(notional.tickLots) / Double(quantity.lots)
    }

    /// What traded between two readings of a tape.
    @inlinable public static func - (later: TapeVolume, earlier: TapeVolume) -> TapeVolume {
        var result = later
        result.quantity.lots &-= earlier.quantity.lots
        result.boughtQuantity.lots &-= earlier.boughtQuantity.lots
        result.notional.tickLots &-= earlier.notional.tickLots
        result.trades &-= earlier.trades
        return result
    }
}

/// The prints of one instrument as totals that only grow.
///
/// To measure an interval, keep the total of its start: `tape.total - start`. So any number of
/// parents share one tape, each with its own intervals. Block trades are negotiated off the book
/// and never count; prints against retail price improvement count by policy.
///
/// - Complexity: O(1) a print; never allocates.
public struct TradeTape: BitwiseCopyable, Sendable {
    /// Whether prints against retail price improvement orders count.
    public let countsRPI: Bool
    /// All that counted since the start.
    public private(set) var total = TapeVolume()
    /// Price of the last print that counted; nil before the first.
    public private(set) var lastPrice: Price?
    /// When the last print that counted was matched.
    public private(set) var lastMatchedAt = Nanoseconds.zero
    /// Prints that did not count.
    public private(set) var excluded: Int64 = 0

    /// A tape on which nothing printed.
    public init(countsRPI: Bool) { self.countsRPI = countsRPI }

    /// Whether a print is volume that counts here.
    @inlinable public func counts(_ trade: Trade) -> Bool {
        !trade.isBlock && (!trade.isRPI || countsRPI)
    }

    /// Takes in one message's prints.
    public mutating func apply(_ batch: TradeBatch) {
        for trade in batch.trades {
            guard counts(trade) else {
                excluded &+= 1
                continue
            }
            let lots = trade.quantity.lots
            total.quantity.lots &+= lots
            if trade.aggressor == .buy { total.boughtQuantity.lots &+= lots }
            total.notional.tickLots &+= Int128(trade.price.ticks) &* Int128(lots)
            total.trades &+= 1
            lastPrice = trade.price
            lastMatchedAt = trade.matchedAt
        }
    }
}

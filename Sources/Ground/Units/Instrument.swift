/// Index of an instrument in this process's tables; small and dense.
public struct InstrumentID: Hashable, Sendable, BitwiseCopyable {
    /// The index.
    public var index: UInt16
    /// The instrument at `index`.
    @inlinable public init(_ index: UInt16) { self.index = index }
}

/// A venue we can trade at.
public enum VenueID: UInt8, Sendable, BitwiseCopyable {
    case bybit
}

/// Product class, which decides topics, filters and order fields.
public enum ProductCategory: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case linear
    case spot

    /// The venue's word for it.
    public var name: String { self == .linear ? "linear" : "spot" }
}

/// What can be traded and in which steps, as the venue states it.
public struct Instrument: Sendable {
    /// Index in this process's tables.
    public var id: InstrumentID
    /// Where it trades.
    public var venue: VenueID
    /// Product class.
    public var category: ProductCategory
    /// The venue's name for it, ASCII: "BTCUSDT".
    public var symbol: String
    /// The coin that is bought and sold.
    public var baseCoin: String
    /// The coin it is paid in.
    public var quoteCoin: String
    /// Price step.
    public var tick: DecimalScale
    /// Quantity step.
    public var lot: DecimalScale
    /// Lowest and highest price of an order.
    public var priceRange: ClosedRange<Price>
    /// Smallest and largest quantity of a limit order.
    public var quantityRange: ClosedRange<Quantity>
    /// Least value of an order, in the quote coin.
    public var minimumNotional: Amount
    /// Whether the venue says it trades now.
    public var isTrading: Bool

    /// An instrument with every filter stated.
    public init(
        id: InstrumentID,
        venue: VenueID = .bybit,
        category: ProductCategory,
        symbol: String,
        baseCoin: String,
        quoteCoin: String,
        tick: DecimalScale,
        lot: DecimalScale,
        priceRange: ClosedRange<Price>,
        quantityRange: ClosedRange<Quantity>,
        minimumNotional: Amount,
        isTrading: Bool = true
    ) {
        self.id = id
        self.venue = venue
        self.category = category
        self.symbol = symbol
        self.baseCoin = baseCoin
        self.quoteCoin = quoteCoin
        self.tick = tick
        self.lot = lot
        self.priceRange = priceRange
        self.quantityRange = quantityRange
        self.minimumNotional = minimumNotional
        self.isTrading = isTrading
    }

    /// The exact value of `notional` in the quote coin, rounded towards zero to a billionth.
    public func amount(_ notional: Notional) -> Amount {
        let scaled = notional.tickLots * Int128(tick.multiplier) * Int128(lot.multiplier)
        return Amount(
            billionths: Int64(clamping: Instrument.rescale(scaled, tick.decimals + lot.decimals))
        )
    }

    /// `quantity` in the base coin, rounded towards zero to a billionth.
    public func baseAmount(_ quantity: Quantity) -> CoinAmount {
        let scaled = Int128(quantity.lots) * Int128(lot.multiplier)
        return CoinAmount(billionths: Instrument.rescale(scaled, lot.decimals))
    }

    /// `value` × 10^(9 − decimals), rounded towards zero.
    private static func rescale(_ value: Int128, _ decimals: Int) -> Int128 {
        var result = value
        var shift = 9 - decimals
        while shift > 0 {
            result *= 10
            shift -= 1
        }
        while shift < 0 {
            result /= 10
            shift += 1
        }
        return result
    }
}

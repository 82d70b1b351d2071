public import Orders
public import Units

/// What the venue says about the account and its bounds, beyond our own orders.
public enum AccountEvent: Hashable, Sendable, BitwiseCopyable {
    /// The position found before our first order, signed; our fills are added to it. Told again, it
    /// is what was found less what others have taken of it since.
    case opening(InstrumentID, Quantity)
    /// The positions found before our first order, in hedge mode: long, and short, which is
    /// negative.
    case openingHedged(InstrumentID, long: Quantity, short: Quantity)
    /// What the venue states of one of the instrument's positions, signed, and when it changed last
    /// by the venue's clock; zero where it does not say.
    case stated(InstrumentID, PositionLeg, Quantity, at: Nanoseconds)
    /// What the account did between the begin of the day (UTC) and our first order: by how much
    /// its fills moved the instrument's position, and what all of them brought in the quote coin,
    /// received minus paid, fees taken off.
    case earlierToday(InstrumentID, moved: Quantity, cash: Amount)
    /// What the account is worth, in the quote coin.
    case equity(Amount)
    /// Where the venue would liquidate one of the instrument's positions; nil for nowhere.
    case liquidation(InstrumentID, PositionLeg, Price?)
    /// The highest price of a buy and the lowest of a sell that the venue takes now.
    case priceLimits(InstrumentID, highestBuy: Price, lowestSell: Price)
    /// The lowest and the highest price of an order that the venue takes at any time, by its word
    /// of now.
    case priceRange(InstrumentID, Price, Price)
    /// The smallest and the largest quantity of an order, by its word of now.
    case quantityRange(InstrumentID, Quantity, Quantity)
    /// The least value of an order in the quote coin, by its word of now.
    case minimumNotional(InstrumentID, Amount)
    /// Whether the venue says the instrument trades.
    case trading(InstrumentID, Bool)
    /// By how much our estimate of the venue's clock may be wrong.
    case clockError(Nanoseconds)
    /// The private stream spoke, if only a pong.
    case privateHeard
    /// The venue's position is not what we found and our fills, also at a second look: the
    /// accounts cannot be trusted, and everything stops.
    case positionDiffers(InstrumentID, venue: Quantity)
    /// A request left without the engine: it spent of the budget that the engine keeps.
    case spent(OutsideRequest)
    /// The venue reckons the instrument in another tick or lot than we do: no price or quantity of
    /// it means any more what it says.
    case stepsChanged(InstrumentID)

    /// What is told of the orders that the venue takes of `instrument`.
    public static func filters(of instrument: Instrument) -> [AccountEvent] {
        let (prices, quantities) = (instrument.priceRange, instrument.quantityRange)
        return [
            .priceRange(instrument.id, prices.lowerBound, prices.upperBound),
            .quantityRange(instrument.id, quantities.lowerBound, quantities.upperBound),
            .minimumNotional(instrument.id, instrument.minimumNotional),
        ]
    }

    /// What is told of `position`, found before our first order.
    public static func found(_ position: VenuePosition, in id: InstrumentID) -> AccountEvent {
        switch position {
        case .oneWay(let lots): .opening(id, lots)
        case .hedged(let long, let short): .openingHedged(id, long: long, short: short)
        }
    }
}

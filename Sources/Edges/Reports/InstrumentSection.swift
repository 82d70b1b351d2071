public import Foundation
internal import Units

/// What was traded, in which steps and coins.
public struct InstrumentSection: Encodable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// Its product class: linear or spot.
    public var category: String
    /// The coin that is bought and sold: quantities are in it.
    public var baseCoin: String
    /// The coin it is paid in: prices and costs are in it.
    public var quoteCoin: String
    /// The price step.
    public var tick: Decimal
    /// The quantity step.
    public var lot: Decimal

    /// Decimals of a price, and of a quantity.
    let priceDecimals: Int
    let quantityDecimals: Int

    private enum CodingKeys: String, CodingKey {
        case symbol, category, baseCoin, quoteCoin, tick, lot
    }

    init(_ instrument: Instrument) {
        symbol = instrument.symbol
        category = instrument.category.name
        baseCoin = instrument.baseCoin
        quoteCoin = instrument.quoteCoin
        tick = exact(1, instrument.tick)
        lot = exact(1, instrument.lot)
        priceDecimals = instrument.tick.decimals
        quantityDecimals = instrument.lot.decimals
    }
}

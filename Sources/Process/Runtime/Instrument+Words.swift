internal import Orders
internal import Units

/// Quantities, prices and worth as a person reads them: "0.2 BTC", without zeros that say nothing.
extension Instrument {
    /// A quantity in the base coin.
    func words(_ quantity: Quantity) -> String {
        DecimalScale.plain(lot.text(quantity.lots)) + " " + baseCoin
    }

    /// A price.
    func words(_ price: Price) -> String { DecimalScale.plain(tick.text(price.ticks)) }

    /// An amount of the quote coin.
    func words(_ amount: Amount) -> String { amount.text(quoteCoin) }

    /// Which orders the venue takes.
    var orderWords: String {
        "\(words(quantityRange.lowerBound)) to \(words(quantityRange.upperBound)), worth "
            + "\(words(minimumNotional)) or more, at \(words(priceRange.lowerBound)) to "
            + words(priceRange.upperBound)
    }
}

internal import Orders
internal import Units

/// Quantities, prices and worth as a person reads them: "0.2 BTC", without zeros that say nothing.
extension Instrument {
    /// A quantity in the base coin.
    func words(_ quantity: Quantity) -> String {
        Instrument.plain(lot.text(quantity.lots)) + " " + baseCoin
    }

    /// A price.
    func words(_ price: Price) -> String { Instrument.plain(tick.text(price.ticks)) }

    /// An amount of the quote coin.
    func words(_ amount: Amount) -> String {
        let billionths = DecimalScale(multiplier: 1, decimals: 9)
        return Instrument.plain(billionths.text(amount.billionths)) + " " + quoteCoin
    }

    private static func plain(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}

internal import Simulation
internal import Units

/// A one-way position with its entry price: what adds moves the entry, what closes does not.
struct OpenPosition {
    /// Signed lots.
    private(set) var lots: Int64 = 0
    /// Σ ticks × lots of what is open, unsigned.
    private(set) var entryTickLots: Int128 = 0

    /// Flat.
    init() {}

    /// So much, opened at such a price.
    init(lots: Int64, entryTickLots: Int128) {
        self.lots = lots
        self.entryTickLots = entryTickLots
    }

    /// Adds one fill.
    mutating func apply(_ fill: ExchangeFill) {
        let signed = fill.order.side.sign * fill.quantity.lots
        let size = abs(lots)
        if lots == 0 || (lots > 0) == (signed > 0) {
            entryTickLots += Notional(fill.price, fill.quantity).tickLots
        } else if abs(signed) <= size {
            entryTickLots -= entryTickLots * Int128(abs(signed)) / Int128(size)
        } else {
            let opened = Quantity(lots: abs(signed) - size)
            entryTickLots = Notional(fill.price, opened).tickLots
        }
        lots += signed
    }

    /// The venue's word for its direction; empty when flat.
    var side: String { lots == 0 ? "" : lots > 0 ? "Buy" : "Sell" }
}

extension Instrument {
    /// The average price of `tickLots` over `lots`, to a billionth of the quote coin; zero for
    /// none.
    func averagePrice(_ tickLots: Int128, lots: Int64) -> Amount {
        guard lots > 0 else { return .zero }
        var scaled = tickLots * Int128(tick.multiplier) * 1_000_000_000
        for _ in 0..<tick.decimals { scaled /= 10 }
        return Amount(billionths: Int64(clamping: scaled / Int128(lots)))
    }
}

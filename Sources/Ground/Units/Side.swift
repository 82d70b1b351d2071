/// Which way an order or a trade's aggressor goes.
public enum Side: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case buy = 0
    case sell = 1

    /// The other side: where a taker finds its liquidity.
    @inlinable public var opposite: Side { self == .buy ? .sell : .buy }

    /// +1 for a buy, −1 for a sell: the sign of every cost formula (cost > 0 is bad).
    @inlinable public var sign: Int64 { self == .buy ? 1 : -1 }

    /// Whether `a` is the better price to rest at on this side: higher for a buy, lower for a sell.
    @inlinable public func isBetter(_ a: Price, than b: Price) -> Bool {
        self == .buy ? a.ticks > b.ticks : a.ticks < b.ticks
    }

    /// Whether an order of this side at `price` would trade against `quote` on the other side.
    @inlinable public func crosses(_ price: Price, _ quote: Price) -> Bool {
        self == .buy ? price.ticks >= quote.ticks : price.ticks <= quote.ticks
    }

    /// The price `ticks` more aggressive than `price`: up for a buy, down for a sell.
    @inlinable public func improved(_ price: Price, byTicks ticks: Int64) -> Price {
        Price(ticks: price.ticks &+ sign &* ticks)
    }

    /// The less aggressive of two prices: a buy never pays more than either.
    @inlinable public func lessAggressive(_ a: Price, _ b: Price) -> Price {
        isBetter(a, than: b) ? b : a
    }
}

public import Units

/// The best bid and offer of one book. A side without quantity is empty.
public struct BBO: Hashable, Sendable, BitwiseCopyable {
    /// Best bid price; meaningless while `bidQuantity` is zero.
    public var bid: Price
    /// Quantity at the best bid; zero when there is no bid.
    public var bidQuantity: Quantity
    /// Best ask price; meaningless while `askQuantity` is zero.
    public var ask: Price
    /// Quantity at the best ask; zero when there is no ask.
    public var askQuantity: Quantity

    /// A quote with every field stated.
    @inlinable public init(
        bid: Price,
        bidQuantity: Quantity,
        ask: Price,
        askQuantity: Quantity
    ) {
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
    }

    /// A quote with both sides empty.
    @inlinable public static var empty: BBO {
        BBO(
            bid: Price(ticks: 0),
            bidQuantity: .zero,
            ask: Price(ticks: 0),
            askQuantity: .zero
        )
    }

    /// Whether there is a bid and an ask.
    @inlinable public var isTwoSided: Bool { bidQuantity.lots > 0 && askQuantity.lots > 0 }

    /// The price where an order of `side` would join the queue: the bid for a buy.
    @inlinable public func price(_ side: Side) -> Price { side == .buy ? bid : ask }

    /// The quantity that rests at the best price of `side`.
    @inlinable public func quantity(_ side: Side) -> Quantity {
        side == .buy ? bidQuantity : askQuantity
    }

    /// Ask minus bid in ticks; meaningful when two-sided.
    @inlinable public var spreadTicks: Int64 { ask.ticks &- bid.ticks }

    /// Bid plus ask: the mid in half ticks, exact; meaningful when two-sided.
    @inlinable public var midHalfTicks: Int64 { bid.ticks &+ ask.ticks }

    /// The mid in ticks, for models; meaningful when two-sided.
    @inlinable public var midTicks: Double { Double(midHalfTicks) / 2 }

    /// The weighted mid in ticks: each price weighed by the size on the *other* side, so that it
    /// leans to where the next trade is likelier. Meaningful when two-sided.
    ///
    /// Many desks call this the microprice; Stoikov's microprice is an adjustment on top of it.
    @inlinable public var weightedMidTicks: Double {
        let b = Double(bidQuantity.lots)
        let a = Double(askQuantity.lots)
        return Double(bid.ticks) + Double(spreadTicks) * (b / (b + a))
    }

    /// (bid size − ask size) ÷ (bid size + ask size) at the touch, in −1...1; 0 when both are
    /// empty.
    @inlinable public var imbalance: Double {
        let b = Double(bidQuantity.lots)
        let a = Double(askQuantity.lots)
        return b + a > 0 ? (b - a) / (b + a) : 0
    }
}

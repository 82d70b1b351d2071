public import Orders
public import Units

/// A client's order as the exchange keeps it.
public struct ExchangeOrder: Sendable {
    /// The exchange's number for it, from 1.
    public let number: Int64
    /// The client's own name for it.
    public let link: String
    /// Which way.
    public let side: Side
    /// On what terms.
    public let timeInForce: TimeInForce
    /// Whether it may only shrink the position.
    public let reduceOnly: Bool
    /// Which position it is for: 0 the only one, or in hedge mode 1 the long and 2 the short one.
    public let positionIndex: UInt8
    /// Its price.
    public internal(set) var price: Price
    /// Its total quantity.
    public internal(set) var quantity: Quantity
    /// What it has filled.
    public internal(set) var filled: Quantity = .zero
    /// Σ price × quantity of its fills.
    public internal(set) var filledNotional: Notional = .zero
    /// Σ fees of its fills.
    public internal(set) var fees: Amount = .zero
    /// Where it stands.
    public internal(set) var status: OrderStatus = .new
    /// Why it ended.
    public internal(set) var reason: OrderEndReason = .none
    /// Whether it ended because nothing was left of the position that it could close.
    public internal(set) var lostPosition = false
    /// When it came.
    public let createdAt: Nanoseconds
    /// When it last changed.
    public internal(set) var updatedAt: Nanoseconds
    /// Others' quantity that stands before it at its price.
    public internal(set) var ahead: Quantity = .zero

    /// What it may still fill.
    public var leaves: Quantity { quantity - filled }
}

/// One fill of a client's order.
public struct ExchangeFill: Sendable {
    /// The fill's number, from 1: the execution id and, on the tape, the trade id.
    public let number: Int64
    /// The order, as it stands after the fill.
    public let order: ExchangeOrder
    /// At what price.
    public let price: Price
    /// How much.
    public let quantity: Quantity
    /// Whether it rested.
    public let isMaker: Bool
    /// What it cost.
    public let fee: Amount
    /// When.
    public let at: Nanoseconds
}

/// One public print: the feed's own, or the part of one that filled a client.
public struct ExchangePrint: Sendable {
    /// Who made it.
    public enum Source: Sendable {
        /// The feed, with the feed's own id.
        case feed(ExternalID)
        /// A client's fill, by its number.
        case fill(Int64)
    }

    /// Whose it is.
    public let source: Source
    /// Where.
    public let price: Price
    /// How much.
    public let quantity: Quantity
    /// The taker's side.
    public let aggressor: Side
    /// A block trade of the feed.
    public let isBlock: Bool
    /// A retail-price-improvement trade of the feed.
    public let isRPI: Bool
    /// When.
    public let at: Nanoseconds
}

/// What an exchange tells, in the order it happened.
public enum ExchangeEvent: Sendable {
    /// An order changed.
    case order(ExchangeOrder)
    /// An order filled; its `order` event follows.
    case fill(ExchangeFill)
    /// Something printed.
    case print(ExchangePrint)
}

/// Why an exchange refused a request outright.
public enum ExchangeRefusal: Error, Hashable, Sendable {
    /// The price is not positive or outside the instrument's range.
    case priceOutOfRange
    /// The quantity is below the instrument's smallest.
    case quantityTooSmall
    /// The quantity is above the instrument's largest.
    case quantityTooLarge
    /// Price × quantity is below the instrument's minimum.
    case notionalTooSmall
    /// An order of that name came before.
    case duplicateLink
    /// No such order.
    case notFound
    /// The order has ended.
    case alreadyEnded
    /// The new total is not more than what is filled.
    case notAboveFilled
    /// A reduce-only order with nothing to reduce.
    case nothingToReduce
}

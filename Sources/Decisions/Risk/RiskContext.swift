internal import Orders
public import Units

/// The facts about an instrument and a parent that the checks need, gathered once an order.
public struct RiskContext: BitwiseCopyable, Sendable {
    /// Whether the venue says the instrument trades.
    public var isTrading: Bool
    /// Whether the book follows without gap, uncrossed, with both sides.
    public var isBookTrusted: Bool
    /// When the last book message was taken in.
    public var bookAt: Nanoseconds
    /// Twice the mid, in ticks.
    public var midHalfTicks: Int64
    /// Twice the mark price, in ticks; 0 when it is not known.
    public var markHalfTicks: Int64 = 0
    /// When the venue last spoke of the mark price.
    public var markAt = Nanoseconds.zero
    /// The parent's quantity.
    public var parentQuantity: Quantity
    /// Fills and everything in flight, without the child the command changes.
    public var committedElsewhere: Quantity
    /// The parent's limit.
    public var limit: Price?
    /// Whether the same order of the same parent is on its way without an answer.
    public var isDuplicate = false
    /// The highest price the venue takes of a buy at the moment; nil when it has not said.
    public var highestBuy: Price?
    /// The lowest price the venue takes of a sell at the moment; nil when it has not said.
    public var lowestSell: Price?
    /// Our own best resting order on the other side.
    public var ownOpposite: Price?
    /// Our position in the instrument, signed: what we found and what we did.
    public var position = Quantity.zero
    /// The size of the other position, in hedge mode: exposure is both together.
    public var otherPosition = Quantity.zero
    /// Whether the order may only bring the position nearer to flat.
    public var mustReduce = false
    /// What is in flight on the order's own side of the instrument, over all parents, without the
    /// child the command changes.
    public var inFlight = Quantity.zero
    /// What the child that the command changes has filled: it is in the position already.
    public var filled = Quantity.zero
    /// The index of the instrument among those of the gate's account.
    public var instrument = 0
    /// Where the venue would liquidate the position; nil when there is none or it has not said.
    public var liquidation: Price?

    /// The facts that every order needs; the rest is unknown until it is set.
    @inlinable public init(
        isTrading: Bool,
        isBookTrusted: Bool,
        bookAt: Nanoseconds,
        midHalfTicks: Int64,
        parentQuantity: Quantity,
        committedElsewhere: Quantity,
        limit: Price?
    ) {
        self.isTrading = isTrading
        self.isBookTrusted = isBookTrusted
        self.bookAt = bookAt
        self.midHalfTicks = midHalfTicks
        self.parentQuantity = parentQuantity
        self.committedElsewhere = committedElsewhere
        self.limit = limit
    }
}

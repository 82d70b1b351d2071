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
    /// The parent's quantity.
    public var parentQuantity: Quantity
    /// Fills and everything in flight, without the child the command changes.
    public var committedElsewhere: Quantity
    /// The parent's limit.
    public var limit: Price?

    /// A context with every fact stated.
    public init(
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

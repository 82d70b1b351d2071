public import Units

/// What a desk asks for: so much of an instrument, one way, within a time and a price.
public struct ParentOrder: Hashable, Sendable, BitwiseCopyable {
    /// Our name for it.
    public var id: ParentID
    /// What to trade.
    public var instrument: InstrumentID
    /// Which way.
    public var side: Side
    /// How much.
    public var quantity: Quantity
    /// The worst price any child may carry; nil leaves only the risk collar.
    public var limit: Price?
    /// Whether it may only bring the position nearer to flat. In hedge mode it says which of the
    /// two positions is meant: a sale that only reduces closes the long one, another one opens the
    /// short one.
    public var reduceOnly: Bool
    /// When to begin.
    public var startsAt: Nanoseconds
    /// When to be done.
    public var endsAt: Nanoseconds

    /// A parent with every term stated.
    ///
    /// - Precondition: a positive quantity, and an end after the start.
    public init(
        id: ParentID,
        instrument: InstrumentID,
        side: Side,
        quantity: Quantity,
        limit: Price?,
        reduceOnly: Bool = false,
        startsAt: Nanoseconds,
        endsAt: Nanoseconds
    ) {
        precondition(quantity.lots > 0 && endsAt > startsAt)
        self.id = id
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.limit = limit
        self.reduceOnly = reduceOnly
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}

/// Where a parent stands.
public enum ParentState: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Accepted; waits for a trustworthy book to stamp its arrival price.
    case accepted
    /// Children may be sent.
    case working
    /// No new children; open ones are being cancelled and waited for.
    case stopping
    /// Filled to the last lot; or flat, where it only reduces a position.
    case completed
    /// Stopped by the operator.
    case cancelled
    /// Ran out of time.
    case expired
    /// Stopped because something could not be trusted.
    case halted

    /// Whether nothing more will happen to it.
    public var isFinal: Bool { self.rawValue >= ParentState.completed.rawValue }
}

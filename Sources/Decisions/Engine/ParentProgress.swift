public import Book
public import Units

/// How far a parent has come.
public struct ParentProgress: Hashable, Sendable, BitwiseCopyable {
    /// All of it.
    public var quantity: Quantity
    /// Fills so far.
    public var filled: Quantity
    /// What was due at the last look.
    public var target: Quantity
    /// How far fills may stray from it before it is crossed for.
    public var band: Quantity
    /// Children sent.
    public var children: Int
    /// Those of them that are open, or whose last word is not known.
    public var live: Int
    /// The quote of this moment.
    public var quote: BBO
    /// Which way it goes.
    public var side: Side
    /// When it begins.
    public var startsAt: Nanoseconds
    /// When it is to be done.
    public var endsAt: Nanoseconds
    /// When this was so; zero until the publisher says.
    public var at = Nanoseconds.zero
    /// What it is without; nothing until the publisher says.
    public var away: Absences = []
    /// How long a connection, or the journal's disk, may be away before the parent stops; zero
    /// where nobody has said.
    public var linkPatience = Nanoseconds.zero
    /// How much of the room for orders and fills is used, in thousandths; at 1,000 the parent ends.
    public var roomUsedPerMille = 0
    /// For how many orders there is room.
    public var room = 0
    /// What the venue answered that last made it pause; nothing until the publisher says.
    public var pause = ParentPause()
    /// Σ price × quantity of its fills.
    public var notional: Notional
    /// Twice the mid, in ticks, when it arrived; nil before.
    public var arrivalHalfTicks: Int64?
    /// The price of the order that rests; nil when none does.
    public var restingPrice: Price?
    /// What that order could still fill.
    public var restingLeaves = Quantity.zero
    /// The instrument's price step.
    public var tick: DecimalScale
    /// The instrument's quantity step.
    public var lot: DecimalScale

    /// Progress of a parent of which nothing rests.
    public init(
        quantity: Quantity,
        filled: Quantity,
        target: Quantity,
        band: Quantity,
        children: Int,
        live: Int,
        quote: BBO,
        side: Side,
        startsAt: Nanoseconds,
        endsAt: Nanoseconds,
        notional: Notional,
        arrivalHalfTicks: Int64?,
        tick: DecimalScale,
        lot: DecimalScale
    ) {
        self.quantity = quantity
        self.filled = filled
        self.target = target
        self.band = band
        self.children = children
        self.live = live
        self.quote = quote
        self.side = side
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.notional = notional
        self.arrivalHalfTicks = arrivalHalfTicks
        self.tick = tick
        self.lot = lot
    }
}

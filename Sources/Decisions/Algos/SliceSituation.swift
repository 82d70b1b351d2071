public import Units

/// The parent's own resting order, as far as slicing needs it.
public struct RestingChild: BitwiseCopyable, Sendable {
    /// Where it rests.
    public var price: Price
    /// What it can still fill.
    public var leaves: Quantity
    /// Whether it may be moved or withdrawn now.
    public var acceptsRequest: Bool

    /// A resting child.
    public init(price: Price, leaves: Quantity, acceptsRequest: Bool) {
        self.price = price
        self.leaves = leaves
        self.acceptsRequest = acceptsRequest
    }
}

/// What our own orders have left of one state of the book, for orders of one side.
public struct BookAllowance: BitwiseCopyable, Sendable {
    /// What they have had, or may have, of what the other side displays.
    public var spent: Quantity
    /// Whether it may be taken from: not after it did not hold what it displays.
    public var mayTake: Bool
    /// Whether something may be sent to rest on it: not after that would have taken.
    public var mayRest: Bool

    /// An allowance with every fact stated.
    public init(spent: Quantity, mayTake: Bool, mayRest: Bool) {
        self.spent = spent
        self.mayTake = mayTake
        self.mayRest = mayRest
    }

    /// All of it.
    public static var whole: BookAllowance {
        BookAllowance(spent: .zero, mayTake: true, mayRest: true)
    }
}

/// Where a parent stands against its target, in lots, at one moment.
public struct SliceSituation: BitwiseCopyable, Sendable {
    /// The parent's side.
    public var side: Side
    /// The parent's limit.
    public var limit: Price?
    /// The parent's quantity.
    public var quantity: Quantity
    /// What should be filled now.
    public var target: Quantity
    /// How far the fills may stray from the target before it is crossed for.
    public var band: Quantity
    /// Fills, plus fills the venue has counted and not yet told.
    public var filled: Quantity
    /// What takers in flight may still fill.
    public var takerLeaves: Quantity
    /// Everything filled or in flight.
    public var committed: Quantity
    /// The order that rests, if one does.
    public var resting: RestingChild?
    /// The smallest order the venue takes at the current price.
    public var smallestOrder: Quantity
    /// The largest child risk allows.
    public var largestOrder: Quantity
    /// The least that is sent, or left to be sent, while there is a choice: with room for a price
    /// that makes it worth less.
    public var smallestPiece: Quantity
    /// The least that the venue is thought to take after a refusal: what is smaller waits until
    /// more is due. Never a reason to send more than that.
    public var smallestTaken: Quantity
    /// The most that may rest at once, for the fills of what rests may be told late.
    public var largestResting: Quantity
    /// What should be filled now at most, where what is due is in doubt; never less than `target`.
    public var mostDue: Quantity
    /// What is left of the book's state.
    public var book: BookAllowance

    /// A situation with every fact stated.
    public init(
        side: Side,
        limit: Price?,
        quantity: Quantity,
        target: Quantity,
        band: Quantity,
        filled: Quantity,
        takerLeaves: Quantity,
        committed: Quantity,
        resting: RestingChild?,
        smallestOrder: Quantity,
        largestOrder: Quantity,
        smallestPiece: Quantity,
        smallestTaken: Quantity = .zero,
        largestResting: Quantity = Quantity(lots: .max),
        mostDue: Quantity = .zero,
        book: BookAllowance = .whole
    ) {
        self.side = side
        self.limit = limit
        self.quantity = quantity
        self.target = target
        self.band = band
        self.filled = filled
        self.takerLeaves = takerLeaves
        self.committed = committed
        self.resting = resting
        self.smallestOrder = smallestOrder
        self.largestOrder = largestOrder
        self.smallestPiece = smallestPiece
        self.smallestTaken = smallestTaken
        self.largestResting = largestResting
        self.mostDue = max(target, mostDue)
        self.book = book
    }
}

/// What a parent wants done now. At most one thing a step: the next event comes soon.
public enum SliceIntent: Hashable, Sendable, BitwiseCopyable {
    /// Nothing.
    case stay
    /// Cross for `quantity`, paying no worse than `price`.
    case take(Quantity, Price)
    /// Rest `quantity` at `price`, post-only.
    case rest(Quantity, Price)
    /// Move the resting order to `price`.
    case move(Price)
    /// Take the resting order off the book.
    case withdraw
}

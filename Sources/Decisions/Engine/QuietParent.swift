internal import Book
internal import Units

/// When one working parent may be passed over, because its turn would come to nothing.
///
/// A turn that ended in `stay` is a function of few things. As long as they are as they were, the
/// next one ends the same way and changes nothing:
///
///     from ≤ now < until        the same lots due, the same band, no answer overdue, not the end
///     quote prices as they were the same sizes allowed, the same price to rest at
///     more than `floor` lots at the best price of our side      we are not alone there
///
/// A whole turn, news of the parent's own orders, and whatever stops it, wake it. The book's trust
/// and age and the links are one look for all parents of a market. POV follows a rate that decays
/// all the time and is never quiet.
///
/// - Complexity: one cache line and six comparisons for a parent passed over.
struct QuietParent: BitwiseCopyable {
    private var from = Nanoseconds.zero
    private var until = Nanoseconds.zero
    private var bid = Price(ticks: 0)
    private var ask = Price(ticks: 0)
    private var floor = Quantity.zero
    private var side = Side.buy

    /// Lets the parent rest after a turn that came to nothing.
    mutating func rest(
        from: Nanoseconds,
        until: Nanoseconds,
        quote: BBO,
        side: Side,
        floor: Quantity
    ) {
        self.from = from
        self.until = until
        bid = quote.bid
        ask = quote.ask
        self.side = side
        self.floor = floor
    }

    /// Something happened to the parent: its next turn is a whole one.
    mutating func wake() { until = from }

    /// Takes the parent's turn at a trusted book, if it is known to come to nothing.
    @inline(__always)
    mutating func passes(_ now: Nanoseconds, _ quote: BBO) -> Bool {
        guard now < until, now >= from, quote.bid == bid, quote.ask == ask,
            quote.quantity(side) > floor
        else { return false }
        return true
    }
}

internal import Orders
internal import Units

/// What our orders may have filled without our knowing, of the trades that one side takes: by
/// orders of that side that take, and by orders of the other that rest.
///
/// A bound over all orders together: more prints may fit it than could be ours, never fewer.
struct OwnLeaves: BitwiseCopyable {
    /// The side that takes.
    let aggressor: Side
    /// How much they can have filled untold.
    private(set) var lots: Int64 = 0
    /// Since when prints may be theirs.
    private(set) var since = Nanoseconds.distantFuture
    private var takingSince = Nanoseconds.distantFuture
    private var takingWorst: Price?
    private var restingSince = Nanoseconds.distantFuture
    private var lowest = Price(ticks: .max)
    private var highest = Price(ticks: .min)

    init(aggressor: Side) { self.aggressor = aggressor }

    /// Adds an order of ours. A taker's prints are its own since it left, for its end is soon told.
    /// What rests may do so for hours while others trade at its price: its fill is waited for as
    /// long as fills take (`patience`), or until told where the venue has counted it.
    mutating func add(_ child: ChildOrder, patience: Nanoseconds, now: Nanoseconds) {
        let untold = child.leaves.lots
        if untold <= 0 { return }
        if child.side == aggressor {
            if child.timeInForce == .postOnly { return }
            add(untold)
            takingSince = min(takingSince, child.sentAt)
            let worst = takingWorst ?? child.price
            takingWorst = child.side.isBetter(worst, than: child.price) ? worst : child.price
            since = min(since, child.sentAt)
        } else if child.timeInForce.rests {
            add(untold)
            let isCounted = child.reported > child.filled
            let from = isCounted ? child.sentAt : max(child.sentAt, now - patience)
            restingSince = min(restingSince, from)
            since = min(since, from)
            if child.requestedAt > from {
                // It was moved meanwhile, from a price that is not kept.
                lowest = Price(ticks: .min)
                highest = Price(ticks: .max)
            } else {
                lowest = min(lowest, min(child.price, child.requestedPrice))
                highest = max(highest, max(child.price, child.requestedPrice))
            }
        }
    }

    private mutating func add(_ more: Int64) {
        let (sum, overflows) = lots.addingReportingOverflow(more)
        lots = overflows ? .max : sum
    }

    /// Whether one of them may have traded at `price` at that time.
    @inline(__always)
    func mayTrade(_ price: Price, _ at: Nanoseconds) -> Bool {
        if let worst = takingWorst, at >= takingSince, !aggressor.isBetter(price, than: worst) {
            return true
        }
        return at >= restingSince && price >= lowest && price <= highest
    }
}

public import Units

/// The sums of one parent's fills that its cost is computed from; O(1) a fill, exact.
public struct ShortfallLedger: Hashable, Sendable, BitwiseCopyable {
    /// The parent's side.
    public let side: Side
    /// Twice the mid, in ticks, when the parent arrived; nil before a trustworthy book was seen.
    public private(set) var arrivalHalfTicks: Int64?
    /// Σ quantity.
    public private(set) var filled: Quantity = .zero
    /// The part of `filled` that rested.
    public private(set) var makerFilled: Quantity = .zero
    /// Σ price × quantity.
    public private(set) var notional: Notional = .zero
    /// Σ fees, in the quote coin.
    public private(set) var fees: Amount = .zero
    private var midAtSend: Int128 = 0
    private var midAtFill: Int128 = 0
    /// Σ quantity × (mid at fill − mid at send) of the fills that rested.
    private var restedMove: Int128 = 0

    /// A ledger without fills.
    public init(side: Side) { self.side = side }

    /// Stamps the arrival price, once.
    public mutating func arrive(midHalfTicks: Int64) {
        precondition(arrivalHalfTicks == nil, "ShortfallLedger: a parent arrives once")
        arrivalHalfTicks = midHalfTicks
    }

    /// Adds one fill with the mids it is measured from.
    public mutating func add(
        _ price: Price,
        _ quantity: Quantity,
        isMaker: Bool,
        fee: Amount,
        midAtSendHalfTicks: Int64,
        midAtFillHalfTicks: Int64
    ) {
        filled += quantity
        if isMaker { makerFilled += quantity }
        notional += Notional(price, quantity)
        fees += fee
        midAtSend += Int128(midAtSendHalfTicks) * Int128(quantity.lots)
        midAtFill += Int128(midAtFillHalfTicks) * Int128(quantity.lots)
        guard isMaker else { return }
        restedMove +=
            (Int128(midAtFillHalfTicks) - Int128(midAtSendHalfTicks)) * Int128(quantity.lots)
    }

    /// Adds the fee of a fill that was added without one, and what it changes of the part that
    /// rested; `moveHalfTicks` is how far the mid had moved from its send to its fill.
    public mutating func complete(fee: Amount, rested: Quantity, moveHalfTicks: Int64) {
        fees += fee
        makerFilled += rested
        restedMove += Int128(moveHalfTicks) * Int128(rested.lots)
    }

    /// The cost so far, with `unfilled` priced at the mid of the end.
    public func breakdown(unfilled: Quantity, endHalfTicks: Int64) -> CostBreakdown {
        var cost = CostBreakdown()
        guard let arrival = arrivalHalfTicks else { return cost }
        let sign = Int128(side.sign)
        let atArrival = Int128(arrival) * Int128(filled.lots)
        cost.timing = sign * (midAtSend - atArrival)
        cost.takerLatency = sign * (midAtFill - midAtSend - restedMove)
        cost.makerDrift = sign * restedMove
        cost.spread = sign * (notional.tickLots * 2 - midAtFill)
        cost.opportunity = sign * Int128(unfilled.lots) * (Int128(endHalfTicks) - Int128(arrival))
        cost.fees = fees
        return cost
    }
}

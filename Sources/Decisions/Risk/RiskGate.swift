public import Orders
public import Units

/// The last look at every command before it can leave: an ordered table of checks.
///
/// The first check that fails names the refusal. A cancel is only held back by its own rate: taking
/// an order off the book must stay possible when everything else is refused.
///
/// - Complexity: O(1), integer comparisons; never allocates after `init`.
public struct RiskGate: ~Copyable {
    private var places: RequestWindow
    private var amends: RequestWindow
    private var cancels: RequestWindow
    private let maxBookAge: Nanoseconds
    private let priceBandBps: Int64
    /// Set by the operator or a fault; only cancels leave while it is set.
    public var isHalted = false
    /// Whether our fills can be seen.
    public var isPrivateStreamUp = false

    /// A gate with full budgets.
    public init(_ limits: RiskLimits, now: Nanoseconds) {
        places = RequestWindow(rate: limits.requestsPerSecond, now: now)
        amends = RequestWindow(rate: limits.requestsPerSecond, now: now)
        cancels = RequestWindow(rate: limits.requestsPerSecond, now: now)
        maxBookAge = limits.maxBookAge
        priceBandBps = limits.priceBandBps
    }

    /// Whether a new child may leave at `now`; takes its place in the rate window when it may.
    public mutating func check(
        _ order: PlaceOrder,
        _ context: RiskContext,
        _ filters: RiskFilters,
        now: Nanoseconds
    ) -> RefusalReason? {
        if let reason = checkMarket(context, now) { return reason }
        if let reason = checkOrder(order.side, order.price, order.quantity, context, filters) {
            return reason
        }
        return places.take(at: now) ? nil : .rateExceeded
    }

    /// Whether a working child of `side` may be changed at `now`; takes its place in the rate
    /// window when it may.
    public mutating func check(
        _ amend: AmendOrder,
        _ side: Side,
        _ context: RiskContext,
        _ filters: RiskFilters,
        now: Nanoseconds
    ) -> RefusalReason? {
        if let reason = checkMarket(context, now) { return reason }
        if let reason = checkOrder(side, amend.price, amend.quantity, context, filters) {
            return reason
        }
        return amends.take(at: now) ? nil : .rateExceeded
    }

    /// Whether a cancel may leave at `now`; takes its place in the rate window when it may.
    public mutating func checkCancel(now: Nanoseconds) -> RefusalReason? {
        cancels.take(at: now) ? nil : .rateExceeded
    }

    private func checkMarket(_ context: RiskContext, _ now: Nanoseconds) -> RefusalReason? {
        if isHalted { return .halted }
        if !context.isTrading { return .notTrading }
        if !isPrivateStreamUp { return .privateStreamDown }
        if !context.isBookTrusted { return .untrustedBook }
        if now.count - context.bookAt.count > maxBookAge.count { return .oldBook }
        return nil
    }

    private func checkOrder(
        _ side: Side,
        _ price: Price,
        _ quantity: Quantity,
        _ context: RiskContext,
        _ filters: RiskFilters
    ) -> RefusalReason? {
        if quantity.lots <= 0 || quantity < filters.minChild { return .childTooSmall }
        if quantity > filters.maxChild { return .childTooLarge }
        if context.committedElsewhere.lots + quantity.lots > context.parentQuantity.lots {
            return .parentExceeded
        }
        if price < filters.lowestPrice || price > filters.highestPrice {
            return .outsideVenuePrices
        }
        if let limit = context.limit, side.isBetter(price, than: limit) { return .beyondLimit }
        // |2p − 2M| / 2M ≤ band, without a division. Only the aggressive direction can hurt.
        let away = side.sign * (2 * price.ticks - context.midHalfTicks)
        if Int128(away) * 10_000 > Int128(context.midHalfTicks) * Int128(priceBandBps) {
            return .outsidePriceBand
        }
        let notional = Notional(price, quantity)
        if notional < filters.minNotional { return .notionalTooSmall }
        if notional > filters.maxNotional { return .notionalTooLarge }
        return nil
    }
}

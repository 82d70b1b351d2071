public import Orders
public import Units

/// The last look at every command before it can leave: an ordered table of checks.
///
/// | what | checks, in this order |
/// | --- | --- |
/// | the process | halted, only reducing |
/// | what we know | instrument status, private stream, its age, clock, book and mark, their ages |
/// | the order | duplicate, size, parent, venue's prices, limit, collars, notional, self-trade |
/// | the account | position, exposure, leverage, liquidation, the day's loss |
/// | the traffic | messages a fill, requests a second, the venue's budget |
///
/// The first check that fails names the refusal. A cancel is only held back by its own rates:
/// taking an order off the book must stay possible when everything else is refused. Each kind of
/// request has a window of its own, so places and amends cannot use up what cancels need.
///
/// Checks are mutating and inlined though they only read: a call would copy the gate, 304 bytes
/// (`perf/experiments/borrowed-structs.md`).
///
/// - Complexity: O(1), integer comparisons; never allocates after `init`. 60 ns, bench
///   `risk.check`.
public struct RiskGate: ~Copyable {
    private var places: RequestWindow
    private var amends: RequestWindow
    private var cancels: RequestWindow
    /// What the venue lets us ask for.
    public var budget: VenueBudget
    private let limits: RiskLimits
    private var messages: Int64 = 0
    private var fills: Int64 = 0
    /// What all positions are worth and what the day has cost.
    public var account: AccountRisk
    /// What may leave at all.
    public var state = TradingState.active
    /// Whether our fills can be seen.
    public var isPrivateStreamUp = false
    /// When the private stream was last heard.
    public var privateHeardAt: Nanoseconds
    /// By how much our estimate of the venue's clock may be wrong.
    public var clockError = Nanoseconds.zero

    /// A gate with full budgets over `instruments` instruments.
    public init(_ limits: RiskLimits, instruments: Int, now: Nanoseconds) {
        places = RequestWindow(rate: limits.requestsPerSecond, now: now)
        amends = RequestWindow(rate: limits.requestsPerSecond, now: now)
        cancels = RequestWindow(rate: limits.requestsPerSecond, now: now)
        budget = VenueBudget(limits.venueRates)
        self.limits = limits
        account = AccountRisk(instruments: instruments, now: now)
        privateHeardAt = now
    }

    /// Whether only cancels may leave. Set by the operator or a fault.
    public var isHalted: Bool { state == .halted }

    /// Stops everything but cancels until a person resumes.
    public mutating func halt() { state = .halted }

    /// Counts a fill towards the ratio of messages to fills.
    public mutating func noteFill() { fills &+= 1 }

    /// Whether the day has lost more than it may.
    public var isLossExceeded: Bool { account.loss > limits.maxDailyLoss }

    /// Requests of `operation` a second that may leave: by the desk's rule and the venue's.
    public func rate(_ operation: OrderOperation, _ category: ProductCategory) -> Int {
        min(Int(limits.requestsPerSecond), budget.limit(operation, category))
    }

    /// Whether a new child may leave at `now`; takes its place in the rate window when it may.
    public mutating func check(
        _ order: PlaceOrder,
        _ context: RiskContext,
        _ filters: RiskFilters,
        now: Nanoseconds
    ) -> RefusalReason? {
        let reason = check(order.side, order.price, order.quantity, context, filters, now)
        if let reason { return reason }
        guard places.allows(at: now) else { return .rateExceeded }
        guard budget.take(.place, filters.category, now: now) else { return .budgetSpent }
        places.take(at: now)
        messages &+= 1
        return nil
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
        let reason = check(side, amend.price, amend.quantity, context, filters, now)
        if let reason { return reason }
        guard amends.allows(at: now) else { return .rateExceeded }
        guard budget.take(.amend, filters.category, now: now) else { return .budgetSpent }
        amends.take(at: now)
        messages &+= 1
        return nil
    }

    /// Whether a cancel may leave at `now`; takes its place in the rate window when it may.
    public mutating func checkCancel(
        _ category: ProductCategory,
        now: Nanoseconds
    ) -> RefusalReason? {
        guard cancels.allows(at: now) else { return .rateExceeded }
        guard budget.take(.cancel, category, now: now) else { return .budgetSpent }
        cancels.take(at: now)
        messages &+= 1
        return nil
    }

    /// Counts a command that has left already, so that what follows it keeps to the rates.
    public mutating func enter(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        now: Nanoseconds
    ) {
        budget.enter(operation, category, now: now)
        switch operation {
        case .place: places.take(at: now)
        case .amend: amends.take(at: now)
        case .cancel: cancels.take(at: now)
        }
        messages &+= 1
    }

    @inline(__always)
    private mutating func check(
        _ side: Side,
        _ price: Price,
        _ quantity: Quantity,
        _ context: RiskContext,
        _ filters: RiskFilters,
        _ now: Nanoseconds
    ) -> RefusalReason? {
        let reduces = RiskGate.reduces(side, quantity, context)
        if state == .halted { return .halted }
        if (state == .reducing || context.mustReduce) && !reduces { return .onlyReducing }
        if let reason = checkKnowledge(context, now) { return reason }
        if let reason = checkOrder(side, price, quantity, context, filters) { return reason }
        if let reason = checkAccount(side, price, quantity, reduces, context, filters) {
            return reason
        }
        if messages >= limits.freeMessages,
            messages / max(1, fills) >= limits.maxMessagesPerFill
        {
            return .messageRatioExceeded
        }
        return nil
    }

    @inline(__always)
    private mutating func checkKnowledge(
        _ context: RiskContext,
        _ now: Nanoseconds
    ) -> RefusalReason? {
        if !context.isTrading { return .notTrading }
        if !isPrivateStreamUp { return .privateStreamDown }
        if now.count - privateHeardAt.count > limits.maxPrivateAge.count {
            return .oldPrivateStream
        }
        if clockError > limits.maxClockError { return .clockUncertain }
        if !context.isBookTrusted { return .untrustedBook }
        if now.count - context.bookAt.count > limits.maxBookAge.count { return .oldBook }
        if context.markHalfTicks != 0, now.count - context.markAt.count > limits.maxMarkAge.count {
            return .oldMark
        }
        return nil
    }

    @inline(__always)
    private mutating func checkOrder(
        _ side: Side,
        _ price: Price,
        _ quantity: Quantity,
        _ context: RiskContext,
        _ filters: RiskFilters
    ) -> RefusalReason? {
        if context.isDuplicate { return .duplicateIntent }
        if quantity.lots <= 0 || quantity < filters.minChild { return .childTooSmall }
        if quantity > filters.maxChild { return .childTooLarge }
        if context.committedElsewhere.lots + quantity.lots > context.parentQuantity.lots {
            return .parentExceeded
        }
        if price < filters.lowestPrice || price > filters.highestPrice {
            return .outsideVenuePrices
        }
        if let bound = side == .buy ? context.highestBuy : context.lowestSell,
            side.isBetter(price, than: bound)
        {
            return .outsideVenuePrices
        }
        if let limit = context.limit, side.isBetter(price, than: limit) { return .beyondLimit }
        if RiskGate.isAway(side, price, context.midHalfTicks, limits.priceBandBps) {
            return .outsidePriceBand
        }
        if context.markHalfTicks != 0,
            RiskGate.isAway(side, price, context.markHalfTicks, limits.markBandBps)
        {
            return .outsideMarkBand
        }
        let notional = Notional(price, quantity)
        if notional < filters.minNotional { return .notionalTooSmall }
        if notional > filters.maxNotional { return .notionalTooLarge }
        if let own = context.ownOpposite, side.crosses(price, own) { return .selfTrade }
        return nil
    }

    /// What only holds back orders that do not bring the position nearer to flat.
    @inline(__always)
    private mutating func checkAccount(
        _ side: Side,
        _ price: Price,
        _ quantity: Quantity,
        _ reduces: Bool,
        _ context: RiskContext,
        _ filters: RiskFilters
    ) -> RefusalReason? {
        if reduces { return nil }
        let position = side.sign.multipliedReportingOverflow(by: context.position.lots)
            .partialValue
        // The position when all that is in flight on this side fills.
        let worst = position.addingClamped(context.inFlight.lots)
            .addingClamped(quantity.lots.subtractingClamped(context.filled.lots))
        if worst > limits.maxPosition.lots { return .positionExceeded }
        let elsewhere = account.gross(without: context.instrument).billionths
        let room = limits.maxGrossExposure.billionths.subtractingClamped(elsewhere)
        let exposed = worst.addingClamped(context.otherPosition.lots)
        if !filters.fits(exposed, price, in: Amount(billionths: room)) { return .exposureExceeded }
        if limits.maxLeveragePercent != .max {
            // Without the account's equity no multiple of it is known to hold.
            guard let equity = account.equity?.billionths, equity > 0 else {
                return .leverageExceeded
            }
            let most = Int128(equity) * Int128(limits.maxLeveragePercent) / 100
            let room = Int64(clamping: most).subtractingClamped(elsewhere)
            if !filters.fits(exposed, price, in: Amount(billionths: room)) {
                return .leverageExceeded
            }
        }
        if let liquidation = context.liquidation {
            let distance = (2 * Int128(liquidation.ticks) - Int128(context.midHalfTicks)).magnitude
            let least =
                UInt128(context.midHalfTicks.magnitude)
                * UInt128(limits.minLiquidationDistanceBps.magnitude)
            if distance * 10_000 < least { return .nearLiquidation }
        }
        return isLossExceeded ? .lossExceeded : nil
    }

    /// |2p − 2M| / 2M > band, without a division. Only the aggressive direction can hurt.
    private static func isAway(
        _ side: Side,
        _ price: Price,
        _ referenceHalfTicks: Int64,
        _ bandBps: Int64
    ) -> Bool {
        let away = side.sign * (2 * price.ticks - referenceHalfTicks)
        // Products of 64 bits each fit 128.
        return Int128(away) &* 10_000 > Int128(referenceHalfTicks) &* Int128(bandBps)
    }

    /// Whether an order can only bring the position nearer to flat, whatever else fills.
    private static func reduces(
        _ side: Side,
        _ quantity: Quantity,
        _ context: RiskContext
    ) -> Bool {
        let held = context.position.lots
        guard held != 0, (held > 0) == (side == .sell) else { return false }
        let open = quantity.lots.subtractingClamped(context.filled.lots)
        let closing = Int128(context.inFlight.lots) + Int128(open)
        return closing <= Int128(held.magnitude)
    }
}

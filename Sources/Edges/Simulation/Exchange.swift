internal import Book
public import Orders
public import Units

/// A venue's matching for one instrument and one account, against a book that a feed drives.
///
/// The feed (a recording or a generator) says what others show and trade. Our orders meet it so:
///
///     shown     = what the feed shows − what our takers took of it + our resting orders
///     takers    walk the shown levels and consume them until the feed changes the level
///     makers    queue behind what stands at their price when they arrive; the feed's trades
///               take what is ahead first; a decrease that no trade explains is a cancel,
///               credited ahead / level and rounded against us; a trade beyond their price
///               fills them first
///     crossing  a feed level that reaches a resting order's price fills it, as maker
///
/// Our own orders never meet each other: one that would is cancelled as it arrives. The shown book
/// is never crossed. Time is an argument and nothing is random: the same calls give the same
/// events. Others do not react to us: nobody refills or withdraws because we trade.
///
/// - Invariant: `position` = Σ signed fills; no order fills more than its quantity; what rests and
///   only reduces a position asks for no more than is held.
public struct Exchange: Sendable {
    /// What trades here.
    public let instrument: Instrument
    /// What it charges for the next fill.
    public var fees: FeeSchedule
    /// What the account holds by its fills.
    public private(set) var position = Position()
    /// What the account holds, signed, by the position its orders were for: 0, or 1 and 2; what it
    /// held before included.
    public private(set) var legs: [Int64]
    /// Σ fees.
    public private(set) var feesPaid = Amount.zero
    /// Fills so far.
    public private(set) var fillCount: Int64 = 0
    /// Orders that came under a name that was taken.
    package private(set) var duplicates = 0
    /// Everything that happened since the caller last took it.
    public var events: [ExchangeEvent] = []

    /// What stands ahead of an order at a price that the feed does not show: unknown, so endless.
    static let unknownAhead = Quantity(lots: .max)

    var bids = ShownSide(.buy)
    var asks = ShownSide(.sell)
    /// Resting orders, oldest first.
    var resting: [ExchangeOrder] = []
    private(set) var ended: [Int64: ExchangeOrder] = [:]
    /// Numbers of all orders that have a name.
    private var numbers: [String: Int64] = [:]
    private var orderCount: Int64 = 0
    /// Ticks whose shown quantity may differ from what was published, by side.
    var touched: [Set<Int64>] = [[], []]
    var published: [[Int64: Int64]] = [[:], [:]]

    /// An exchange with an empty book, and what the account holds of earlier, by position.
    ///
    /// - Precondition: three positions.
    public init(_ instrument: Instrument, fees: FeeSchedule, legs: [Int64] = [0, 0, 0]) {
        precondition(legs.count == 3)
        self.instrument = instrument
        self.fees = fees
        self.legs = legs
    }

    // MARK: Our requests

    /// Places an order: it takes what it crosses, and what may rest rests.
    ///
    /// One that only reduces is cut to what it finds to close, and cut again when that shrinks.
    ///
    /// - Returns: the order as it stands after it was matched.
    public mutating func place(
        link: String,
        side: Side,
        timeInForce: TimeInForce,
        price: Price,
        quantity: Quantity,
        reduceOnly: Bool = false,
        positionIndex: UInt8 = 0,
        now: Nanoseconds
    ) throws(ExchangeRefusal) -> ExchangeOrder {
        precondition(positionIndex < 3)
        if numbers[link] != nil {
            duplicates += 1
            throw .duplicateLink
        }
        try check(price, quantity)
        var quantity = quantity
        if reduceOnly || Exchange.closes(side, positionIndex) {
            let room =
                reduceOnly
                ? reducible(side, positionIndex) : closable(side, positionIndex)
            quantity = min(quantity, room)
            if quantity == .zero { throw .nothingToReduce }
        }
        orderCount += 1
        var order = ExchangeOrder(
            number: orderCount,
            link: link,
            side: side,
            timeInForce: timeInForce,
            reduceOnly: reduceOnly,
            positionIndex: positionIndex,
            price: price,
            quantity: quantity,
            createdAt: now,
            updatedAt: now
        )
        if !link.isEmpty { numbers[link] = orderCount }
        arrive(&order, now)
        trimReducing(now)
        return find(number: order.number) ?? order
    }

    /// Changes a resting order's price, total quantity, or both. A new price or a larger total
    /// loses its place in the queue; a smaller total keeps it.
    public mutating func amend(
        link: String,
        price: Price?,
        quantity: Quantity?,
        now: Nanoseconds
    ) throws(ExchangeRefusal) -> ExchangeOrder {
        guard let index = resting.firstIndex(where: { $0.link == link }) else {
            throw numbers[link] == nil ? .notFound : .alreadyEnded
        }
        var order = resting[index]
        let newPrice = price ?? order.price
        var newQuantity = quantity ?? order.quantity
        try check(newPrice, newQuantity)
        if newQuantity <= order.filled { throw .notAboveFilled }
        if reduces(order) {
            let room = reducible(order.side, order.positionIndex, without: order.number)
            newQuantity = min(newQuantity, order.filled + room)
        }
        touch(order.side, order.price)
        let keepsPlace = newPrice == order.price && newQuantity <= order.quantity
        order.price = newPrice
        order.quantity = newQuantity
        order.updatedAt = now
        if keepsPlace {
            resting[index] = order
            events.append(.order(order))
            return order
        }
        resting.remove(at: index)
        arrive(&order, now)
        trimReducing(now)
        return find(number: order.number) ?? order
    }

    /// Takes a resting order off the book.
    public mutating func cancel(
        link: String,
        reason: OrderEndReason = .byUser,
        now: Nanoseconds
    ) throws(ExchangeRefusal) -> ExchangeOrder {
        guard let index = resting.firstIndex(where: { $0.link == link }) else {
            throw numbers[link] == nil ? .notFound : .alreadyEnded
        }
        var order = resting.remove(at: index)
        touch(order.side, order.price)
        end(&order, .cancelled, reason, now)
        return order
    }

    /// The order of that name, resting or ended.
    public func find(link: String) -> ExchangeOrder? {
        numbers[link].flatMap { find(number: $0) }
    }

    /// The order with that number, resting or ended.
    public func find(number: Int64) -> ExchangeOrder? {
        resting.first { $0.number == number } ?? ended[number]
    }

    /// Every order it ever took, resting or ended, in the order they came.
    package var orders: [ExchangeOrder] {
        (resting + ended.values).sorted { $0.number < $1.number }
    }

    /// Orders that rest, oldest first.
    public var openOrders: [ExchangeOrder] { resting }

    private func check(_ price: Price, _ quantity: Quantity) throws(ExchangeRefusal) {
        guard instrument.priceRange.contains(price) else { throw .priceOutOfRange }
        guard quantity >= instrument.quantityRange.lowerBound else { throw .quantityTooSmall }
        guard quantity <= instrument.quantityRange.upperBound else { throw .quantityTooLarge }
        let value = instrument.amount(Notional(price, quantity))
        guard value >= instrument.minimumNotional else { throw .notionalTooSmall }
    }

    // MARK: Matching

    /// Matches an order that comes to the book, new or amended, and lets it rest if it may.
    private mutating func arrive(_ order: inout ExchangeOrder, _ now: Nanoseconds) {
        if meetsOwn(order) { return end(&order, .cancelled, .other, now) }
        let takeable = takeable(order)
        if order.timeInForce == .postOnly && takeable.lots > 0 {
            return end(&order, .cancelled, .postOnlyWouldTake, now)
        }
        if order.timeInForce == .fillOrKill && takeable < order.leaves {
            return end(&order, .cancelled, .noLiquidity, now)
        }
        if takeable.lots > 0 { take(&order, now) }
        if order.leaves.lots == 0 { return end(&order, .filled, .none, now) }
        if order.timeInForce == .immediateOrCancel {
            return end(&order, .cancelled, .noLiquidity, now)
        }
        let side = order.side == .buy ? bids : asks
        if let level = side.level(order.price) {
            order.ahead = Quantity(lots: level.available)
        } else {
            order.ahead = side.isBeyondWindow(order.price) ? Exchange.unknownAhead : .zero
        }
        resting.append(order)
        touch(order.side, order.price)
        events.append(.order(order))
    }

    /// Whether `order` reaches a resting order of our own: the venue's self-match prevention ends
    /// it.
    private func meetsOwn(_ order: ExchangeOrder) -> Bool {
        resting.contains {
            $0.side != order.side && order.side.crosses(order.price, $0.price)
        }
    }

    /// What `order` could take at once, up to its leaves.
    private func takeable(_ order: ExchangeOrder) -> Quantity {
        let side = order.side == .buy ? asks : bids
        var sum: Int64 = 0
        for level in side.levels {
            if sum >= order.leaves.lots || !order.side.crosses(order.price, side.price(level)) {
                break
            }
            sum += min(level.available, order.leaves.lots - sum)
        }
        return Quantity(lots: sum)
    }

    private mutating func take(_ order: inout ExchangeOrder, _ now: Nanoseconds) {
        let opposite = order.side.opposite
        var index = 0
        while order.leaves.lots > 0 {
            let side = opposite == .buy ? bids : asks
            guard index < side.levels.count else { break }
            let level = side.levels[index]
            let price = side.price(level)
            guard order.side.crosses(order.price, price) else { break }
            let lots = min(level.available, order.leaves.lots)
            if lots > 0 {
                if opposite == .buy {
                    bids.consume(lots, at: index)
                } else {
                    asks.consume(lots, at: index)
                }
                touch(opposite, price)
                fill(&order, price, Quantity(lots: lots), isMaker: false, now)
            }
            index += 1
        }
    }

    /// Books one fill and tells it: the print, the execution; the caller tells the order.
    mutating func fill(
        _ order: inout ExchangeOrder,
        _ price: Price,
        _ quantity: Quantity,
        isMaker: Bool,
        _ now: Nanoseconds
    ) {
        precondition(quantity.lots > 0 && quantity <= fillable(order), "Exchange: over-fill")
        let notional = Notional(price, quantity)
        let rate = isMaker ? fees.makerRateE8 : fees.takerRateE8
        let fee = Exchange.fee(instrument, notional, rateE8: rate)
        order.filled += quantity
        order.filledNotional += notional
        order.fees += fee
        order.status = order.leaves.lots == 0 ? .filled : .partiallyFilled
        order.updatedAt = now
        position.apply(order.side, price, quantity)
        legs[Int(order.positionIndex)] += order.side.sign * quantity.lots
        feesPaid += fee
        fillCount += 1
        let print = ExchangePrint(
            source: .fill(fillCount),
            price: price,
            quantity: quantity,
            aggressor: isMaker ? order.side.opposite : order.side,
            isBlock: false,
            isRPI: false,
            at: now
        )
        events.append(.print(print))
        let fill = ExchangeFill(
            number: fillCount,
            order: order,
            price: price,
            quantity: quantity,
            isMaker: isMaker,
            fee: fee,
            at: now
        )
        events.append(.fill(fill))
    }

    mutating func end(
        _ order: inout ExchangeOrder,
        _ status: OrderStatus,
        _ reason: OrderEndReason,
        _ now: Nanoseconds
    ) {
        order.status = status
        order.reason = reason
        order.updatedAt = now
        ended[order.number] = order
        events.append(.order(order))
    }

    mutating func touch(_ side: Side, _ price: Price) {
        touched[Int(side.rawValue)].insert(price.ticks)
    }

    /// notional × rate, rounded half away from zero to 10⁻⁸ of the quote coin, as the venue bills.
    static func fee(_ instrument: Instrument, _ notional: Notional, rateE8: Int64) -> Amount {
        let decimals = instrument.tick.decimals + instrument.lot.decimals
        var numerator =
            notional.tickLots * Int128(instrument.tick.multiplier)
            * Int128(instrument.lot.multiplier) * Int128(rateE8)
        var denominator: Int128 = 1
        // value × rate = numerator × 10^−(decimals + 8); in units of 10⁻⁸ that is ÷ 10^decimals.
        for _ in 0..<decimals { denominator *= 10 }
        numerator += numerator < 0 ? -denominator / 2 : denominator / 2
        return Amount(billionths: Int64(clamping: numerator / denominator * 10))
    }
}

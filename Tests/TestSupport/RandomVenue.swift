public import Book
public import Orders
public import Units

/// A venue in memory, driven by a seed alone: a book that walks at random, a matching engine that
/// is as plain as can be, and messages that are told as badly as its temper says.
///
/// It keeps the truth: what it filled and what it could still fill, whatever it told anybody.
public struct RandomVenue {
    /// An order as the venue knows it.
    public struct Order: Sendable {
        /// What was asked for, with amended price and quantity.
        public var terms: PlaceOrder
        /// Filled so far.
        public var filled = Quantity.zero
        /// Whether it can still fill.
        public var isOpen = true

        /// What it can still fill.
        public var leaves: Quantity { isOpen ? terms.quantity - filled : .zero }
    }

    /// What the venue tells, or the time.
    public enum Message {
        /// The market's side of it.
        case market(MarketEvent)
        /// Our orders' side of it.
        case order(OrderEvent)
        /// A tick of the clock.
        case timer
    }

    private enum Pending {
        case command(OrderCommand)
        case tell(OrderEvent)
        case market
        case trades([Trade])
        case timer
    }

    /// The market's shape.
    public struct Market: Sendable {
        /// Largest step of the mid at one market event, in ticks.
        public var drift: Int64 = 2
        /// Lots at one level, at most.
        public var depth: Int64 = 500
        /// Lots of one print, at most.
        public var print: Int64 = 60
        /// Time between two market events at most, in milliseconds.
        public var pauseMilliseconds: Int64 = 150

        /// A liquid market.
        public init() {}
    }

    private let temper: VenueTemper
    private let market: Market
    private var random: SplitMix64
    private var pending: [(at: Int64, what: Pending)] = []
    private var maker = BookMaker()
    private var needsSnapshot = true
    private var bid: Int64 = 10_000
    private var spread: Int64 = 1
    private var bids: [(Int64, Int64)] = []
    private var asks: [(Int64, Int64)] = []
    private var toldBids: [(Int64, Int64)] = []
    private var toldAsks: [(Int64, Int64)] = []
    private var fills = 0
    private var prints = 0
    private var clock: Int64
    /// Every order that reached the venue, by child number.
    public private(set) var orders: [UInt32: Order] = [:]
    private var open: [UInt32] = []
    private var underway: [UInt32: PlaceOrder] = [:]
    private var filledLots: [ParentID: Int64] = [:]
    /// What others traded.
    public private(set) var othersLots: Int64 = 0

    /// The venue of `seed` from `start`.
    public init(_ temper: VenueTemper, market: Market = Market(), seed: UInt64, start: Nanoseconds)
    {
        self.temper = temper
        self.market = market
        random = SplitMix64(seed: seed)
        clock = start.count
        schedule(.market, after: 0)
        schedule(.timer, after: 0)
    }

    /// Everything the venue has filled or could still fill for `parent`, come what may.
    public func exposure(of parent: ParentID) -> Quantity {
        var sum = filled(of: parent)
        for number in open {
            if let order = orders[number], order.terms.child.parent == parent {
                sum += order.leaves
            }
        }
        for order in underway.values where order.child.parent == parent { sum += order.quantity }
        return sum
    }

    /// Everything the venue has filled for `parent`.
    public func filled(of parent: ParentID) -> Quantity {
        Quantity(lots: filledLots[parent] ?? 0)
    }

    /// Takes a command that leaves at the time of the last message.
    public mutating func submit(_ command: OrderCommand) {
        if chance(temper.forgets) { return }
        if case .place(let order) = command { underway[order.child.number] = order }
        // One socket: requests arrive in the order sent.
        schedule(.command(command), after: 2_000_000)
    }

    /// Goes on to the next message and hands it over; its views die with the call.
    public mutating func next(_ body: (Nanoseconds, Message) -> Void) {
        while let (at, what) = pending.popLast() {
            clock = at
            let now = Nanoseconds(at)
            switch what {
            case .command(let command):
                receive(command)
            case .tell(let event):
                return body(now, .order(event))
            case .timer:
                schedule(.timer, after: 100_000_000)
                return body(now, .timer)
            case .trades(let trades):
                return trades.withUnsafeBufferPointer {
                    let batch = TradeBatch(
                        instrument: maker.instrument,
                        publishedAt: now,
                        trades: $0
                    )
                    body(now, .market(.trades(batch)))
                }
            case .market:
                moveMarket()
                return tellBook(now, body)
            }
        }
    }

    // MARK: The market

    private mutating func moveMarket() {
        let pause = Int64.random(in: 5...market.pauseMilliseconds, using: &random)
        schedule(.market, after: pause * 1_000_000)
        bid += Int64.random(in: -market.drift...market.drift, using: &random)
        bid = min(max(bid, 5_000), 15_000)
        spread = Int64.random(in: 1...2, using: &random)
        bids = (0..<10).map { (bid - $0, Int64.random(in: 1...market.depth, using: &random)) }
        asks = (0..<10).map {
            (bid + spread + $0, Int64.random(in: 1...market.depth, using: &random))
        }
        // What the market has moved through is filled, then a print hits the best.
        for number in open {
            guard let order = orders[number] else { continue }
            if order.terms.side.crosses(order.terms.price, touch(order.terms.side.opposite)) {
                fill(number, order.leaves, at: order.terms.price, isMaker: true)
            }
        }
        if Int.random(in: 0..<3, using: &random) > 0 { printTrade() }
    }

    private func touch(_ side: Side) -> Price { Price(ticks: side == .buy ? bid : bid + spread) }

    private mutating func printTrade() {
        let aggressor: Side = Bool.random(using: &random) ? .buy : .sell
        let hit = touch(aggressor.opposite)
        var lots = Int64.random(in: 1...market.print, using: &random)
        for number in open {
            // Where we stand in the queue is a coin's toss.
            guard let order = orders[number], order.terms.side == aggressor.opposite,
                order.terms.price == hit, Bool.random(using: &random), lots > 0
            else { continue }
            let part = min(order.leaves.lots, Int64.random(in: 1...lots, using: &random))
            fill(number, Quantity(lots: part), at: hit, isMaker: true)
            lots -= part
        }
        guard lots > 0 else { return }
        othersLots += lots
        prints += 1
        tellPrint(hit, lots, aggressor, id: "p\(prints)")
    }

    private mutating func tellPrint(
        _ price: Price,
        _ lots: Int64,
        _ aggressor: Side,
        id: String
    ) {
        let trade = Trade(
            price: price,
            quantity: Quantity(lots: lots),
            aggressor: aggressor,
            isBlock: false,
            isRPI: false,
            matchedAt: Nanoseconds(clock),
            crossSequence: maker.sequence,
            id: ExternalID(id) ?? .none
        )
        schedule(.trades([trade]), after: Int64.random(in: 1...5, using: &random) * 1_000_000)
    }

    private mutating func tellBook(_ now: Nanoseconds, _ body: (Nanoseconds, Message) -> Void) {
        if chance(temper.gaps) {
            maker.sequence += 1
            needsSnapshot = false
        } else {
            needsSnapshot = toldBids.isEmpty || Int.random(in: 0..<5, using: &random) == 0
        }
        var bids = bids
        var asks = asks
        for number in open {
            guard let order = orders[number] else { continue }
            let ticks = order.terms.price.ticks
            if order.terms.side == .buy {
                RandomVenue.show(ticks, order.leaves.lots, in: &bids)
            } else {
                RandomVenue.show(ticks, order.leaves.lots, in: &asks)
            }
        }
        if needsSnapshot {
            maker.send(.snapshot, bids: bids, asks: asks, at: now) {
                body(now, .market(.depth($0)))
            }
        } else {
            let gone = { (told: [(Int64, Int64)], shown: [(Int64, Int64)]) in
                told.filter { level in !shown.contains { $0.0 == level.0 } }.map {
                    ($0.0, Int64(0))
                }
            }
            maker.send(
                .delta,
                bids: gone(toldBids, bids) + bids,
                asks: gone(toldAsks, asks) + asks,
                at: now
            ) { body(now, .market(.depth($0))) }
        }
        toldBids = bids
        toldAsks = asks
    }

    private static func show(_ ticks: Int64, _ lots: Int64, in levels: inout [(Int64, Int64)]) {
        if let index = levels.firstIndex(where: { $0.0 == ticks }) {
            levels[index].1 += lots
        } else {
            levels.append((ticks, lots))
        }
    }

    // MARK: Orders

    private mutating func receive(_ command: OrderCommand) {
        switch command {
        case .place(let order):
            underway[order.child.number] = nil
            if chance(temper.refuses) { return answer(command, .refused) }
            if chance(temper.isUnsure) {
                answer(command, .unknown)
                if Bool.random(using: &random) { return }
            } else {
                answer(command, .accepted)
            }
            accept(order)
        case .amend(let amend):
            guard let order = orders[amend.child.number], order.isOpen else {
                return answer(command, .alreadyFinished)
            }
            if chance(temper.refuses) || amend.quantity <= order.filled {
                return answer(command, .refused)
            }
            answer(command, chance(temper.isUnsure) ? .unknown : .accepted)
            orders[amend.child.number]?.terms.price = amend.price
            orders[amend.child.number]?.terms.quantity = amend.quantity
            if order.terms.side.crosses(amend.price, touch(order.terms.side.opposite)) {
                end(amend.child.number, .cancelled, .postOnlyWouldTake)
            } else {
                state(amend.child.number, order.filled.lots > 0 ? .partiallyFilled : .new)
            }
        case .cancel(let cancel):
            guard let order = orders[cancel.child.number], order.isOpen else {
                let wasFilled = orders[cancel.child.number]?.filled.lots ?? 0 > 0
                if wasFilled && Bool.random(using: &random) {
                    // The second `Filled` of a cancel that lost, as Bybit tells it.
                    state(cancel.child.number, endStatus(cancel.child.number), .cancelTooLate)
                }
                return answer(command, .alreadyFinished)
            }
            if chance(temper.refuses) { return answer(command, .refused) }
            answer(command, chance(temper.isUnsure) ? .unknown : .accepted)
            end(cancel.child.number, .cancelled, .byUser)
        }
    }

    private mutating func accept(_ order: PlaceOrder) {
        let number = order.child.number
        orders[number] = Order(terms: order)
        open.append(number)
        let crosses = order.side.crosses(order.price, touch(order.side.opposite))
        switch order.timeInForce {
        case .postOnly where crosses:
            end(number, .cancelled, .postOnlyWouldTake)
        case .postOnly, .goodTillCancel:
            state(number, .new)
        case .immediateOrCancel, .fillOrKill:
            for (ticks, lots) in order.side == .buy ? asks : bids {
                let price = Price(ticks: ticks)
                let leaves = orders[number]?.leaves.lots ?? 0
                guard leaves > 0, order.side.crosses(order.price, price) else { break }
                fill(number, Quantity(lots: min(leaves, lots)), at: price, isMaker: false)
            }
            if orders[number]?.isOpen == true { end(number, .cancelled, .noLiquidity) }
        }
    }

    private mutating func fill(
        _ number: UInt32,
        _ quantity: Quantity,
        at price: Price,
        isMaker: Bool
    ) {
        guard var order = orders[number], quantity.lots > 0 else { return }
        order.filled += quantity
        order.isOpen = order.filled < order.terms.quantity
        orders[number] = order
        if !order.isOpen { open.removeAll { $0 == number } }
        filledLots[order.terms.child.parent, default: 0] += quantity.lots
        fills += 1
        let id = "f\(fills)"
        tell(
            .execution(
                Execution(
                    child: order.terms.child,
                    id: ExternalID(id) ?? .none,
                    orderID: .none,
                    side: order.terms.side,
                    price: price,
                    quantity: quantity,
                    isMaker: isMaker,
                    fee: CoinAmount(billionths: Int128(quantity.lots * (isMaker ? 2 : 5))),
                    matchedAt: Nanoseconds(clock)
                )
            )
        )
        let aggressor = isMaker ? order.terms.side.opposite : order.terms.side
        tellPrint(price, quantity.lots, aggressor, id: id)
        state(number, order.isOpen ? .partiallyFilled : .filled)
    }

    private mutating func end(_ number: UInt32, _ status: OrderStatus, _ reason: OrderEndReason) {
        orders[number]?.isOpen = false
        open.removeAll { $0 == number }
        state(number, status, reason)
    }

    private func endStatus(_ number: UInt32) -> OrderStatus {
        guard let order = orders[number] else { return .cancelled }
        return order.filled == order.terms.quantity ? .filled : .cancelled
    }

    // MARK: Telling

    private mutating func state(
        _ number: UInt32,
        _ status: OrderStatus,
        _ reason: OrderEndReason = .none
    ) {
        guard let order = orders[number], !chance(temper.losesUpdates) else { return }
        tell(
            .update(
                OrderUpdate(
                    child: order.terms.child,
                    orderID: .none,
                    status: status,
                    reason: reason,
                    price: order.terms.price,
                    quantity: order.terms.quantity,
                    filled: order.filled,
                    updatedAt: Nanoseconds(clock)
                )
            )
        )
    }

    private mutating func answer(_ command: OrderCommand, _ outcome: OrderReply.Outcome) {
        if chance(temper.losesAnswers) { return }
        let (operation, child): (OrderOperation, ChildID) =
            switch command {
            case .place(let order): (.place, order.child)
            case .amend(let amend): (.amend, amend.child)
            case .cancel(let cancel): (.cancel, cancel.child)
            }
        tell(
            .reply(
                OrderReply(
                    operation: operation,
                    child: child,
                    outcome: outcome,
                    remedy: outcome == .refused ? .retry : .none,
                    code: 0,
                    orderID: .none
                )
            )
        )
    }

    private mutating func tell(_ event: OrderEvent) {
        // Different sockets, different delays: neighbours swap freely.
        schedule(.tell(event), after: delay())
        if chance(temper.repeats) { schedule(.tell(event), after: delay() * 50) }
    }

    private mutating func delay() -> Int64 {
        chance(temper.dawdles)
            ? Int64.random(in: 500...4_000, using: &random) * 1_000_000
            : Int64.random(in: 1...12, using: &random) * 1_000_000
    }

    private mutating func chance(_ thousandths: Int) -> Bool {
        thousandths > 0 && Int.random(in: 0..<1_000, using: &random) < thousandths
    }

    private mutating func schedule(_ what: Pending, after nanoseconds: Int64) {
        let at = clock + nanoseconds
        // Latest first; of equals the one scheduled first comes first.
        var low = 0
        var high = pending.count
        while low < high {
            let middle = (low + high) / 2
            if pending[middle].at > at { low = middle + 1 } else { high = middle }
        }
        pending.insert((at, what), at: low)
    }
}

import Book
import Orders
import Simulation
import Testing
import Units

/// Resting orders that may only bring a position nearer to flat.
@Suite("Reduce-only orders at the exchange", .timeLimit(.minutes(1)))
struct ReducingOrderTests {
    private static func market() -> Fixture {
        Fixture(bids: [(600_000, 500)], asks: [(600_010, 500)])
    }

    @Test("a position that others close takes the resting orders that reduced it with it")
    func closed() throws {
        var market = Self.market()
        try market.place(.buy, 600_010, 10, .immediateOrCancel)
        try market.place(.sell, 600_020, 10, .postOnly, reduceOnly: true)
        market.exchange.events.removeAll()
        // Another session sells all that is held.
        try market.place(.sell, 600_000, 10, .immediateOrCancel)
        let order = market.order("c-2")
        #expect(order.status == .cancelled && order.lostPosition && order.filled.lots == 0)
        #expect(market.exchange.openOrders.isEmpty)
        guard case .order(let told)? = market.exchange.events.last else {
            Issue.record("its end is not told")
            return
        }
        #expect(told.number == order.number && told.status == .cancelled)
        #expect(market.shown(.sell, 600_020) == 0)
        market.trade(.buy, 600_030, 50)
        #expect(market.exchange.position.net.lots == 0)
    }

    @Test("of several the oldest keep what they have and the youngest are cut first")
    func order() throws {
        var market = Self.market()
        try market.place(.buy, 600_010, 30, .immediateOrCancel)
        try market.place(.sell, 600_040, 10, .postOnly, reduceOnly: true)
        try market.place(.sell, 600_020, 10, .postOnly, reduceOnly: true)
        try market.place(.sell, 600_030, 10, .postOnly, reduceOnly: true)
        // All is spoken for.
        #expect(throws: ExchangeRefusal.nothingToReduce) {
            try market.place(.sell, 600_000, 1, .immediateOrCancel, reduceOnly: true)
        }
        try market.place(.sell, 600_000, 14, .immediateOrCancel)
        #expect(market.order("c-2").quantity.lots == 10)
        #expect(market.order("c-3").quantity.lots == 6 && market.order("c-3").status == .new)
        #expect(market.order("c-4").lostPosition)
        #expect(market.exchange.brokenInvariant == nil)
        // What the position has won back is there for the next, and for a larger total.
        try market.place(.buy, 600_010, 5, .immediateOrCancel)
        try market.amend("c-3", lots: 90)
        #expect(market.order("c-3").quantity.lots == 11)
    }

    @Test("one that is cut keeps its fills and its place in the queue")
    func partly() throws {
        var market = Self.market()
        try market.place(.buy, 600_010, 10, .immediateOrCancel)
        try market.place(.sell, 600_020, 10, .postOnly, reduceOnly: true)
        market.trade(.buy, 600_021, 4)
        #expect(market.order("c-2").filled.lots == 4)
        try market.place(.sell, 600_000, 3, .immediateOrCancel)
        let cut = market.order("c-2")
        #expect(cut.status == .partiallyFilled && cut.quantity.lots == 7 && cut.leaves.lots == 3)
        try market.place(.sell, 600_000, 3, .immediateOrCancel)
        #expect(market.order("c-2").status == .cancelled && market.order("c-2").filled.lots == 4)
    }

    @Test("one trade that meets a plain and a reducing order does not turn the position")
    func oneTrade() throws {
        var market = Self.market()
        try market.place(.buy, 600_010, 10, .immediateOrCancel)
        try market.place(.sell, 600_030, 10, .postOnly, reduceOnly: true)
        try market.place(.sell, 600_020, 6, .postOnly)
        market.trade(.buy, 600_031, 100)
        #expect(market.order("c-2").filled.lots == 4 && market.order("c-2").lostPosition)
        #expect(market.exchange.position.net.lots == 0)
    }

    /// The signed positions by fills alone, and what rests as its orders are told: nothing of the
    /// exchange but its events.
    private struct Witness {
        var legs: [Int64]
        var resting: [Int64: ExchangeOrder] = [:]

        static func reduces(_ order: ExchangeOrder) -> Bool {
            order.reduceOnly || order.positionIndex == 1 && order.side == .sell
                || order.positionIndex == 2 && order.side == .buy
        }

        mutating func hear(_ event: ExchangeEvent) -> String? {
            switch event {
            case .print: return nil
            case .order(let order):
                resting[order.number] = order.status.isTerminal ? nil : order
                return nil
            case .fill(let fill):
                let leg = Int(fill.order.positionIndex)
                let before = legs[leg]
                legs[leg] += fill.order.side.sign * fill.quantity.lots
                let isNearer =
                    abs(legs[leg]) < abs(before) && legs[leg].signum() * before.signum() >= 0
                if isNearer || !Witness.reduces(fill.order) { return nil }
                return "order \(fill.order.number) brought \(before) to \(legs[leg])"
            }
        }

        /// What rests beyond the positions, in words.
        var excess: String? {
            for leg in legs.indices {
                for side in Side.allCases {
                    let asked = resting.values.reduce(Int64(0)) { sum, order in
                        Int(order.positionIndex) == leg && order.side == side
                            && Witness.reduces(order) ? sum + order.leaves.lots : sum
                    }
                    if asked > max(0, -side.sign * legs[leg]) {
                        return "\(asked) to \(side) of \(legs[leg])"
                    }
                }
            }
            return nil
        }
    }

    @Test(
        "whatever several sessions do, a reduce-only order never opens or turns a position",
        arguments: 1...8,
        [false, true]
    )
    func neverTurns(_ seed: Int, _ isHedged: Bool) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var market = SyntheticMarket(seed: UInt64(seed) + 100)
        let opening: [Int64] = isHedged ? [0, 150, -90] : [seed % 2 == 0 ? 120 : -120, 0, 0]
        var exchange = Exchange(Fixture.instrument, fees: .bybitBasePerpetual, legs: opening)
        var witness = Witness(legs: opening)
        var cuts = 0
        for step in 0..<1_500 {
            if random.uniform() < 0.5 {
                for action in market.next() { feed(action, &exchange) }
            } else {
                request(&exchange, &random, step, isHedged)
            }
            for event in exchange.events {
                if case .order(let order) = event, order.lostPosition { cuts += 1 }
                let turned = witness.hear(event)
                #expect(turned == nil, "seed \(seed), step \(step)")
            }
            exchange.events.removeAll()
            #expect(witness.excess == nil, "seed \(seed), step \(step)")
            #expect(witness.legs == exchange.legs)
            #expect(exchange.brokenInvariant == nil, "seed \(seed), step \(step)")
        }
        #expect(cuts > 0, "seed \(seed): no order lost its position")
    }

    private func feed(_ action: FeedAction, _ exchange: inout Exchange) {
        switch action.kind {
        case .depth(let kind, let bids, let asks):
            exchange.show(kind, bids: bids, asks: asks, now: action.at)
        case .trades(let trades):
            for trade in trades { exchange.trade(trade, now: action.at) }
        }
    }

    private func request(
        _ exchange: inout Exchange,
        _ random: inout SplitMix64,
        _ step: Int,
        _ isHedged: Bool
    ) {
        let open = exchange.openOrders
        let dice = random.uniform()
        guard let bid = exchange.best(.buy) else { return }
        let price = Price(ticks: bid.ticks + Int64(random.next() % 15) - 7)
        let quantity = Quantity(lots: 1 + Int64(random.next() % 80))
        if dice < 0.7 || open.isEmpty {
            _ = try? exchange.place(
                link: "session-\(random.next() % 3)-\(step)",
                side: random.uniform() < 0.5 ? .buy : .sell,
                timeInForce: TimeInForce.allCases[Int(random.next() % 4)],
                price: price,
                quantity: quantity,
                reduceOnly: random.uniform() < 0.5,
                positionIndex: isHedged ? UInt8(1 + random.next() % 2) : 0,
                now: .zero
            )
            return
        }
        let link = open[Int(random.next() % UInt64(open.count))].link
        if dice < 0.9 {
            _ = try? exchange.amend(link: link, price: price, quantity: quantity, now: .zero)
        } else {
            _ = try? exchange.cancel(link: link, now: .zero)
        }
    }
}

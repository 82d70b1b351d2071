import Book
import Orders
import Simulation
import Testing
import Units

/// Random orders against a synthetic market, with a client that only hears what is published.
@Suite("The exchange under random orders", .timeLimit(.minutes(3)))
struct ExchangePropertyTests {
    /// One run; returns a hash of everything that printed.
    private func run(seed: UInt64, steps: Int) throws -> UInt64 {
        var market = SyntheticMarket(seed: seed)
        var exchange = Exchange(Fixture.instrument, fees: .bybitBasePerpetual)
        var client = NaiveClient()
        var random = SplitMix64(seed: seed ^ 0xabcd)
        var digest: UInt64 = 0
        var links = 0
        for step in 0..<steps {
            for action in market.next() {
                let (fed, printed) = feed(action, &exchange)
                #expect(printed == fed, "seed \(seed), step \(step): the tape lost volume")
                #expect(exchange.brokenInvariant == nil, "seed \(seed), step \(step)")
            }
            if step > 0, random.uniform() < 0.3 {
                request(&exchange, &random, &links)
                #expect(exchange.brokenInvariant == nil, "seed \(seed), step \(step), request")
            }
            client.apply(exchange.takeChanges())
            #expect(
                client.matches(exchange.snapshot(depth: .max)),
                "seed \(seed), step \(step): the deltas do not add up to the book"
            )
            for print in prints(exchange.events[...]) {
                let word = UInt64(bitPattern: print.price.ticks &* 1_000_003 ^ print.quantity.lots)
                digest = (digest ^ word) &* 0x100_0000_01b3
            }
            exchange.events.removeAll()
        }
        #expect(exchange.fillCount > 0, "seed \(seed): nothing ever filled")
        return digest
    }

    /// Feeds one action; returns the lots of its trades, and what they printed, ours included.
    private func feed(_ action: FeedAction, _ exchange: inout Exchange) -> (Int64, Int64) {
        let told = exchange.events.count
        switch action.kind {
        case .depth(let kind, let bids, let asks):
            exchange.show(kind, bids: bids, asks: asks, now: action.at)
            return (0, 0)
        case .trades(let trades):
            for trade in trades { exchange.trade(trade, now: action.at) }
            let printed = prints(exchange.events[told...]).map(\.quantity.lots)
            return (trades.map(\.quantity.lots).reduce(0, +), printed.reduce(0, +))
        }
    }

    private func prints(_ events: ArraySlice<ExchangeEvent>) -> [ExchangePrint] {
        events.compactMap {
            guard case .print(let print) = $0 else { return nil }
            return print
        }
    }

    private func request(
        _ exchange: inout Exchange,
        _ random: inout SplitMix64,
        _ links: inout Int
    ) {
        let open = exchange.openOrders
        let dice = random.uniform()
        guard let bid = exchange.best(.buy) else { return }
        let price = Price(ticks: bid.ticks + Int64(random.next() % 21) - 10)
        let quantity = Quantity(lots: Int64(random.next() % 300))
        if dice < 0.6 || open.isEmpty {
            links += 1
            _ = try? exchange.place(
                link: "p-\(links)",
                side: random.uniform() < 0.5 ? .buy : .sell,
                timeInForce: TimeInForce.allCases[Int(random.next() % 4)],
                price: price,
                quantity: quantity,
                reduceOnly: random.uniform() < 0.1,
                now: .zero
            )
            return
        }
        let link = open[Int(random.next() % UInt64(open.count))].link
        if dice < 0.8 {
            _ = try? exchange.amend(link: link, price: price, quantity: quantity, now: .zero)
        } else {
            _ = try? exchange.cancel(link: link, now: .zero)
        }
    }

    @Test("never crossed, accounts add up, deltas rebuild the book", arguments: 1...12)
    func properties(seed: Int) throws {
        _ = try run(seed: UInt64(seed), steps: 600)
    }

    @Test("the same seed gives the same tape, another seed another")
    func determinism() throws {
        let first = try run(seed: 77, steps: 400)
        #expect(try run(seed: 77, steps: 400) == first)
        #expect(try run(seed: 78, steps: 400) != first)
    }

    @Test("without orders of ours the published deltas are the feed's")
    func transparent() throws {
        var market = SyntheticMarket(seed: 5)
        var exchange = Exchange(Fixture.instrument, fees: .bybitBasePerpetual)
        for _ in 0..<500 {
            for action in market.next() {
                guard case .depth(let kind, let bids, let asks) = action.kind else { continue }
                exchange.show(kind, bids: bids, asks: asks, now: action.at)
                let changes = exchange.takeChanges()
                #expect(changes.bids == bids && changes.asks == asks)
            }
        }
    }
}

/// What a subscriber knows: the deltas it was told, in two dictionaries.
private struct NaiveClient {
    var bids: [Int64: Int64] = [:]
    var asks: [Int64: Int64] = [:]

    mutating func apply(_ depth: ShownDepth) {
        for level in depth.bids { bids[level.ticks] = level.lots == 0 ? nil : level.lots }
        for level in depth.asks { asks[level.ticks] = level.lots == 0 ? nil : level.lots }
    }

    func matches(_ depth: ShownDepth) -> Bool {
        depth.bids == bids.sorted { $0.key > $1.key }.map { LevelChange(ticks: $0.0, lots: $0.1) }
            && depth.asks
                == asks.sorted { $0.key < $1.key }.map { LevelChange(ticks: $0.0, lots: $0.1) }
    }
}

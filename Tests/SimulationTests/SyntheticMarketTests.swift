import Book
import Simulation
import Testing
import Units

@Suite("The synthetic market", .timeLimit(.minutes(3)))
struct SyntheticMarketTests {
    /// What ten minutes of a market look like.
    private struct Summary {
        var spreads: [Int64: Int] = [:]
        var crossed = 0
        var books = 0
        var volume: [Side: Int64] = [.buy: 0, .sell: 0]
        var trades = 0
        var midRange = (low: Double.infinity, high: -Double.infinity)
        var depths: Set<Int> = []
        var hash: UInt64 = 0
        var squares = 0.0
        var last: Double?

        init(seed: UInt64, seconds: Int) {
            var market = SyntheticMarket(seed: seed)
            var exchange = Exchange(Fixture.instrument, fees: .bybitBasePerpetual)
            for _ in 0..<(seconds * 50) {
                for action in market.next() { apply(action, &exchange) }
            }
        }

        private mutating func apply(_ action: FeedAction, _ exchange: inout Exchange) {
            switch action.kind {
            case .trades(let all):
                for trade in all {
                    volume[trade.aggressor]! += trade.quantity.lots
                    trades += 1
                    mix(trade.price.ticks, trade.quantity.lots)
                }
            case .depth(let kind, let bids, let asks):
                exchange.show(kind, bids: bids, asks: asks, now: action.at)
                for level in bids + asks { mix(level.ticks, level.lots) }
                observe(exchange)
            }
        }

        private mutating func observe(_ exchange: Exchange) {
            let book = exchange.snapshot(depth: 50)
            guard let bid = book.bids.first?.ticks, let ask = book.asks.first?.ticks else { return }
            books += 1
            if bid >= ask { crossed += 1 }
            spreads[ask - bid, default: 0] += 1
            depths.formUnion([book.bids.count, book.asks.count])
            let mid = Double(bid + ask) / 2
            midRange = (min(midRange.low, mid), max(midRange.high, mid))
            // One-second moves, for the volatility.
            if books % 50 == 0 {
                if let last { squares += (mid - last) * (mid - last) }
                last = mid
            }
        }

        private mutating func mix(_ a: Int64, _ b: Int64) {
            hash = (hash ^ UInt64(bitPattern: a)) &* 0x100_0000_01b3
            hash = (hash ^ UInt64(bitPattern: b)) &* 0x100_0000_01b3
        }
    }

    @Test("ten minutes look like a liquid perpetual", arguments: [1, 2])
    func acceptance(seed: Int) {
        let summary = Summary(seed: UInt64(seed), seconds: 600)
        #expect(summary.crossed == 0)
        #expect(summary.depths == [50])
        let oneTick = Double(summary.spreads[1] ?? 0) / Double(summary.books)
        #expect((0.85...1).contains(oneTick), "one-tick share \(oneTick)")
        for side in Side.allCases {
            let perMinute = Double(summary.volume[side]!) / 1_000 / 10
            #expect((4...40).contains(perMinute), "\(side): \(perMinute) BTC a minute")
        }
        let total = Double(summary.volume[.buy]! + summary.volume[.sell]!) / 1_000 / 10
        #expect((10...50).contains(total), "\(total) BTC a minute")
        let move = (summary.squares / 599).squareRoot()
        #expect((15...60).contains(move), "one-second moves of \(move) ticks")
        #expect(summary.midRange.low > 590_000 && summary.midRange.high < 610_000)
    }

    @Test("a seed gives the same market on every run and every machine")
    func reproducible() {
        let hash = Summary(seed: 42, seconds: 20).hash
        #expect(Summary(seed: 42, seconds: 20).hash == hash)
        #expect(Summary(seed: 43, seconds: 20).hash != hash)
    }
}

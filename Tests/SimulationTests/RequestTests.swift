import Orders
import Simulation
import Testing
import Units

@Suite("Requests", .timeLimit(.minutes(3)))
struct RequestTests {
    private func market() -> Fixture {
        Fixture(bids: [(600_000, 100)], asks: [(600_001, 100)])
    }

    @Test("the instrument's filters hold at the limit and refuse one past it")
    func filters() throws {
        var market = market()
        try market.place(.buy, 599_000, 100_000)
        #expect(throws: ExchangeRefusal.quantityTooLarge) {
            try market.place(.buy, 599_000, 100_001)
        }
        #expect(throws: ExchangeRefusal.quantityTooSmall) { try market.place(.buy, 599_000, 0) }
        #expect(throws: ExchangeRefusal.quantityTooSmall) { try market.place(.buy, 599_000, -1) }
        #expect(throws: ExchangeRefusal.priceOutOfRange) { try market.place(.buy, 0, 1) }
        #expect(throws: ExchangeRefusal.priceOutOfRange) {
            try market.place(.sell, 20_000_001, 1)
        }
        // 5,000.0 × 0.001 is worth the minimum of 5; one tick less is not.
        try market.place(.buy, 50_000, 1)
        #expect(throws: ExchangeRefusal.notionalTooSmall) { try market.place(.buy, 49_999, 1) }
    }

    @Test("a name is used once, also after its order has ended")
    func duplicates() throws {
        var exchange = market().exchange
        func place() throws -> ExchangeOrder {
            try exchange.place(
                link: "once",
                side: .buy,
                timeInForce: .postOnly,
                price: Price(ticks: 599_999),
                quantity: Quantity(lots: 1),
                now: .zero
            )
        }
        _ = try place()
        #expect(throws: ExchangeRefusal.duplicateLink) { _ = try place() }
        _ = try exchange.cancel(link: "once", now: .zero)
        #expect(throws: ExchangeRefusal.duplicateLink) { _ = try place() }
    }

    @Test("a cancel takes the order off the book; a second one says that it has ended")
    func cancel() throws {
        var market = market()
        try market.place(.buy, 599_999, 10)
        #expect(market.shown(.buy, 599_999) == 10)
        let order = try market.exchange.cancel(link: "c-1", now: .zero)
        #expect(order.status == .cancelled && order.reason == .byUser)
        #expect(market.shown(.buy, 599_999) == 0)
        #expect(throws: ExchangeRefusal.alreadyEnded) {
            _ = try market.exchange.cancel(link: "c-1", now: .zero)
        }
        #expect(throws: ExchangeRefusal.notFound) {
            _ = try market.exchange.cancel(link: "never", now: .zero)
        }
        #expect(throws: ExchangeRefusal.alreadyEnded) { try market.amend("c-1", lots: 5) }
    }

    @Test("a total amended to what is filled, or below, is refused")
    func amendBelowFilled() throws {
        var market = market()
        try market.place(.buy, 600_001, 150)
        #expect(market.order("c-1").filled.lots == 100)
        #expect(throws: ExchangeRefusal.notAboveFilled) { try market.amend("c-1", lots: 100) }
        try market.amend("c-1", lots: 101)
        #expect(market.order("c-1").leaves.lots == 1)
    }

    @Test("a reduce-only order is cut to the position and never opens one")
    func reduceOnly() throws {
        var market = market()
        #expect(throws: ExchangeRefusal.nothingToReduce) {
            try market.place(.sell, 600_000, 5, .immediateOrCancel, reduceOnly: true)
        }
        try market.place(.buy, 600_001, 5, .immediateOrCancel)
        let order = try market.place(.sell, 600_000, 8, .immediateOrCancel, reduceOnly: true)
        #expect(order.filled.lots == 5)
        #expect(market.exchange.position.net.lots == 0)
    }

    @Test("orders are found by number, with or without a name")
    func findByNumber() throws {
        var exchange = market().exchange
        for _ in 0..<2 {
            _ = try exchange.place(
                link: "",
                side: .buy,
                timeInForce: .immediateOrCancel,
                price: Price(ticks: 599_999),
                quantity: Quantity(lots: 1),
                now: .zero
            )
        }
        #expect(exchange.find(number: 1)?.status == .cancelled)
        #expect(exchange.find(number: 2)?.number == 2)
        #expect(exchange.find(number: 3) == nil)
        #expect(exchange.find(link: "") == nil)
    }
}

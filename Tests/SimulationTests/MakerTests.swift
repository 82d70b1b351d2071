import Orders
import Simulation
import Testing
import Units

@Suite("Makers", .timeLimit(.minutes(3)))
struct MakerTests {
    private func market(bid lots: Int64 = 100) -> Fixture {
        Fixture(
            bids: [(600_000, lots), (599_999, 200), (599_990, 10)],
            asks: [(600_001, 50), (600_002, 70)]
        )
    }

    @Test("the queue in front is served first: 80, 30 and 50 against 100 ahead and 50 ours")
    func queueOracle() throws {
        // docs of nautilus_trader, queue position: ahead 20; fill 10; fill 40.
        var market = market(bid: 100)
        try market.place(.buy, 600_000, 50, .postOnly)
        market.trade(.sell, 600_000, 80)
        #expect(market.order("c-1").ahead.lots == 20)
        market.trade(.sell, 600_000, 30)
        #expect(market.fills == [[600_000, 10, 1]])
        market.trade(.sell, 600_000, 50)
        #expect(market.fills == [[600_000, 10, 1], [600_000, 40, 1]])
        #expect(market.order("c-1").status == .filled)
    }

    @Test("a decrease that trades explain moves nobody, a cancel moves us in proportion")
    func cancelsInProportion() throws {
        var market = market(bid: 100)
        try market.place(.buy, 600_000, 10, .postOnly)
        market.show(bids: [(600_000, 200)])
        #expect(market.order("c-1").ahead.lots == 100)
        market.trade(.sell, 600_000, 40)
        market.show(bids: [(600_000, 160)])
        #expect(market.order("c-1").ahead.lots == 60)
        // 80 of 160 are cancelled: 60 ahead of us become 30.
        market.show(bids: [(600_000, 80)])
        #expect(market.order("c-1").ahead.lots == 30)
        // Rounded against us: 30 − ⌊1 · 30 / 80⌋ stays 30.
        market.show(bids: [(600_000, 79)])
        #expect(market.order("c-1").ahead.lots == 30)
    }

    @Test("a trade is no excuse for a cancel one book later")
    func tradesAreForgottenWithEachBook() throws {
        var market = market(bid: 100)
        try market.place(.buy, 600_000, 10, .postOnly)
        market.trade(.sell, 600_000, 40)
        market.show(bids: [(600_000, 100)])
        #expect(market.order("c-1").ahead.lots == 60)
        market.show(bids: [(600_000, 50)])
        #expect(market.order("c-1").ahead.lots == 30)
    }

    @Test("our part of a trade does not count as a cancel")
    func ownPartIsTraded() throws {
        var market = market(bid: 10)
        try market.place(.buy, 600_000, 10, .postOnly)
        market.show(bids: [(600_000, 100)])
        try market.place(.buy, 600_000, 10, .postOnly)
        // Ahead of the second order: 10 that were there, 90 behind the first, all others'.
        #expect(market.order("c-2").ahead.lots == 100)
        market.show(bids: [(600_000, 200)])
        market.trade(.sell, 600_000, 20)
        #expect(market.order("c-1").status == .filled)
        #expect(market.order("c-2").ahead.lots == 90)
        // The recorded level falls by the whole trade: nothing of it was cancelled.
        market.show(bids: [(600_000, 180)])
        #expect(market.order("c-2").ahead.lots == 90)
    }

    @Test("a trade through the price fills us first, at our price, and prints in two parts")
    func tradeThrough() throws {
        var market = market()
        try market.place(.buy, 600_000, 30, .postOnly)
        market.trade(.sell, 599_999, 45)
        #expect(market.fills == [[600_000, 30, 1]])
        #expect(market.prints.map(\.price.ticks) == [600_000, 599_999])
        #expect(market.prints.map(\.quantity.lots) == [30, 15])
        guard case .fill = market.prints[0].source, case .feed(let id) = market.prints[1].source
        else {
            Issue.record("the print was not split into our part and the others'")
            return
        }
        #expect(id.text == "feed")
    }

    @Test("what a trade through the price leaves of us has nobody ahead")
    func tradeThroughClearsQueue() throws {
        var market = market()
        try market.place(.buy, 600_000, 30, .postOnly)
        market.trade(.sell, 599_999, 5)
        #expect(market.order("c-1").ahead.lots == 0)
        #expect(market.order("c-1").filled.lots == 5)
    }

    @Test("retail-price-improvement trades do not serve the queue")
    func rpi() throws {
        var market = market()
        try market.place(.buy, 600_000, 30, .postOnly)
        market.trade(.sell, 600_000, 500, isRPI: true)
        #expect(market.order("c-1").ahead.lots == 100)
        #expect(market.prints.map(\.quantity.lots) == [500])
    }

    @Test("our own orders at one price are served oldest first")
    func timePriority() throws {
        var market = market(bid: 10)
        try market.place(.buy, 600_000, 5, .postOnly)
        try market.place(.buy, 600_000, 5, .postOnly)
        market.trade(.sell, 600_000, 17)
        #expect(market.order("c-1").status == .filled)
        #expect(market.order("c-2").filled.lots == 2)
    }

    @Test(
        "a feed level that reaches our price trades with us and is consumed",
        arguments: [20, 60]
    )
    func reached(lots: Int64) throws {
        var market = market()
        try market.place(.buy, 600_000, 40, .postOnly)
        market.show(bids: [(600_000, 0)], asks: [(600_000, lots)])
        #expect(market.fills == [[600_000, min(40, lots), 1]])
        #expect(market.shown(.sell, 600_000) == max(0, lots - 40))
        #expect(market.shown(.buy, 600_000) == max(0, 40 - lots))
        #expect(market.exchange.brokenInvariant == nil)
    }

    @Test("when the feed reaches several of our prices, the best price is served first")
    func reachedBestFirst() throws {
        var market = market()
        try market.place(.buy, 599_998, 10)
        try market.place(.buy, 599_999, 10)
        market.show(bids: [(600_000, 0), (599_999, 0)], asks: [(599_998, 12)])
        #expect(market.fills == [[599_999, 10, 1], [599_998, 2, 1]])
    }

    @Test("a quantity amended down keeps its place, a quantity up or a new price loses it")
    func amendments() throws {
        var market = market(bid: 100)
        try market.place(.buy, 600_000, 50, .postOnly)
        market.trade(.sell, 600_000, 80)
        market.show(bids: [(600_000, 120)])
        try market.amend("c-1", lots: 40)
        #expect(market.order("c-1").ahead.lots == 20)
        try market.amend("c-1", lots: 45)
        #expect(market.order("c-1").ahead.lots == 120)
        try market.amend("c-1", price: 599_999)
        #expect(market.order("c-1").ahead.lots == 200)
        #expect(market.shown(.buy, 600_000) == 120)
        #expect(market.shown(.buy, 599_999) == 245)
    }

    @Test("a post-only order amended across the book is cancelled")
    func amendAcross() throws {
        var market = market()
        try market.place(.buy, 600_000, 50, .postOnly)
        try market.amend("c-1", price: 600_001)
        #expect(market.order("c-1").reason == .postOnlyWouldTake)
        #expect(market.fills.isEmpty)
    }

    @Test("a level that leaves the feed's window keeps its queue; one never seen has all ahead")
    func window() throws {
        var market = market()
        try market.place(.buy, 599_980, 10, .postOnly)
        market.show(bids: [(599_980, 70)])
        #expect(market.order("c-1").ahead.lots == 70)
        // It slides out of the window, and comes back larger.
        market.show(bids: [(599_980, 0)])
        market.show(bids: [(599_980, 90)])
        #expect(market.order("c-1").ahead.lots == 70)
    }

    @Test("a gap inside the window has nobody ahead")
    func gapInWindow() throws {
        var market = market()
        let order = try market.place(.buy, 599_995, 10, .postOnly)
        #expect(order.ahead.lots == 0)
        market.show(bids: [(599_995, 70)])
        #expect(market.order("c-1").ahead.lots == 0)
    }
}

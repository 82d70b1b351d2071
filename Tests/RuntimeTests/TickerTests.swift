import Book
import Lines
import Orders
import Testing
import Units
import Venues

@testable import Runtime

/// Mark price and funding, from the venue's topic to the collar and the report.
@Suite("Ticker", .timeLimit(.minutes(3)))
struct TickerTests {
    @Test("a session hears mark price and funding, and its report states them")
    func session() throws {
        let outcome = try SessionFixture().run()
        #expect(outcome.state == .completed && outcome.fault == nil)
        let ticker = try #require(outcome.report.feed?.ticker)
        #expect(ticker.messages > 2 && ticker.resyncs == 0)
        #expect((ticker.ageNs ?? .max) < 2_000_000_000)
        #expect((ticker.markPrice ?? 0) > 0 && (ticker.fundingRate ?? 0) > 0)
        #expect(ticker.nextFundingAt != nil)
        let text = outcome.report.text()
        #expect(text.contains("mark price"), "\(text)")
    }

    @Test("a band around the mark that nothing fits holds every order back")
    func collar() throws {
        var session = try SessionFixture(seconds: 1)
        session.configuration.limits.markBandBps = -500
        let outcome = try session.run()
        // What left before the first ticker came was not held against it.
        #expect((outcome.report.counts.refusalsByReason["outsideMarkBand"] ?? 0) > 0)
        #expect(outcome.state == .expired)
    }

    @Test("an account stream that is older than allowed holds orders back")
    func privateAge() throws {
        var session = try SessionFixture(seconds: 1)
        session.configuration.limits.maxPrivateAge = .milliseconds(1)
        let outcome = try session.run()
        #expect((outcome.report.counts.refusalsByReason["oldPrivateStream"] ?? 0) > 0)
    }

    @Test("the newest ticker counts, whichever line brings it; a refused one is done without")
    func lines() throws {
        let session = try SessionFixture()
        let instrument = Instrument(
            id: InstrumentID(0),
            category: .linear,
            symbol: "BTCUSDT",
            baseCoin: "BTC",
            quoteCoin: "USDT",
            tick: DecimalScale(step: "0.10")!,
            lot: DecimalScale(step: "0.001")!,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
            minimumNotional: .zero
        )
        let plan = try FeedPlan(session.configuration, instrument)
        #expect(plan.tickerTopic == "tickers.BTCUSDT")
        var spot = instrument
        spot.category = .spot
        #expect(try FeedPlan(session.configuration, spot).tickerTopic == nil)
        var feed = MarketFeed(
            lines: MarketLines(count: 2, times: LineTimes(), seed: 1),
            plan,
            .zero
        )
        func ticker(_ ms: Int64) -> TickerUpdate {
            TickerUpdate(instrument: InstrumentID(0), publishedAt: .milliseconds(ms))
        }
        let taken = [100, 100, 99, 200, 150, 300].map { feed.isFirst(ticker($0), .seconds($0)) }
        #expect(taken == [true, false, false, true, false, true])
        #expect(feed.tickers == 3 && feed.tickerHeardAt == .seconds(300))
        #expect(!feed.takesRefusal(of: ExternalID("book")!) && !feed.isTickerRefused)
        #expect(feed.takesRefusal(of: ExternalID("ticker")!) && feed.isTickerRefused)
    }
}

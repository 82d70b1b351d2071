import Engine
import Journal
import Orders
import Replay
import Testing
import Units
import Venues

@testable import Runtime

/// The prices that the venue takes, by stream and by REST.
@Suite("Bounds of prices", .timeLimit(.minutes(3)))
struct PriceBoundsTests {
    private func bounds(_ highest: Int64, ms: Int64) -> PriceBounds {
        PriceBounds(
            instrument: InstrumentID(0),
            highestBuy: Price(ticks: highest),
            lowestSell: Price(ticks: 10),
            publishedAt: .milliseconds(ms)
        )
    }

    @Test("the latest word counts, whichever way it came, and the same twice is no news")
    func latest() {
        var watch = PriceBoundsWatch()
        let id = InstrumentID(0)
        let low = Price(ticks: 10)
        #expect(
            watch.news(bounds(20, ms: 5))
                == .priceLimits(id, highestBuy: Price(ticks: 20), lowestSell: low)
        )
        #expect(watch.news(bounds(19, ms: 4)) == nil)
        #expect(watch.news(bounds(20, ms: 8)) == nil)
        #expect(watch.news(bounds(19, ms: 7)) == nil, "the same confirmed what is known")
        #expect(
            watch.news(bounds(21, ms: 9))
                == .priceLimits(id, highestBuy: Price(ticks: 21), lowestSell: low)
        )
    }

    @Test("a session has them by the stream, long before it asks")
    func stream() throws {
        let record = try SessionRecord()
        var session = try SessionFixture(seconds: 2)
        session.configuration.journal = JournalSettings(directory: record.path)
        let outcome = try session.run()
        #expect(outcome.state == .completed)
        try record.verify(outcome)
        let path = try #require(try JournalFolder(record.path).sessions.first?.first)
        var reader = try JournalReader(path)
        var count = 0
        while let entry = try reader.next() {
            guard case .account(let coded) = entry.record else { continue }
            if case .priceLimits? = AccountEvent(coded) { count += 1 }
        }
        #expect(count >= 1)
    }
}

import Foundation
import LoopbackVenue
import Reports
import Runtime
import Synchronization
import Testing
import Units

/// Sessions whose market data goes through a middleman that corrupts it, over real sockets.
@Suite("Faulty market data", .timeLimit(.minutes(3)))
struct FaultyFeedTests {
    /// A session of `seconds` behind a middleman that strikes once the parent has a fill.
    private func run(
        seconds: Int64 = 3,
        lines: Int = 1,
        _ change: (inout SessionFixture) -> Void = { _ in },
        strike: @escaping @Sendable (Middleman) -> Void
    ) throws -> SessionOutcome {
        var fixture = try SessionFixture(seconds: seconds)
        let middleman = try Middleman(fixture.venue)
        fixture.configuration.venue.market.port = middleman.port
        fixture.configuration.lines = lines
        fixture.configuration.lineTimes.bookAge = .milliseconds(800)
        fixture.configuration.lineTimes.snapshot = .milliseconds(800)
        fixture.configuration.retrySeed = 7
        change(&fixture)
        middleman.start()
        defer { middleman.stop() }
        return try fixture.run { _, _ in strike(middleman) }
    }

    /// The parent was worked to its end, and our accounts are the venue's.
    private func checkCompleted(_ outcome: SessionOutcome) throws -> FeedSection {
        let report = outcome.report
        #expect(outcome.state == .completed, "\(report.parent.stopReason)")
        #expect(outcome.fault == nil, "\(outcome.fault ?? "")")
        #expect(report.parent.filled == report.parent.quantity)
        #expect(report.venue.openOrders == 0)
        let position = try #require(report.venue.position)
        #expect(position == report.parent.filled)
        return try #require(report.feed)
    }

    @Test("a lost message makes the book stale until a new snapshot, and the parent goes on")
    func gap() throws {
        let feed = try checkCompleted(run { $0.strike(.drop) })
        #expect(feed.bookLosses >= 1)
        #expect(feed.lines[0].gaps >= 1 && feed.lines[0].resyncs >= 1)
        #expect(feed.snapshots >= 2 && feed.bookRecovery.count >= 1)
        #expect(feed.lines[0].losses == 0)
    }

    @Test("a message that comes twice changes nothing")
    func double() throws {
        let feed = try checkCompleted(run { $0.strike(.double) })
        #expect(feed.lines[0].duplicates >= 1)
        #expect(feed.lines[0].gaps == 0)
    }

    @Test("a message that cannot be read makes the book stale until a new snapshot")
    func corrupt() throws {
        let feed = try checkCompleted(run { $0.strike(.corrupt) })
        #expect(feed.lines[0].malformed == 1)
        #expect(feed.bookLosses >= 1 && feed.snapshots >= 2)
    }

    @Test("a print or a ticker that cannot be read costs itself alone, and is counted by kind")
    func spoiled() throws {
        let outcome = try run {
            $0.strike(.spoil(topic: "publicTrade", after: #""S":""#))
        }
        let feed = try checkCompleted(outcome)
        #expect(feed.unreadablePrints == 1 && feed.unreadableTickers == 0)
        #expect(feed.bookLosses == 0 && feed.lines[0].malformed == 0 && feed.lines[0].resyncs == 0)
        #expect(outcome.report.text().contains("prints 1 (the volume of others may be short)"))
        let other = try checkCompleted(
            run { $0.strike(.spoil(topic: "tickers", after: #""markPrice":""#)) }
        )
        #expect(other.unreadablePrints == 0 && other.unreadableTickers == 1)
        #expect(other.bookLosses == 0 && other.lines[0].malformed == 0)
    }

    @Test("levels and prints off the steps cost themselves, and what is on them is traded on")
    func coarse() throws {
        let outcome = try SessionFixture(faults: FaultScript(text: "at 0s tick 0.5")).run()
        let feed = try checkCompleted(outcome)
        #expect(outcome.report.instrument.tick == 0.5)
        #expect(feed.offStepLevels > 0 && feed.offStepPrints > 0)
        #expect(feed.lines[0].malformed == 0 && feed.bookLosses == 0)
        #expect(outcome.report.text().contains("levels off the instrument's steps"))
    }

    @Test("a venue that takes the subscription and sends no book is told as such")
    func noBook() throws {
        var fixture = try SessionFixture(seconds: 2)
        let middleman = try Middleman(fixture.venue, hidesBook: true)
        fixture.configuration.venue.market.port = middleman.port
        middleman.start()
        defer { middleman.stop() }
        let outcome = try fixture.run()
        let fault = try #require(outcome.fault)
        #expect(outcome.report.parent.filled == 0)
        #expect(fault.hasPrefix("no book of BTCUSDT came in "), "\(fault)")
        #expect(
            fault.contains("although the venue accepted the subscription to orderbook."),
            "\(fault)"
        )
        #expect(fault.hasSuffix("; 0 messages unreadable"), "\(fault)")
    }

    @Test("a book whose publisher stands still is lost, however often told", arguments: [1, 2])
    func publisher(lines: Int) throws {
        var fixture = try SessionFixture(
            quantity: "2",
            seconds: 7,
            faults: FaultScript(text: "at 1s silence 5s")
        )
        fixture.configuration.lines = lines
        let outcome = try fixture.run()
        let feed = try checkCompleted(outcome)
        #expect(feed.bookFrozen >= 1)
        #expect(feed.bookAged == 0, "it was confirmed again and again")
        // What is left of the five seconds once two have passed at the most.
        #expect(feed.staleNs > 2_900_000_000)
        #expect(outcome.report.text().contains("standing still while others traded"))
    }

    @Test("a connection that is cut comes back, and the parent goes on")
    func cut() throws {
        let feed = try checkCompleted(run { $0.strike(.cut) })
        #expect(feed.lines[0].losses >= 1 && feed.lines[0].reconnects >= 1)
        #expect(feed.lineRecovery.count >= 1 && feed.bookRecovery.count >= 1)
    }

    @Test("refused upgrades are tried again until one is accepted")
    func refusals() throws {
        let outcome = try run(seconds: 4) {
            $0.configuration.lineTimes.link.turnedAway = .milliseconds(200)
        } strike: {
            $0.strike(.refuse(3))
            $0.strike(.cut)
        }
        let feed = try checkCompleted(outcome)
        #expect(feed.lines[0].reconnects == 1)
        // Who is turned away stays away, three times.
        #expect(feed.lineRecovery.max > 600_000_000)
    }

    @Test("a frozen line is replaced, though its WebSocket still answers")
    func freeze() throws {
        let feed = try checkCompleted(run(seconds: 5) { $0.strike(.freeze) })
        #expect(feed.lines[0].deaf + feed.lines[0].silences >= 1)
        #expect(feed.lines[0].reconnects >= 1)
        #expect(feed.bookAged >= 1)
        #expect(feed.staleNs > 0)
    }

    @Test("a silent topic on a living connection is subscribed to again, without a reconnect")
    func mute() throws {
        let feed = try checkCompleted(run { $0.strike(.mute) })
        #expect(feed.lines[0].resyncs >= 1)
        #expect(feed.lines[0].losses == 0)
    }

    @Test("a restart of the venue's numbering is followed")
    func restart() throws {
        let feed = try checkCompleted(run { $0.strike(.restart) })
        #expect(feed.restarts == 1)
        #expect(feed.lines[0].losses == 0)
    }

    @Test("with two lines, what one loses the other brings")
    func filledGap() throws {
        let feed = try checkCompleted(run(seconds: 4, lines: 2) { $0.strike(.drop, lines: 2) })
        #expect(feed.lines[0].gaps + feed.lines[1].gaps >= 1)
        #expect(feed.bookLosses == 0, "\(feed)")
    }

    @Test("with two lines, losing one loses nothing, and it comes back")
    func lostLine() throws {
        let feed = try checkCompleted(run(seconds: 4, lines: 2) { $0.strike(.cut, lines: 2) })
        #expect(feed.bookLosses == 0, "\(feed)")
        #expect(feed.lines.map(\.reconnects).reduce(0, +) >= 1)
        let shares = try feed.lines.map { try #require($0.winShare) }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(feed.lines.map(\.duplicates).reduce(0, +) > 0)
        #expect(feed.lines.map(\.contradictions) == [0, 0])
    }

    @Test("the slower of two lines loses, by as much as it is slower")
    func slowLine() throws {
        let outcome = try run(seconds: 4, lines: 2) {
            $0.strike(.delay(.milliseconds(20)), lines: 2)
        }
        let feed = try checkCompleted(outcome)
        let slow = feed.lines[0].wins < feed.lines[1].wins ? feed.lines[0] : feed.lines[1]
        #expect(slow.lag.max >= 15_000_000, "\(feed)")
        #expect(feed.lines.map(\.contradictions) == [0, 0])
    }

    @Test("the venue's clock is looked at again and again, and how well it is known is told")
    func venueClock() throws {
        let outcome = try run(seconds: 2) {
            $0.configuration.timeInterval = .milliseconds(200)
            $0.configuration.stampsArrivals = true
        } strike: { _ in
        }
        let feed = try checkCompleted(outcome)
        #expect(feed.venueClock.samples >= 5 + 3 * 3, "\(feed.venueClock)")
        // One host, one clock.
        #expect(abs(feed.venueClock.offsetNs) <= feed.venueClock.uncertaintyNs + 1_000_000)
        #expect(feed.venueClock.uncertaintyNs < 100_000_000)
        #expect(feed.matchedToUs.count > 0 && feed.publishedToUs.count > 0)
        let socketToBook = try #require(feed.socketToBook)
        #expect(socketToBook.count > 0 && socketToBook.p50 < 1_000_000_000)
    }

    @Test("an account connection that falls silent is replaced within its bound")
    func silentAccount() throws {
        var fixture = try SessionFixture(seconds: 5)
        let middleman = try Middleman(fixture.venue)
        fixture.configuration.venue.account.port = middleman.port
        fixture.configuration.linkTimes.ping = .milliseconds(300)
        fixture.configuration.linkTimes.silence = .seconds(1)
        middleman.start()
        defer { middleman.stop() }
        let outcome = try fixture.run { _, _ in middleman.strike(.freeze) }
        #expect(outcome.state == .completed && outcome.fault == nil)
        #expect(outcome.report.counts.unknown == 0)
        let link = outcome.report.links[0]
        #expect(link.losses == 1 && link.recoveries == 1 && link.isUp)
        let why = try #require(link.lastLoss)
        #expect(why.contains("account connection was lost: the venue said nothing"), "\(why)")
        #expect(why.contains("though its WebSocket answers pings"), "\(why)")
    }
}

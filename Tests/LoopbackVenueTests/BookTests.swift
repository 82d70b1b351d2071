import Book
import Simulation
import Testing
import Units

@testable import LoopbackVenue

@Suite("Books of the loopback venue", .timeLimit(.minutes(3)))
struct BookTests {
    @Test(
        "a client's book is the venue's, level by level, whatever happens and however deep",
        arguments: [50, 1],
        [UInt64(1), 2, 3]
    )
    func rebuild(_ depth: Int, _ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let venue = FloorFixture(feed: SyntheticFeed(seed: seed))
        let listener = Listener(venue.instrument)
        let number = venue.open(.publicMarket(.linear))
        let subscribe = #"{"op":"subscribe","args":["orderbook.\#(depth).BTCUSDT"]}"#
        var texts = venue.sayAll(subscribe, on: number)
        let trade = venue.openAuthorized(.trade)
        var count = 0
        for step in 0..<1_500 {
            if random.uniform() < 0.3 {
                count += 1
                let touch = venue.desk.referenceTicks
                let ticks = touch + Int64(random.next() % 9) - 4
                let side = random.next() % 2 == 0 ? "Buy" : "Sell"
                let price = "\(ticks / 10).\(ticks % 10)"
                texts += venue.sayAll(
                    venue.create(side, "0.5", at: price, link: "o\(count)", id: "r\(count)"),
                    on: trade
                )
                if count > 5 {
                    let old = venue.request(
                        "order.cancel",
                        [("orderLinkId", "o\(count - 5)")],
                        id: "c\(count)"
                    )
                    texts += venue.sayAll(old, on: trade)
                }
            }
            texts += venue.advance(by: .milliseconds(7))
            for text in texts where text.session == number {
                switch listener.hear(text) {
                case .depth(let result, let kind):
                    #expect(result == .applied, "seed \(seed), step \(step)")
                    #expect(depth > 1 || kind == .snapshot)
                case .malformed(let failure):
                    #expect(Bool(false), "seed \(seed), step \(step): \(failure)")
                default: continue
                }
            }
            texts = []
            guard venue.desk.ownChangesDueAt == nil else { continue }
            let shown = venue.desk.exchange.snapshot(depth: depth)
            #expect(listener.book.bids == shown.bids, "seed \(seed), step \(step)")
            #expect(listener.book.asks == shown.asks, "seed \(seed), step \(step)")
        }
        #expect(venue.desk.exchange.fillCount > 0)
    }

    @Test("what our orders alone change is published within twenty milliseconds")
    func ownChanges() {
        let venue = FloorFixture()
        let number = venue.listen(.publicMarket(.linear), ["orderbook.50.BTCUSDT"])
        let trade = venue.openAuthorized(.trade)
        #expect(venue.floor.nextDeadline == nil)
        let order = venue.create("Buy", "0.02", at: "60000.0", link: "a")
        #expect(venue.sayAll(order, on: trade).allSatisfy { $0.session == trade })
        #expect(venue.floor.nextDeadline == venue.now + .milliseconds(20))
        #expect(venue.advance(by: .milliseconds(19)).isEmpty)
        let texts = venue.advance(by: .milliseconds(1))
        #expect(texts.map(\.session) == [number])
        #expect(texts[0].string.contains(#""type":"delta""#))
        #expect(texts[0].string.contains(#""b":[["60000.0","0.030"]],"a":[],"u":1002,"#))
        #expect(venue.floor.nextDeadline == nil)
    }

    @Test("the feed's clock starts with the first subscriber of its market data")
    func clock() {
        let venue = FloorFixture(feed: SyntheticFeed(seed: 1))
        let stream = venue.listen(.privateStream, ["order"])
        #expect(venue.floor.nextDeadline == nil)
        #expect(venue.advance(by: .seconds(60)).isEmpty)
        _ = stream
        let started = venue.now
        _ = venue.listen(.publicMarket(.linear), ["publicTrade.BTCUSDT"])
        #expect(venue.floor.nextDeadline == started + .milliseconds(20))
    }

    @Test("levels that leave a topic's depth come as deletes")
    func window() {
        var publication = BookPublication(depth: 2)
        func levels(_ ticks: [Int64]) -> [LevelChange] {
            ticks.map { LevelChange(ticks: $0, lots: 1) }
        }
        func book(_ bids: [Int64], _ asks: [Int64]) -> ShownDepth {
            ShownDepth(kind: .snapshot, bids: levels(bids), asks: levels(asks))
        }
        #expect(publication.publish(book([10, 9, 8], [11, 12, 13]))?.bids == levels([10, 9]))
        #expect(publication.publish(book([10, 9, 7], [11, 12])) == nil, "below the window")
        let change = publication.publish(book([12, 10, 9], [13, 14]))
        #expect(
            change?.bids == [LevelChange(ticks: 12, lots: 1), LevelChange(ticks: 9, lots: 0)]
        )
        #expect(
            change?.asks == [
                LevelChange(ticks: 11, lots: 0), LevelChange(ticks: 12, lots: 0),
                LevelChange(ticks: 13, lots: 1), LevelChange(ticks: 14, lots: 1),
            ]
        )
        #expect(publication.update == 1_002)
    }

    @Test("a maker's fill prints under its own id, the rest of the trade under the feed's")
    func makerPrint() {
        let trade = Trade(
            price: Price(ticks: 600_000),
            quantity: Quantity(lots: 15),
            aggressor: .sell,
            isBlock: false,
            isRPI: false,
            matchedAt: .zero,
            crossSequence: 1,
            id: ExternalID("feed-1")!
        )
        let book = FeedAction.Kind.depth(
            .snapshot,
            bids: [LevelChange(ticks: 600_000, lots: 10)],
            asks: [LevelChange(ticks: 600_001, lots: 10)]
        )
        let feed = ScriptedFeed([
            FeedAction(at: .zero, kind: book),
            FeedAction(at: .milliseconds(40), kind: .trades([trade])),
        ])
        let venue = FloorFixture(feed: feed)
        let listener = Listener(venue.instrument)
        let tape = venue.listen(.publicMarket(.linear), ["publicTrade.BTCUSDT"])
        let stream = venue.listen(.privateStream, ["execution"])
        let socket = venue.openAuthorized(.trade)
        let link = "Te5tRun0-00000000-00000001"
        _ = venue.sayAll(
            venue.create("Buy", "0.03", at: "60000", "PostOnly", link: link),
            on: socket
        )
        let texts = venue.advance(by: .milliseconds(40))
        var prints: [Trade] = []
        for text in texts where text.session == tape {
            if case .trades(let trades) = listener.hear(text) { prints += trades }
        }
        let fills = listener.orderEvents(texts.filter { $0.session == stream })
        guard fills.count == 1, case .execution(let fill) = fills[0] else {
            return #expect(Bool(false), "\(fills)")
        }
        #expect(fill.isMaker && fill.quantity.lots == 5)
        let printed: Int64 = prints.reduce(0) { $0 + $1.quantity.lots }
        #expect(printed == 15)
        #expect(prints.first { $0.id == fill.id }?.quantity.lots == 5)
        #expect(prints.first { $0.id.text == "feed-1" }?.quantity.lots == 10)
        #expect(venue.floor.takeNotes() == ["BTCUSDT: the script ended; the last book stays"])
    }
}

import Foundation
import Simulation
import Testing
import Units

@testable import LoopbackVenue

@Suite("Recorded markets", .timeLimit(.minutes(3)))
struct RecordedMarketTests {
    /// Calls `body` with the paths of files that hold `texts`.
    private func withFiles(_ texts: [String], _ body: ([String]) throws -> Void) throws {
        let directory = try PrivateDirectory()
        defer { directory.remove() }
        var paths: [String] = []
        for (i, text) in texts.enumerated() {
            paths.append(directory.file("\(i).ndjson"))
            try text.write(toFile: paths[i], atomically: false, encoding: .utf8)
        }
        try body(paths)
    }

    private func book(_ type: String, ts: Int, u: Int, bid: String, lots: String = "1") -> String {
        """
        {"topic":"orderbook.50.BTCUSDT","type":"\(type)","ts":\(ts),"data":{"s":"BTCUSDT",\
        "b":[["\(bid)","\(lots)"]],"a":[["60001.0","2"]],"u":\(u),"seq":\(u)},"cts":\(ts)}\n
        """
    }

    private func trade(ts: Int) -> String {
        """
        {"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":\(ts),"data":[{"T":\(ts),\
        "s":"BTCUSDT","S":"Buy","v":"0.5","p":"60001.0","i":"t\(ts)","BT":false,"seq":1}]}\n
        """
    }

    private var instrument: Instrument {
        Instrument(loopback: "BTCUSDT", .linear, tick: nil, lot: nil, id: InstrumentID(0))
    }

    private func times(_ market: RecordedMarket) -> [Int64] {
        var times: [Int64] = []
        while let action = market.next() { times.append(action.at.millisecondCount) }
        return times
    }

    @Test("time is the recording's own, from its first whole book; what came before is not played")
    func pacing() throws {
        let text =
            trade(ts: 900) + book("snapshot", ts: 1_000, u: 5, bid: "60000.0") + trade(ts: 1_007)
            + book("delta", ts: 1_020, u: 6, bid: "60000.0", lots: "3")
            + trade(ts: 1_010)
        try withFiles([text]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(market.depth == 50)
            // The last trade's clock was set back: it plays at once and not before its turn.
            #expect(times(market) == [0, 7, 20, 20])
            #expect(market.ending == "the recording is over")
        }
    }

    @Test("files of one market play one after the other, each with its own numbering")
    func sequence() throws {
        let first =
            book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
            + book("delta", ts: 1_050, u: 6, bid: "60000.0", lots: "3")
        let second =
            book("snapshot", ts: 90_000, u: 700, bid: "60000.0")
            + book("delta", ts: 90_040, u: 701, bid: "60000.0", lots: "3")
        try withFiles([first, second]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(times(market) == [0, 50, 70, 110])
        }
    }

    @Test("a clock that says anything at all stops nothing")
    func wildClock() throws {
        let text =
            book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
            + trade(ts: 0) + trade(ts: 4_611_686_018_427) + trade(ts: 1_010)
        try withFiles([text, text]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(times(market) == [0, 0, 0, 10, 30, 30, 30, 40])
        }
        var configuration = LoopbackVenueConfiguration()
        configuration.speed = .leastNormalMagnitude
        let floor = try TradingFloor(configuration)
        floor.desks[0].start(.seconds(1_700_000_000))
        #expect(try #require(floor.nextDeadline) > .seconds(2_000_000_000))
    }

    @Test("updates told before and prints that cannot be read are passed over, and counted")
    func passedOver() throws {
        let text =
            book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
            + book("delta", ts: 1_020, u: 6, bid: "60000.0", lots: "3")
            + book("delta", ts: 1_020, u: 6, bid: "60000.0", lots: "3")
            + book("delta", ts: 1_030, u: 4, bid: "60000.0", lots: "3")
            + trade(ts: 1_035).replacing(#""S":"Buy""#, with: #""S":"None""#)
            + book("delta", ts: 1_040, u: 7, bid: "60000.0", lots: "4")
        try withFiles([text]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(times(market) == [0, 20, 40])
            #expect(market.ending.contains("2 repeated updates"), "\(market.ending)")
            #expect(market.ending.contains("1 unreadable print "), "\(market.ending)")
        }
    }

    @Test("a gap or a broken line later on ends the feed and says where")
    func troubleLater() throws {
        let gap =
            book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
            + book("delta", ts: 1_050, u: 7, bid: "60000.0")
            + book("delta", ts: 1_070, u: 8, bid: "60000.0")
        try withFiles([gap]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(times(market) == [0])
            #expect(market.ending == "\(paths[0]): line 2: the book jumps from update 5 to 7")
        }
        let broken = book("snapshot", ts: 1_000, u: 5, bid: "60000.0") + "{\"topic\":\n"
        try withFiles([broken]) { paths in
            let market = try RecordedMarket(paths, instrument)
            #expect(times(market) == [0])
            #expect(market.ending.hasPrefix("\(paths[0]): line 2: "))
        }
    }

    @Test("a file that cannot be played is refused at the start, by name")
    func troubleAtStart() throws {
        let off = book("snapshot", ts: 1_000, u: 5, bid: "60000.05")
        let good = book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
        try withFiles([off, "no JSON", trade(ts: 5), good]) { paths in
            for bad in [paths[0], paths[1], paths[2], "/nonexistent"] {
                for files in [[bad], [paths[3], bad]] {
                    var configuration = LoopbackVenueConfiguration()
                    configuration.feedFiles = files
                    do {
                        _ = try TradingFloor(configuration)
                        Issue.record("\(bad) was accepted")
                    } catch {
                        #expect("\(error)".contains(bad))
                    }
                }
            }
        }
    }

    @Test("the steps of a market that is not known are found in its recording")
    func steps() throws {
        let cheap = [book("snapshot", ts: 1_000, u: 5, bid: "0.00002345", lots: "100")]
            .map {
                $0.replacing("BTCUSDT", with: "WHYUSDT").replacing("60001.0", with: "0.00002346")
            }
        try withFiles(cheap) { paths in
            var configuration = LoopbackVenueConfiguration()
            configuration.feedFiles = paths
            let found = try TradingFloor(configuration).desks[0].instrument
            #expect(found.tick.text(1) == "0.00000001" && found.lot.text(1) == "1")
            configuration.lot = DecimalScale(multiplier: 2, decimals: 0)
            let given = try TradingFloor(configuration).desks[0].instrument
            #expect(given.tick == found.tick && given.lot == configuration.lot)
        }
    }

    @Test("steps that a recording does not keep to are told with what to give instead")
    func wrongSteps() throws {
        let off = book("snapshot", ts: 1_000, u: 5, bid: "60000.05")
        let good = book("snapshot", ts: 1_000, u: 5, bid: "60000.0")
        try withFiles([off, good]) { paths in
            var configuration = LoopbackVenueConfiguration()
            configuration.feedFiles = [paths[0]]
            let known = try #require(throws: LoopbackVenueError.self) {
                _ = try TradingFloor(configuration)
            }
            #expect("\(known)".contains("(tick 0.1, lot 0.001): give --tick and --lot"), "\(known)")
            configuration.feedFiles = [paths[1]]
            configuration.lot = DecimalScale(multiplier: 3, decimals: 0)
            let given = try #require(throws: LoopbackVenueError.self) {
                _ = try TradingFloor(configuration)
            }
            #expect("\(given)".contains("(tick 0.1, lot 3): give --tick and --lot"), "\(given)")
        }
    }

    @Test(
        "the recordings at hand play to their end",
        arguments: [
            ("bybit-real/xrpusdt-ob500.data.zip", 500, ProductCategory.linear),
            ("bybit-shape/usdm_btcusdt_20240808.ob200.ndjson.gz", 200, .linear),
            ("bybit-shape/spot_btcusdt_20240808-09.ob50.ndjson.gz", 50, .spot),
        ]
    )
    func real(_ name: String, _ depth: Int, _ category: ProductCategory) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "shared/data/\(name)").path
        guard FileManager.default.fileExists(atPath: path) else { return }
        var configuration = LoopbackVenueConfiguration()
        configuration.feedFiles = [path]
        let floor = try TradingFloor(configuration)
        let desk = floor.desks[0]
        #expect(desk.market.depth == depth && desk.market.category == category)
        desk.start(.zero)
        var deadline = floor.nextDeadline
        while let due = deadline {
            floor.advance(due)
            deadline = floor.nextDeadline
        }
        #expect(floor.takeNotes().map { $0.contains("the recording is over") } == [true])
        #expect(desk.exchange.snapshot(depth: .max).bids.count >= depth)
    }
}

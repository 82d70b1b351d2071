import Book
import TestSupport
import Testing
import Units

@testable import Venues

/// What is off the instrument's steps costs itself in a living market, and all else is taken.
@Suite("Off the step", .timeLimit(.minutes(3)))
struct OffStepTests {
    private func decoder() -> BybitDecoder {
        BybitDecoder(instruments: [Fixtures.linear], session: Fixtures.session, isLenient: true)
    }

    private func levels(_ bids: String, _ decoder: inout BybitDecoder) -> [LevelChange]? {
        let text = Fixtures.delta.replacing(
            #"["61800.20","2.900"],["61799.00","0"]"#,
            with: bids
        )
        guard case .depth(_, _, _, _, _, _, _, let bids, _) = Copied.decode(text.utf8, &decoder)
        else { return nil }
        return bids
    }

    @Test("a level off the price step is passed over, its deletion too, and the rest is taken")
    func price() {
        var decoder = decoder()
        let known = levels(#"["61800.20","2.900"],["61799.00","0"]"#, &decoder)
        #expect(known?.count == 2)
        let kept = [LevelChange(ticks: 618_002, lots: 2_900), LevelChange(ticks: 617_990, lots: 0)]
        #expect(
            levels(#"["61800.20","2.900"],["61800.15","7"],["61799.00","0"]"#, &decoder) == kept
        )
        #expect(
            levels(#"["61800.150","0"],["61800.20","2.900"],["61799.00","0"]"#, &decoder) == kept
        )
        #expect(decoder.offStepLevelCount == 2)
        let general = decoder.generalCount
        #expect(levels(#"["61800.20","2.900"],["61799.00","0"]"#, &decoder) == kept)
        #expect(decoder.generalCount == general, "what is on the step is read as fast as ever")
    }

    @Test("a quantity off the step is rounded down, and less than a lot is there all the same")
    func quantity() {
        var decoder = decoder()
        let read = levels(
            #"["61800.20","2.9009"],["61800.10","0.0004"],["61800.00","0.0000"]"#,
            &decoder
        )
        #expect(read?.map(\.lots) == [2_900, 1, 0])
        #expect(decoder.offStepLevelCount == 2)
    }

    @Test("what is no decimal, and no price, is malformed all the same")
    func malformed() {
        for bad in [#"["61800.2x","1"]"#, #"["61800.25","x"]"#, #"["0","1"]"#, #"["61800.25"]"#] {
            var decoder = decoder()
            #expect(levels(bad, &decoder) == nil, "\(bad)")
        }
    }

    private static let print =
        #"{"T":1700000000123,"s":"BTCUSDT","S":"Buy","v":"0.010","#
        + #""p":"61800.30","i":"NAME","BT":false,"seq":1}"#

    private func prints(_ list: [String], _ decoder: inout BybitDecoder) -> Copied {
        let text =
            #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1700000000125,"data":["#
            + list.joined(separator: ",") + "]}"
        return Copied.decode(text.utf8, &decoder)
    }

    @Test("a print off the step is rounded down, for its volume is traded")
    func printed() {
        var decoder = decoder()
        let off = Self.print.replacing("61800.30", with: "61800.37")
            .replacing("0.010", with: "0.0109")
        guard case .trades(let trades, _) = prints([Self.print, off], &decoder) else {
            Issue.record("not read")
            return
        }
        #expect(trades.map(\.price.ticks) == [618_003, 618_003])
        #expect(trades.map(\.quantity.lots) == [10, 10])
        #expect(decoder.offStepPrintCount == 1 && decoder.unreadablePrintCount == 0)
    }

    @Test("a print that cannot be read is left out; where none can, the message is unreadable")
    func unreadable() {
        var decoder = decoder()
        let bad = Self.print.replacing("Buy", with: "Bye")
        let other = Self.print.replacing("NAME", with: "B")
        guard case .trades(let trades, _) = prints([Self.print, bad, other], &decoder) else {
            Issue.record("not read")
            return
        }
        #expect(trades.map(\.id.text) == ["NAME", "B"])
        #expect(decoder.unreadablePrintCount == 1)
        guard case .unreadable(.prints, _) = prints([bad, bad], &decoder) else {
            Issue.record("taken")
            return
        }
        #expect(decoder.unreadablePrintCount == 2)
    }

    @Test("a fill of ours between two steps counts at the one that is worse for us")
    func fill() {
        for (side, ticks) in [("Buy", Int64(618_002)), ("Sell", 618_001)] {
            let text = Fixtures.execution.replacing("61800.1\"", with: "61800.13\"")
                .replacing("Buy", with: side)
            guard case .orders(let events) = Copied.decode(text),
                case .execution(let fill)? = events.first
            else {
                Issue.record("not read")
                return
            }
            #expect(fill.price.ticks == ticks)
        }
    }

    @Test("the venue's list of prints is read the same")
    func list() throws {
        let text =
            #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":["#
            + #"{"execId":"a","symbol":"BTCUSDT","price":"61800.37","size":"0.0109","side":"Buy","#
            + #""time":"1700000000123","isBlockTrade":false},"#
            + #"{"execId":"b","symbol":"BTCUSDT","price":"61800.3","size":"0.0001","side":"Buy","#
            + #""time":"1700000000123","isBlockTrade":false}]}}"#
        let trades = try BybitReplies.recentTrades(Array(text.utf8), Fixtures.linear)
        #expect(trades.map(\.price.ticks) == [618_003] && trades.map(\.quantity.lots) == [10])
    }
}

import LoopbackVenue
import Runtime
import Testing
import Units

/// Symbols as people get them wrong.
@Suite("Symbol hints", .timeLimit(.minutes(1)))
struct SymbolHintTests {
    @Test("a symbol that no venue can have is told before anything is asked")
    func objections() {
        #expect(SymbolHint.objection("BTCUSDT") == nil)
        #expect(SymbolHint.objection("BTC-29NOV24") == nil)
        #expect(SymbolHint.objection("1000PEPEUSDT") == nil)
        #expect(
            SymbolHint.objection("btcusdt") == "is not written like a symbol: did you mean BTCUSDT?"
        )
        #expect(
            SymbolHint.objection("BTC/USDT")
                == "is not written like a symbol: did you mean BTCUSDT?"
        )
        #expect(SymbolHint.objection("") != nil && SymbolHint.objection("₿") != nil)
        #expect(SymbolHint.objection("BTCPERP")?.contains("did you mean BTCUSDT?") == true)
    }

    @Test("a symbol that the venue lacks leads to one of its list")
    func hints() {
        let listed = ["BTCUSDT", "ETHUSDT", "XRPUSDT", "SOLUSDT", "ADAUSDT", "DOGEUSDT"]
        #expect(
            SymbolHint.text("BTCUSTD", nil, listed: listed)
                == "the venue does not trade BTCUSTD: did you mean BTCUSDT?"
        )
        #expect(
            SymbolHint.text("BTCUSD", .linear, listed: listed)
                == "the venue does not trade BTCUSD in category linear; inverse contracts are not "
                + "supported, only linear and spot: did you mean BTCUSDT?"
        )
        #expect(
            SymbolHint.text("ZZZ", nil, listed: ["BTCUSDT"])
                == "the venue does not trade ZZZ: it has BTCUSDT"
        )
        #expect(SymbolHint.text("ZZZ", nil, listed: []) == "the venue does not trade ZZZ")
    }
}

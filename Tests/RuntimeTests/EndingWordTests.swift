import Costs
import Engine
import Orders
import Risk
import Testing
import Units

@testable import Runtime

/// Why a parent ended: what matters first, a line each, and no advice that cannot help.
@Suite("Words of an ending", .timeLimit(.minutes(1)))
struct EndingWordTests {
    private static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 19_999_998),
        quantityRange: Quantity(lots: 2)...Quantity(lots: 1_190_000),
        minimumNotional: Amount(billionths: 5_000_000_000)
    )

    private struct Case {
        var limit: Price?
        var rate: Int64?
        var share: Int64 = 1_000
        var grace: Nanoseconds?
        var duration = Nanoseconds.seconds(30)
        var refusal: RefusalReason?
        var code: Int32 = 0
        var hindrances: [String] = []

        var lines: [String] {
            let order = ParentOrder(
                id: ParentID(0),
                instrument: InstrumentID(0),
                side: .buy,
                quantity: Quantity(lots: 500),
                limit: limit,
                startsAt: .zero,
                endsAt: duration
            )
            var ledger = ShortfallLedger(side: .buy)
            ledger.arrive(midHalfTicks: 1_200_000)
            var facts = ParentFacts(
                order: order,
                state: .expired,
                stopReason: "timeUp",
                algorithm: "twap",
                ledger: ledger,
                target: .zero,
                band: .zero,
                insideBand: nil,
                maxAhead: .zero,
                maxBehind: .zero,
                finishedAt: duration,
                othersVolume: .zero,
                othersNotional: .zero,
                endMidHalfTicks: 1_200_000,
                amends: 0,
                cancels: 0,
                rejects: 0,
                postOnlyRejects: 0,
                fills: 0,
                riskRefusals: 0,
                children: []
            )
            facts.povRateBps = rate
            facts.displayedShareBps = share
            facts.grace = grace
            let ending = Ending(
                reason: .timeUp,
                facts: facts,
                instrument: EndingWordTests.instrument,
                mainRefusal: refusal.map { ($0, 3) },
                lastCode: code,
                hindrances: hindrances
            )
            return (ending.text ?? "").split(separator: "\n").map(String.init)
        }
    }

    private static func lines(_ change: (inout Case) -> Void = { _ in }) -> [String] {
        var ended = Case()
        change(&ended)
        return ended.lines
    }

    @Test("what ended it and what to do come first, what kept it follows, a line each")
    func order() {
        let lines = Self.lines {
            $0.refusal = .childTooSmall
            $0.code = 110_007
            $0.limit = Price(ticks: 1)
            $0.hindrances = ["the order connection was away for 5 s"]
        }
        #expect(lines.count == 4, "\(lines)")
        #expect(lines[0].hasPrefix("its time was up with 0 BTC of "), "\(lines)")
        #expect(lines[0].contains("give it longer, or a limit beyond"), "\(lines)")
        #expect(lines[1] == "childTooSmall held its orders back")
        #expect(lines[2].hasPrefix("the venue refused: ") && lines[2].hasSuffix("(code 110007)"))
        #expect(lines[3] == "the order connection was away for 5 s")
    }

    @Test("no advice is given that the terms of the parent rule out")
    func advice() {
        #expect(
            Self.lines()[0].hasSuffix(
                "give it longer, or a larger share of the book (--display-share)"
            )
        )
        #expect(Self.lines { $0.share = 10_000 }[0].hasSuffix(" filled: give it longer"))
        #expect(Self.lines { $0.rate = 1_000 }[0].hasSuffix("give it longer, or a higher --rate"))
        #expect(Self.lines { $0.rate = 8_999 }[0].hasSuffix(" filled: give it longer"))
        let punctual = Self.lines { $0.grace = .zero }
        #expect(punctual[0].hasSuffix("(--display-share), or a --grace after its end"))
        let longest = Self.lines { ($0.duration, $0.share) = (Stated.longestDuration, 10_000) }
        #expect(longest == ["its time was up with 0 BTC of 0.5 BTC filled"])
        let position = Self.lines { $0.refusal = .positionExceeded }
        #expect(position[0].hasSuffix(": ask for less, or raise max_position"), "\(position)")
        #expect(!position[0].contains("longer") && !position[0].contains("share"))
    }
}

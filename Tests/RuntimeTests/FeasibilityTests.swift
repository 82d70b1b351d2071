import Algos
import Orders
import Risk
import Testing
import Units

@testable import Runtime

/// Parents that can never be done are refused by arithmetic, with its numbers.
@Suite("Feasibility", .timeLimit(.minutes(1)))
struct FeasibilityTests {
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

    /// Two BTC in eight seconds, but for what a test changes.
    private struct Wish {
        var side = Side.buy
        var lots: Int64 = 2_000
        var limit: Int64?
        var duration = Nanoseconds.seconds(8)
        var completesByEnd = true
        var rules = SlicingRules()
        var limits = RiskLimits(maxChild: Quantity(lots: 1_190_000))

        var objection: SessionError? {
            Feasibility(
                side: side,
                quantity: Quantity(lots: lots),
                limit: limit.map { Price(ticks: $0) },
                duration: duration,
                completesByEnd: completesByEnd,
                rules: rules,
                limits: limits,
                instrument: FeasibilityTests.instrument
            ).objection
        }
    }

    private static func said(_ change: (inout Wish) -> Void) -> String? {
        var wish = Wish()
        change(&wish)
        return wish.objection?.text
    }

    @Test("what can be done is not objected to")
    func possible() {
        #expect(Self.said { _ in } == nil)
        // The value of a sale is the market's affair.
        #expect(Self.said { ($0.side, $0.limit, $0.lots) = (.sell, 1, 2) } == nil)
        #expect(Self.said { ($0.limit, $0.lots) = (25_000, 2) } == nil)
        #expect(Self.said { $0.duration = .milliseconds(100) } == nil)
        // Twenty a child, ten a second, eight seconds: 1.6; twenty-five a child: 2.
        #expect(Self.said { $0.limits.maxChild = Quantity(lots: 25) } == nil)
        // A share of the volume promises no end.
        #expect(
            Self.said { ($0.limits.maxChild, $0.completesByEnd) = (Quantity(lots: 2), false) }
                == nil
        )
    }

    @Test("a limit that makes it worth less than an order is said with the arithmetic")
    func value() {
        let text = Self.said { ($0.limit, $0.lots) = (1, 10) }
        #expect(text?.hasPrefix("0.01 BTC at your limit 0.1 is 0.001 USDT; ") == true)
        #expect(text?.contains("smallest order is 5 USDT") == true)
        #expect(Self.said { ($0.limit, $0.lots) = (24_999, 2) } != nil)
    }

    @Test("a limit that the venue takes no price within is said")
    func limit() {
        let text = Self.said { ($0.side, $0.limit) = (.sell, 20_000_000) }
        #expect(text?.contains("highest price is 1999999.8") == true)
    }

    @Test("quantities too small and too large name the bound")
    func size() {
        let small = Self.said { $0.lots = 1 }
        #expect(small?.contains("0.001 BTC is less than the venue's smallest order, 0.002") == true)
        var wish = Wish()
        wish.limits.maxParent = Quantity(lots: 1_999)
        guard case .refused(let text) = wish.objection else {
            Issue.record("\(String(describing: wish.objection))")
            return
        }
        #expect(text.contains("2 BTC") && text.contains("1.999 BTC"))
    }

    @Test("a child too small to be sent, or too small for the time, is said with the product")
    func children() {
        #expect(Self.said { $0.limits.maxChild = Quantity(lots: 1) }?.contains("0.001 BTC") == true)
        #expect(Self.said { $0.rules.maxChild = Quantity(lots: 1) } != nil)
        #expect(Self.said { $0.limits.maxChildNotional = Amount(billionths: 1) } != nil)
        let pace = Self.said { $0.limits.maxChild = Quantity(lots: 10) }
        #expect(pace?.hasPrefix("0.01 BTC a child x 10 a second x 8 s = 0.8 BTC of 2 BTC") == true)
        #expect(pace?.hasSuffix("allow more time or larger children (--max-child)") == true)
        let slow = Self.said { ($0.lots, $0.limits.requestsPerSecond) = (10_000_000, 1) }
        #expect(slow?.hasSuffix("allow more time or more requests (--request-rate)") == true)
        // Where both are the venue's own, only time is left.
        let most = Self.said { $0.lots = 100_000_000 }
        #expect(most?.hasSuffix("ask for less, or allow more time") == true, "\(most ?? "")")
        #expect(Self.said { $0.limits.maxChild = Quantity(lots: 24) } != nil)
        #expect(
            Self.said {
                $0.limits.maxChild = Quantity(lots: 25)
                $0.limits.requestsPerSecond = 9
            } != nil
        )
    }

    @Test("a time too short names the shortest")
    func duration() {
        let text = Self.said { $0.duration = .milliseconds(1) }
        #expect(text?.contains("0.001 s") == true && text?.contains("0.1 s") == true)
    }

    @Test("a session says it before anything is sent", arguments: [("0.010", "0.1"), ("2", nil)])
    func session(_ quantity: String, _ limit: String?) throws {
        var session = try SessionFixture(quantity: quantity, seconds: 8)
        session.configuration.request.limit = limit
        if limit == nil { session.configuration.limits.maxChild = "0.01" }
        let error = #expect(throws: SessionError.self) { try session.run() }
        guard case .usage(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(" is 0.001 USDT") || text.contains("= 0.8 BTC of 2 BTC"), "\(text)")
    }
}

import Costs
import TestSupport
import Testing
import Units

@Suite("Shortfall", .timeLimit(.minutes(3)))
struct ShortfallLedgerTests {
    private struct Fill {
        var price: Int64
        var lots: Int64
        var atSend: Int64
        var atFill: Int64
        var fee: Int64
    }

    private static func ledger(_ side: Side, arrival: Int64, _ fills: [Fill]) -> ShortfallLedger {
        var ledger = ShortfallLedger(side: side)
        ledger.arrive(midHalfTicks: arrival)
        for fill in fills {
            ledger.add(
                Price(ticks: fill.price),
                Quantity(lots: fill.lots),
                isMaker: fill.lots % 2 == 0,
                fee: Amount(billionths: fill.fee),
                midAtSendHalfTicks: fill.atSend,
                midAtFillHalfTicks: fill.atFill
            )
        }
        return ledger
    }

    @Test("the parts add up to the shortfall exactly, on both sides", arguments: 0..<100)
    func telescoping(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let side: Side = Bool.random(using: &random) ? .buy : .sell
        // Up to the largest prices a decoder lets through.
        let scale: Int64 = seed % 10 == 0 ? 1 << 59 : 1_000_000
        let price = { (random: inout SplitMix64) in Int64.random(in: 1...scale, using: &random) }
        let arrival = price(&random)
        let fills = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            Fill(
                price: price(&random),
                lots: Int64.random(in: 1...1_000_000, using: &random),
                atSend: price(&random),
                atFill: price(&random),
                fee: Int64.random(in: -1_000...1_000, using: &random)
            )
        }
        let unfilled = Int64.random(in: 0...1_000_000, using: &random)
        let end = price(&random)

        let cost = ShortfallLedgerTests.ledger(side, arrival: arrival, fills)
            .breakdown(unfilled: Quantity(lots: unfilled), endHalfTicks: end)

        var paid = Int128(0)
        var filled = Int128(0)
        for fill in fills {
            paid += 2 * Int128(fill.price) * Int128(fill.lots)
            filled += Int128(fill.lots)
        }
        let sign = Int128(side.sign)
        let shortfall =
            sign * (paid - filled * Int128(arrival))
            + sign * Int128(unfilled) * (Int128(end) - Int128(arrival))
        #expect(cost.tradingCost == shortfall, "seed \(seed)")
        #expect(cost.fees.billionths == fills.reduce(0) { $0 + $1.fee }, "seed \(seed)")
    }

    @Test("a parent of the other side in a mirrored market costs the same")
    func mirror() {
        let fills = [
            Fill(price: 103, lots: 4, atSend: 202, atFill: 205, fee: 1),
            Fill(price: 101, lots: 6, atSend: 199, atFill: 200, fee: 2),
        ]
        // Prices p become 1000 − p, mids in half ticks m become 2000 − m.
        let mirrored = fills.map {
            Fill(
                price: 1_000 - $0.price,
                lots: $0.lots,
                atSend: 2_000 - $0.atSend,
                atFill: 2_000 - $0.atFill,
                fee: $0.fee
            )
        }
        let rest = Quantity(lots: 3)
        let buy = ShortfallLedgerTests.ledger(.buy, arrival: 201, fills)
            .breakdown(unfilled: rest, endHalfTicks: 210)
        let sell = ShortfallLedgerTests.ledger(.sell, arrival: 1_799, mirrored)
            .breakdown(unfilled: rest, endHalfTicks: 1_790)
        #expect(buy == sell)
        #expect(buy.opportunity == 3 * 9)
        // Even lots rest, in this suite: both do.
        #expect(buy.makerDrift == 4 * 3 + 6 * 1 && buy.takerLatency == 0)
    }

    @Test("fees at Bybit's base rates: 10 BTC at 8,000 cost 44 as taker, 16 as maker")
    func fees() {
        let rates = FeeSchedule.bybitBasePerpetual
        #expect(80_000 * rates.takerRateE8 / 100_000_000 == 44)
        #expect(80_000 * rates.makerRateE8 / 100_000_000 == 16)
    }

    @Test("the textbook shortfall: 700 of 1,000 bought, 0.19 % in all")
    func textbook() throws {
        // Decision 40.00, filled at 40.05 in a market at 40.04, cancelled at 40.08, commission 17;
        // in ticks of 0.01. The delay is the timing of our terms, the realised loss our spread.
        let cost = ShortfallLedgerTests.ledger(
            .buy,
            arrival: 8_000,
            [Fill(price: 4_005, lots: 700, atSend: 8_008, atFill: 8_008, fee: 17_000_000_000)]
        ).breakdown(unfilled: Quantity(lots: 300), endHalfTicks: 8_016)
        let paper = 1_000.0 * 8_000
        let share = { (part: Int128) in Double(part) / paper }
        #expect(abs(share(cost.timing) - 0.000_7) < 1e-12)
        #expect(abs(share(cost.spread) - 0.000_175) < 1e-12)
        #expect(abs(share(cost.opportunity) - 0.000_6) < 1e-12)
        #expect(cost.takerLatency == 0 && cost.makerDrift == 0)
        let explicit = cost.fees.inCoins / 40_000
        #expect(abs(share(cost.tradingCost) + explicit - 0.001_9) < 1e-12)
        let bps = try #require(
            Slippage.basisPoints(
                halfTickLots: cost.tradingCost,
                of: Quantity(lots: 1_000),
                at: 8_000
            )
        )
        #expect(abs(bps - 14.75) < 1e-9)
    }

    @Test("without an arrival there is no shortfall, and a parent arrives once")
    func arrival() async {
        var ledger = ShortfallLedger(side: .buy)
        #expect(ledger.breakdown(unfilled: Quantity(lots: 5), endHalfTicks: 9) == CostBreakdown())
        ledger.arrive(midHalfTicks: 4)
        #expect(ledger.arrivalHalfTicks == 4)
        await #expect(processExitsWith: .failure) {
            var twice = ShortfallLedger(side: .buy)
            twice.arrive(midHalfTicks: 4)
            twice.arrive(midHalfTicks: 4)
        }
    }
}

import Orders
import Risk
import TestSupport
import Testing
import Units

/// What a check does in 64 bits or without a division, held against plain arithmetic in 128.
@Suite("Risk filters", .timeLimit(.minutes(3)))
struct RiskFiltersTests {
    private static let now = Nanoseconds.seconds(100)

    /// Steps from the coarsest to the finest that occur, and limits that let everything else pass.
    private static func instrument(_ random: inout SplitMix64) -> Instrument {
        func scale(_ most: Int) -> DecimalScale {
            DecimalScale(
                multiplier: [1, 2, 5, 25].randomElement(using: &random)!,
                decimals: Int.random(in: 0...most, using: &random)
            )
        }
        return Instrument(
            id: InstrumentID(0),
            category: .linear,
            symbol: "X",
            baseCoin: "B",
            quoteCoin: "Q",
            tick: scale(8),
            lot: scale(6),
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 59),
            quantityRange: Quantity(
                lots: Int64.random(in: 1...1_000, using: &random)
            )...Quantity(lots: 1 << 40),
            minimumNotional: Amount(
                billionths: Int64.random(
                    in: 0...(1 << Int64.random(in: 1...50, using: &random)),
                    using: &random
                )
            )
        )
    }

    private static func limits(_ random: inout SplitMix64) -> RiskLimits {
        var limits = RiskLimits(
            maxChild: Quantity(lots: 1 << Int64.random(in: 10...40, using: &random)),
            maxChildNotional: Amount(billionths: 1 << Int64.random(in: 40...62, using: &random)),
            requestsPerSecond: 1_000
        )
        limits.venueRates = VenueRates(linear: 1_000)
        return limits
    }

    @Test("sizes are those that dividing the notional gives", arguments: [1, 2, 3, 4])
    func sizes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var divided = 0
        for _ in 0..<5_000 {
            let filters = RiskFilters(
                RiskFiltersTests.instrument(&random),
                RiskFiltersTests.limits(&random)
            )
            let ticks = 1 + Int64(truncatingIfNeeded: random.next() >> (5 + random.next() % 58))
            let price = Price(ticks: ticks)
            let least = (filters.minNotional.tickLots + Int128(ticks - 1)) / Int128(ticks)
            let most = filters.maxNotional.tickLots / Int128(ticks)
            let smallest = max(Int128(filters.minChild.lots), min(least, Int128(Int64.max)))
            let largest = min(Int128(filters.maxChild.lots), most)
            if smallest != Int128(filters.minChild.lots) { divided += 1 }
            if largest != Int128(filters.maxChild.lots) { divided += 1 }
            #expect(Int128(filters.smallestOrder(at: price).lots) == smallest, "seed \(seed)")
            #expect(Int128(filters.largestOrder(at: price).lots) == largest, "seed \(seed)")
        }
        #expect((1_000..<9_000).contains(divided), "both ways are taken: \(divided)")
    }

    @Test("exposure holds to the last unit, in 64 bits and beyond", arguments: [1, 2, 3, 4])
    func exposure(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var refusals = 0
        var passes = 0
        for _ in 0..<5_000 {
            var instrument = RiskFiltersTests.instrument(&random)
            instrument.minimumNotional = .zero
            var limits = RiskLimits(
                maxChild: Quantity(lots: 1 << 40),
                maxChildNotional: Amount(billionths: .max),
                requestsPerSecond: 1_000
            )
            limits.venueRates = VenueRates(linear: 1_000)
            let lots =
                instrument.quantityRange.lowerBound.lots
                + Int64(truncatingIfNeeded: random.next() >> (25 + random.next() % 38))
            let ticks = 1 + Int64(truncatingIfNeeded: random.next() >> (5 + random.next() % 58))
            // Worth in units of which 10⁹ or more make a coin.
            let decimals = instrument.tick.decimals + instrument.lot.decimals
            var worth = Int128(lots) * Int128(ticks)
            worth *= Int128(instrument.tick.multiplier * instrument.lot.multiplier)
            for _ in 0..<max(0, 9 - decimals) { worth *= 10 }
            var units: Int128 = 1
            for _ in 0..<max(0, decimals - 9) { units *= 10 }
            let near = min(Int64(clamping: worth / units), .max - 1)
            let room = max(0, near - 1 + Int64.random(in: 0...2, using: &random))
            limits.maxGrossExposure = Amount(billionths: room)
            let fits = worth <= Int128(room) * units
            let order = PlaceOrder(
                child: ChildID(parent: ParentID(0), number: 0),
                instrument: instrument.id,
                side: .buy,
                timeInForce: .postOnly,
                price: Price(ticks: ticks),
                quantity: Quantity(lots: lots)
            )
            let context = RiskContext(
                isTrading: true,
                isBookTrusted: true,
                bookAt: RiskFiltersTests.now,
                midHalfTicks: 2 * ticks,
                parentQuantity: Quantity(lots: .max),
                committedElsewhere: .zero,
                limit: nil
            )
            var gate = RiskGate(limits, instruments: 1, now: RiskFiltersTests.now - .seconds(60))
            gate.isPrivateStreamUp = true
            gate.privateHeardAt = RiskFiltersTests.now
            let filters = RiskFilters(instrument, limits)
            let reason = gate.check(order, context, filters, now: RiskFiltersTests.now)
            if reason == .notionalTooLarge { continue }
            #expect((reason == nil) == fits, "seed \(seed): \(worth) in \(room) × \(units)")
            #expect(reason == nil || reason == .exposureExceeded, "seed \(seed)")
            if fits { passes += 1 } else { refusals += 1 }
        }
        #expect(passes > 500 && refusals > 500, "\(passes) and \(refusals)")
    }
}

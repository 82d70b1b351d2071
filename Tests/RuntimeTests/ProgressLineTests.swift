import Engine
import Testing
import Units

@testable import Runtime

/// What a person sees while a parent works.
@Suite("The line of progress", .timeLimit(.minutes(1)))
struct ProgressLineTests {
    private static let start = Nanoseconds.seconds(1_000)

    /// A purchase of 2.000 at ticks of 0.10 over 30 s, after 12 s.
    static func progress(restsAt price: Int64? = nil) -> ParentProgress {
        let instrument = Instrument(
            id: InstrumentID(0),
            category: .linear,
            symbol: "TESTUSDT",
            baseCoin: "TEST",
            quoteCoin: "USDT",
            tick: DecimalScale(multiplier: 1, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 3),
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 30),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 100_000),
            minimumNotional: .zero
        )
        var now = ParentProgress(
            quantity: Quantity(lots: 2_000),
            filled: Quantity(lots: 824),
            target: Quantity(lots: 800),
            band: Quantity(lots: 40),
            children: 17,
            live: 1,
            quote: .empty,
            side: .buy,
            startsAt: start,
            endsAt: start + .seconds(30),
            notional: Notional(tickLots: 824 * 600_100),
            arrivalHalfTicks: 1_200_000,
            tick: instrument.tick,
            lot: instrument.lot
        )
        now.at = start + .seconds(12)
        now.restingPrice = price.map { Price(ticks: $0) }
        now.restingLeaves = Quantity(lots: 512)
        return now
    }

    @Test("it tells how far, how long, at what price, and what rests")
    func whole() throws {
        let line = ProgressLine.text(Self.progress(restsAt: 600_081), width: 200)
        #expect(
            line == "41.2% filled, 12s of 30s, 18s left, avg 60010.000, +1.67 bp, "
                + "rests 0.512 at 60008.1, due 40.0%, 17 orders"
        )
    }

    @Test("it fits, and what matters most is what stays", arguments: 1...130)
    func width(_ width: Int) throws {
        let line = ProgressLine.text(Self.progress(restsAt: 600_081), width: width)
        #expect(line.count < width || width == 1)
        let begins = "41.2% filled, 12s of 30s, 18s left, avg 60010.000, +1.67 bp, rests 0.512"
        #expect(line.hasPrefix(String(begins.prefix(min(line.count, begins.count)))))
        if width > 30 { #expect(line.hasPrefix("41.2% filled")) }
    }

    @Test("past its end a parent is over its time, and a second after the start has no average")
    func ends() throws {
        var now = Self.progress()
        now.at = Self.start + .seconds(94)
        #expect(ProgressLine.text(now, width: 80).contains("1m34s of 30s, 1m04s over"))
        now.filled = .zero
        now.notional = .zero
        let line = ProgressLine.text(now, width: 80)
        #expect(!line.contains("avg") && !line.contains("bp"))
    }
}

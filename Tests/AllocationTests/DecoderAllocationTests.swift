import Orders
import TestSupport
import Testing
import Units
import Venues

@Suite("Allocations of the decoder", .timeLimit(.minutes(3)))
struct DecoderAllocationTests {
    private static func instrument(_ id: UInt16, _ category: ProductCategory) -> Instrument {
        Instrument(
            id: InstrumentID(id),
            category: category,
            symbol: "TESTUSDT",
            baseCoin: "TEST",
            quoteCoin: "USDT",
            tick: DecimalScale(multiplier: 1, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 3),
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 30),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 100_000),
            minimumNotional: .zero
        )
    }

    @Test(
        "a message of the account's stream allocates nothing",
        arguments: [
            #"{"topic":"position","creationTime":1,"data":[{"category":"linear","#
                + #""symbol":"TESTUSDT","side":"Buy","size":"0.1","positionIdx":1,"#
                + #""liqPrice":"123.456","seq":7,"updatedTime":"1700000001008"},"#
                + #"{"symbol":"OTHERUSDT","side":"Sell","size":"5"}]}"#,
            #"{"topic":"wallet","creationTime":1700000001011,"data":[{"accountType":"UNIFIED","#
                + #""totalEquity":"10262.91","coin":[{"coin":"USDT","equity":"1.5"},"#
                + #"{"coin":"TEST","walletBalance":"2.123456789123"}]}]}"#,
            #"{"topic":"execution","data":[{"category":"linear","symbol":"TESTUSDT","#
                + #""execType":"BustTrade"}]}"#,
        ]
    )
    func accountStream(_ text: String) {
        var decoder = BybitDecoder(
            instruments: [Self.instrument(0, .linear), Self.instrument(1, .spot)],
            session: SessionPrefix("S7k2Qx9a")!
        )
        let padded = PaddedBytes(text)
        withExtendedLifetime(padded) {
            var worst = UInt64(0)
            var told = 0
            for round in 0..<100 {
                let made = allocations {
                    switch decoder.decode(padded.payload) {
                    case .account(let statements): told += statements.count
                    case .ignored: told += 1
                    default: break
                    }
                }
                if round >= 10 { worst = max(worst, made ?? 0) }
            }
            #expect(told >= 100 && worst == 0)
        }
    }
}

import Book
import Recordings
import TestSupport
import Testing
import Units
import Venues

/// The book against the plain one, over what was recorded.
@Suite("Recorded books", .enabled(if: SharedData.isPresent), .timeLimit(.minutes(3)))
struct RecordedBookTests {
    @Test(
        "both books agree after every recorded message",
        arguments: SharedData.recordings,
        [4_096, 64]
    )
    func agree(_ recording: SharedData.Recording, _ window: Int) throws {
        #if DEBUG
        // The plain book takes a minute for all of it without optimisation.
        let most = 800
        #else
        let most = Int.max
        #endif
        let id = InstrumentID(0)
        let instrument = Instrument(
            id: id,
            category: .linear,
            symbol: recording.symbol,
            baseCoin: "",
            quoteCoin: "",
            tick: try #require(DecimalScale(step: recording.tick)),
            lot: try #require(DecimalScale(step: recording.lot)),
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
            minimumNotional: .zero
        )
        var decoder = BybitDecoder(
            instruments: [instrument],
            session: try #require(SessionPrefix("00000000"))
        )
        var book = OrderBook(instrument: id, window: window)
        var oracle = NaiveOrderBook()
        let file = try FeedFile(recording.path)
        var messages = 0
        while let payload = try file.next(), messages < most {
            guard case .market(.depth(let update)) = decoder.decode(payload) else { continue }
            messages += 1
            try #require(book.apply(update) == .applied)
            _ = oracle.apply(update)
            for side in Side.allCases {
                let levels = [LevelChange](unsafeUninitializedCapacity: 2_048) { buffer, count in
                    count = book.top(side, into: buffer)
                }
                try #require(
                    levels == (side == .buy ? oracle.bids : oracle.asks),
                    "message \(messages)"
                )
            }
        }
        book.checkInvariants()
        #expect(messages == min(most, recording.messages))
    }
}

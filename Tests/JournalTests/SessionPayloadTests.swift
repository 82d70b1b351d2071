import Testing
import Units

@testable import Journal

/// What a session's record keeps of its instruments.
@Suite("Session payload", .timeLimit(.minutes(1)))
struct SessionPayloadTests {
    private static func read(tick: Int, lot: Int) -> JournalSession? {
        var session = RandomRecords.session
        session.instruments[0].tick = DecimalScale(multiplier: 1, decimals: tick)
        session.instruments[0].lot = DecimalScale(multiplier: 100_000_000, decimals: lot)
        return session.payload.withUnsafeBytes { JournalSession(payload: $0) }
    }

    @Test("steps of the cheapest coins come back, and no more decimals than amounts can take")
    func decimals() throws {
        for (tick, lot) in [(15, 0), (18, 6), (12, 12), (0, 18)] {
            let read = try #require(Self.read(tick: tick, lot: lot))
            #expect(read.instruments[0].tick.decimals == tick)
            #expect(read.instruments[0].lot == DecimalScale(multiplier: 100_000_000, decimals: lot))
        }
        #expect(Self.read(tick: 13, lot: 12) == nil && Self.read(tick: 18, lot: 7) == nil)
    }
}

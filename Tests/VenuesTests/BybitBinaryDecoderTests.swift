import Book
import Orders
import TestSupport
import Testing
import Units
import Venues
import Wire

/// Binary messages built from the published layouts by an encoder of the tests' own.
@Suite("Binary messages", .timeLimit(.minutes(3)))
struct BybitBinaryDecoderTests {
    private static func decoder() -> BybitBinaryDecoder {
        BybitBinaryDecoder(
            instruments: [Fixtures.linear],
            symbolIDs: [BybitBinaryDecoder.SymbolID(5, Fixtures.linear.id)],
            session: Fixtures.session
        )
    }

    /// Decodes a copy that ends where its allocation does, so that a sanitizer sees any read past.
    private static func decode(
        _ bytes: some Collection<UInt8>,
        _ decoder: inout BybitBinaryDecoder
    ) -> Copied {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        return Copied(decoder.decode(UnsafeRawBufferPointer(memory)))
    }

    private static func decode(_ bytes: [UInt8]) -> Copied {
        var decoder = decoder()
        return decode(bytes, &decoder)
    }

    private static func depth(
        priceExponent: Int8 = 2,
        sizeExponent: Int8 = 3,
        ask: (Int64, Int64) = (6_180_030, 2_507),
        appended: Int = 0
    ) -> [UInt8] {
        SBEMessages.depth(
            "BTCUSDT",
            isSnapshot: false,
            u: 177,
            priceExponent: priceExponent,
            sizeExponent: sizeExponent,
            asks: [ask],
            bids: [(6_180_020, 2_900), (6_179_900, 0)],
            appended: appended
        )
    }

    private static func trades(appended: Int = 0, side: UInt8 = 2) -> [UInt8] {
        SBEMessages.trades(
            "BTCUSDT",
            [
                (61_800_300, 10, 1, false, true, "2a74ac78-691c-5b54-9dbe-5aafe8364627"),
                (61_800_200, 1_000, side, true, false, "b"),
            ],
            priceExponent: 3,
            sizeExponent: 3,
            appended: appended
        )
    }

    private static func best(appended: Int = 0) -> [UInt8] {
        SBEMessages.best(
            "BTCUSDT",
            ask: (618_003, 7),
            bid: (618_002, 0),
            priceExponent: 1,
            sizeExponent: 3,
            appended: appended
        )
    }

    private static func order(
        status: UInt8 = 8,
        reason: UInt16 = 0,
        leaves: Int64 = 150,
        symbol: Int32 = 5,
        link: String = Fixtures.link,
        appended: Int = 0
    ) -> [UInt8] {
        SBEMessages.order(
            linkID: link,
            status: status,
            rejectReason: reason,
            price: 6_180_010,
            leaves: leaves,
            original: 250,
            symbolID: symbol,
            priceExponent: 2,
            sizeExponent: 3,
            appended: appended
        )
    }

    @Test("fifty levels, whatever a later version appends", arguments: [0, 1, 24])
    func levels(appended: Int) {
        let expected = Copied.depth(
            .delta,
            depth: 50,
            u: 177,
            seq: 531,
            ts: 1_700_000_000_140,
            cts: 1_700_000_000_138,
            instrument: 0,
            bids: [LevelChange(ticks: 618_002, lots: 2_900), LevelChange(ticks: 617_990, lots: 0)],
            asks: [LevelChange(ticks: 618_003, lots: 2_507)]
        )
        #expect(Self.decode(Self.depth(appended: appended)) == expected)
        #expect(Self.decode(Self.depth(appended: appended) + [1, 2, 3]) == expected)
    }

    @Test("the best of each side, without price improvement; an empty side is empty")
    func bestLevels() {
        let expected = Copied.depth(
            .snapshot,
            depth: 1,
            u: 77,
            seq: 900,
            ts: 1_700_000_000_140,
            cts: 1_700_000_000_138,
            instrument: 0,
            bids: [],
            asks: [LevelChange(ticks: 618_003, lots: 7)]
        )
        #expect(Self.decode(Self.best()) == expected)
        #expect(Self.decode(Self.best(appended: 9)) == expected)
    }

    @Test("prints, with their ids")
    func prints() {
        for appended in [0, 5] {
            guard case .trades(let trades, let ts) = Self.decode(Self.trades(appended: appended))
            else {
                Issue.record("no trades")
                return
            }
            #expect(ts == 1_700_000_000_125 && trades.count == 2)
            #expect(trades[0].price.ticks == 618_003 && trades[0].quantity.lots == 10)
            #expect(trades[0].aggressor == .buy && trades[0].isRPI && !trades[0].isBlock)
            #expect(trades[0].id.text == "2a74ac78-691c-5b54-9dbe-5aafe8364627")
            #expect(trades[0].matchedAt == Nanoseconds(1_700_000_000_123_456_000))
            #expect(trades[1].aggressor == .sell && trades[1].isBlock)
            #expect(trades[1].crossSequence == 501 && trades[1].id.text == "b")
        }
        #expect(Self.decode(Self.trades(side: 3)).isMalformed)
    }

    @Test("an order that works states what was filled; one that ended does not")
    func orders() {
        func update(_ bytes: [UInt8]) -> OrderUpdate? {
            guard case .orders(let events) = Self.decode(bytes),
                case .update(let update) = events[0]
            else { return nil }
            return update
        }
        for appended in [0, 7] {
            let partly = update(Self.order(appended: appended))
            #expect(partly?.child == Fixtures.child && partly?.status == .partiallyFilled)
            #expect(partly?.price.ticks == 618_001 && partly?.quantity.lots == 250)
            #expect(partly?.filled.lots == 100 && partly?.reason == OrderEndReason.none)
            #expect(partly?.updatedAt == Nanoseconds(1_700_000_000_002_500_000))
            #expect(partly?.orderID.text == "9aac161b-8ed6-450d-9cab-c5cc67c21784")
        }
        #expect(update(Self.order(status: 6, leaves: 250))?.filled == .zero)
        #expect(update(Self.order(status: 9, leaves: 0))?.filled.lots == 250)
        for status in [4, 5, 7, 250] as [UInt8] {
            let ended = update(Self.order(status: status, reason: 3, leaves: 0))
            #expect(ended?.status == .other && ended?.filled == .zero && ended?.reason == .other)
        }
        #expect(Self.decode(Self.order(link: "another-order")) == .foreign(1))
        #expect(Self.decode(Self.order(symbol: 6)).isMalformed)
        #expect(Self.decode(Self.order(leaves: 251)).isMalformed)
    }

    @Test("exponents count decimals, and what is off the tick or too large is an error")
    func exponents() {
        func ticks(_ mantissa: Int64, _ exponent: Int8) -> Int64? {
            let bytes = Self.depth(priceExponent: exponent, ask: (mantissa, 1))
            guard case .depth(_, _, _, _, _, _, _, _, let asks) = Self.decode(bytes) else {
                return nil
            }
            return asks[0].ticks
        }
        // The bids of the message read 61,800.20 at two decimals: only there all of it is valid.
        #expect(ticks(6_180_030, 2) == 618_003)
        #expect(ticks(6_180_035, 2) == nil)
        #expect(ticks(0, 2) == nil && ticks(-10, 2) == nil && ticks(.min, 2) == nil)
        #expect(ticks(.max, 2) == nil)
        #expect(ticks(10 << 59, 2) == (1 << 59) && ticks(5 << 60, 2) == 1 << 59)
        for exponent in [-128, -18, 19, 20, 127] as [Int8] { #expect(ticks(10, exponent) == nil) }
    }

    @Test("mantissas read as the decimal text of the same value does")
    func mantissas() throws {
        var random = SplitMix64(seed: 11)
        for round in 0..<20_000 {
            let decimals = Int.random(in: 0...9, using: &random)
            let step = DecimalScale(
                multiplier: [1, 5, 25, 3, 7].randomElement(using: &random)!,
                decimals: Int.random(in: 0...9, using: &random)
            )
            let steps = DecimalSteps(step)
            let mantissa = Int64.random(
                in: 0...(1 << Int64.random(in: 0...62, using: &random)),
                using: &random
            )
            let text = DecimalScale(multiplier: 1, decimals: decimals).text(mantissa)
            let padded = PaddedBytes(text)
            let expected = try? steps.parse(padded.payload)
            let scale = try #require(MantissaSteps(decimals: decimals, steps))
            let read = try? scale.steps(mantissa)
            // Text with trailing zeros may fit where the mantissa times a power does not.
            if read != nil || expected == nil {
                #expect(read == expected, "round \(round): \(text) in \(step)")
            } else {
                #expect(Int128(mantissa) > Int128(Int64.max) / 1_000_000_000, "round \(round)")
            }
        }
    }

    @Test("another schema is malformed, another template ignored, every cut malformed")
    func headers() {
        for schema in [0, 3, 999] as [UInt16] {
            let bytes = SBEWriter(blockLength: 0, template: 20_001, schema: schema).bytes
            #expect(Self.decode(bytes) == .malformed(DecodeError(.wrongSchema, at: 4)))
        }
        #expect(Self.decode(SBEWriter(blockLength: 4, template: 7, schema: 2).bytes) == .ignored)
        for whole in [Self.depth(), Self.best(), Self.trades(), Self.order()] {
            #expect(!Self.decode(whole).isMalformed)
            for n in 0..<whole.count {
                #expect(Self.decode(Array(whole[..<n])).isMalformed, "cut at \(n)")
            }
        }
    }

    @Test("hostile bytes give an error or valid levels")
    func hostile() {
        let seeds = [
            Self.depth(), Self.best(), Self.trades(), Self.order(), Self.depth(appended: 3),
        ]
        var decoder = Self.decoder()
        var random = SplitMix64(seed: 5)
        var accepted = 0
        #if DEBUG
        let rounds = 20_000
        #else
        let rounds = 300_000
        #endif
        for round in 0..<rounds {
            var bytes = seeds.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch random.next() % 4 {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[at] = [0, 1, 255].randomElement(using: &random)!
                case 2: bytes.removeLast(min(bytes.count - 1, Int(random.next() % 20)))
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
                }
            }
            switch Self.decode(bytes, &decoder) {
            case .malformed(let error):
                #expect(error.offset >= 0 && Int(error.offset) <= bytes.count, "round \(round)")
            case .depth(_, _, _, _, _, _, _, let bids, let asks):
                for level in bids + asks {
                    #expect(level.ticks > 0 && level.lots >= 0, "round \(round)")
                }
                accepted += 1
            default: accepted += 1
            }
        }
        #expect(accepted > rounds / 20)
    }
}

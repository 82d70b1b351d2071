import Book
import CScan
import TestSupport
import Testing
import Units
import Venues

/// The specialised path against the general one, with each of its ways to read levels.
@Suite("The specialised depth path", .serialized, .timeLimit(.minutes(10)))
struct FastDepthTests {
    private static let levels = [SLUICE_SCAN_PLAIN, SLUICE_SCAN_SSE41, SLUICE_SCAN_AVX2]
        .map { Int32($0.rawValue) }

    /// Runs `body` with each way that this CPU has.
    private static func withEachLevel(_ body: (String) throws -> Void) rethrows {
        let usual = sluice_scan_level()
        defer { sluice_scan_force(usual) }
        for level in levels where sluice_scan_force(level) == level { try body("level \(level)") }
    }

    @Test("it agrees with the general path, on valid input and on mutated")
    func pathsAgree() {
        #if DEBUG
        let rounds = 6_000
        #else
        let rounds = 200_000
        #endif
        Self.withEachLevel { level in
            var random = SplitMix64(seed: 7)
            var warm = Fixtures.decoder()
            _ = Copied.decode(Array(Fixtures.delta.utf8), &warm)
            var valid = 0
            for round in 0..<rounds {
                var bytes = Array(BybitFuzzTests.depthMessage(&random).utf8)
                let isMutated = round % 4 != 0
                if isMutated { BybitFuzzTests.mutate(&bytes, [bytes], &random) }
                // A decoder that has seen no depth message yet knows the general path alone.
                var fresh = Fixtures.decoder()
                let general = Copied.decode(bytes, &fresh)
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(Copied.decode(bytes, &warm) == general, "\(level), round \(round): \(text)")
                if !isMutated { #expect(!general.isMalformed, "\(level): \(text)") }
                valid += general.isMalformed ? 0 : 1
            }
            #expect(valid > rounds / 4)
        }
    }

    @Test("numbers of every length, at every scale, are read as the general path reads them")
    func scales() {
        Self.withEachLevel { level in
            var random = SplitMix64(seed: 21)
            for decimals in 0...12 {
                for multiplier in [1, 5, 25] as [Int64] {
                    Self.checkScale(
                        DecimalScale(multiplier: multiplier, decimals: decimals),
                        level,
                        &random
                    )
                }
            }
        }
    }

    private static func checkScale(
        _ scale: DecimalScale,
        _ level: String,
        _ random: inout SplitMix64
    ) {
        let step = scale.text(1)
        let instrument = Fixtures.instrument(0, .linear, "BTCUSDT", tick: step, lot: step)
        func decoder() -> BybitDecoder {
            BybitDecoder(instruments: [instrument], session: Fixtures.session)
        }
        func decimal() -> String {
            func digits(_ range: ClosedRange<Int>) -> String {
                (0..<Int.random(in: range, using: &random))
                    .map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            }
            if random.next() & 3 == 0 {
                let bits = Int64.random(in: 0...40, using: &random)
                return scale.text(Int64.random(in: 0...(1 << bits), using: &random))
                    + (random.next() & 1 == 0 || scale.decimals == 0 ? "" : "0")
            }
            return random.next() & 1 == 0 ? digits(1...19) : digits(1...9) + "." + digits(0...12)
        }
        var warm = decoder()
        _ = Copied.decode(
            Array(Fixtures.delta.replacing(#"["61800.20","2.900"],"#, with: "").utf8),
            &warm
        )
        for _ in 0..<150 {
            let pairs = (0..<Int.random(in: 1...5, using: &random))
                .map { _ in #"["\#(decimal())","\#(decimal())"]"# }.joined(separator: ",")
            let text = Fixtures.delta.replacing(#""a":[]"#, with: #""a":[\#(pairs)]"#)
                .replacing(#"["61800.20","2.900"],["61799.00","0"]"#, with: "")
            var fresh = decoder()
            let bytes = Array(text.utf8)
            #expect(
                Copied.decode(bytes, &warm) == Copied.decode(bytes, &fresh),
                "\(level), \(scale): \(text)"
            )
        }
    }

    @Test("more shapes of levels than there is room for are all read right")
    func manyShapes() {
        Self.withEachLevel { level in
            var decoder = Fixtures.decoder()
            _ = Copied.decode(Array(Fixtures.delta.utf8), &decoder)
            for round in 0..<2 {
                for wholes in 1...7 {
                    for zeros in 0...6 {
                        for sizes in 1...5 {
                            for sizeZeros in 0...9 {
                                let price = String(repeating: "7", count: wholes)
                                let size = String(repeating: "3", count: sizes)
                                let pad = String(repeating: "0", count: zeros)
                                let sizePad = String(repeating: "0", count: sizeZeros)
                                let text = Fixtures.delta.replacing(
                                    #""a":[]"#,
                                    with: #""a":[["\#(price).1\#(pad)","\#(size).5\#(sizePad)"]]"#
                                )
                                let expected = LevelChange(
                                    ticks: Int64(price)! * 10 + 1,
                                    lots: Int64(size)! * 1_000 + 500
                                )
                                guard
                                    case .depth(_, _, _, _, _, _, _, _, let asks) = Copied.decode(
                                        Array(text.utf8),
                                        &decoder
                                    )
                                else {
                                    Issue.record("\(level), round \(round): \(text)")
                                    return
                                }
                                #expect(asks == [expected], "\(level), round \(round): \(text)")
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("each topic of five hundred instruments takes the general path once")
    func manyTopics() {
        let instruments = (0..<500).map { i in
            Fixtures.instrument(UInt16(i), .linear, "C\(i)USDT", tick: "0.10", lot: "0.001")
        }
        var decoder = BybitDecoder(instruments: instruments, session: Fixtures.session)
        for round in 0..<3 {
            for (i, instrument) in instruments.enumerated() {
                for depth in [50, 200] {
                    let text = Fixtures.delta
                        .replacing("orderbook.50.", with: "orderbook.\(depth).")
                        .replacing("BTCUSDT", with: instrument.symbol)
                    guard
                        case .depth(_, let read, _, _, _, _, let index, let bids, _) =
                            Copied.decode(Array(text.utf8), &decoder)
                    else {
                        Issue.record("round \(round): \(text)")
                        return
                    }
                    #expect(read == depth && index == UInt16(i) && bids.count == 2)
                }
            }
            // A few topics may share a crowded place of the table and be learned again.
            let learned = decoder.generalCount
            #expect(learned >= 1_000 && learned <= 1_020, "round \(round)")
        }
    }

    @Test("a symbol other than the topic's is no match for the specialised path")
    func otherSymbol() {
        var decoder = Fixtures.decoder()
        _ = Copied.decode(Array(Fixtures.delta.utf8), &decoder)
        let text = Fixtures.delta.replacing(#""s":"BTCUSDT""#, with: #""s":"BTCUSDC""#)
        #expect(Copied.decode(Array(text.utf8), &decoder).isMalformed)
    }
}

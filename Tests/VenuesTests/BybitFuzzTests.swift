import Book
import Orders
import TestSupport
import Testing
import Units
import Venues

/// Hostile input gives an error or a valid message; never a trap, never a read out of bounds.
@Suite("Hostile input", .timeLimit(.minutes(3)))
struct BybitFuzzTests {
    @Test("every cut of every message is malformed")
    func cuts() {
        var decoder = Fixtures.decoder()
        for text in Fixtures.all {
            let bytes = Array(text.utf8)
            #expect(!Copied.decode(bytes, &decoder).isMalformed)
            for n in 0..<bytes.count {
                #expect(Copied.decode(bytes[..<n], &decoder).isMalformed, "\(text) cut at \(n)")
            }
        }
    }

    @Test("mutated messages are refused or valid")
    func mutations() {
        #if DEBUG
        let rounds = 4_000
        #else
        let rounds = 60_000
        #endif
        var decoder = Fixtures.decoder()
        let seeds = Fixtures.all.map { Array($0.utf8) }
        var random = SplitMix64(seed: 99)
        var accepted = 0
        for round in 0..<rounds * seeds.count {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                Self.mutate(&bytes, seeds, &random)
            }
            switch Copied.decode(bytes, &decoder) {
            case .malformed(let error), .unreadable(_, let error):
                #expect(error.offset >= 0 && Int(error.offset) <= bytes.count, "round \(round)")
            case .depth(_, _, _, _, _, _, _, let bids, let asks):
                for level in bids + asks {
                    #expect(level.ticks > 0 && level.lots >= 0, "round \(round)")
                }
                accepted += 1
            default:
                accepted += 1
            }
        }
        // A fuzzer that never gets past the first check tests nothing.
        #expect(accepted > rounds / 50)
    }

    /// Depth messages as the venue writes them: what the specialised path is for.
    static func depthMessage(_ random: inout SplitMix64) -> String {
        func levels() -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                let tenths = Int64.random(
                    in: 1...(1 << Int64.random(in: 1...36, using: &random)),
                    using: &random
                )
                let price = DecimalScale(multiplier: 1, decimals: 1).text(tenths)
                let lots = Int64.random(
                    in: 0...(1 << Int64.random(in: 1...40, using: &random)),
                    using: &random
                )
                let size = DecimalScale(multiplier: 1, decimals: 3).text(lots)
                let zeros = ["", "0", "00000"].randomElement(using: &random)!
                return #"["\#(price)\#(zeros)","\#(lots % 3 == 0 ? "0" : size)"]"#
            }.joined(separator: ",")
        }
        let type = Bool.random(using: &random) ? "delta" : "snapshot"
        let ts = Int64.random(in: 900_000_000_000...4_600_000_000_000, using: &random)
        let head =
            Bool.random(using: &random)
            ? #""type":"\#(type)","ts":\#(ts)"# : #""ts":\#(ts),"type":"\#(type)""#
        let u = Int64.random(in: 0...(1 << 40), using: &random)
        return
            #"{"topic":"orderbook.50.BTCUSDT",\#(head),"data":{"s":"BTCUSDT","b":[\#(levels())],"a":[\#(levels())],"u":\#(u),"seq":\#(u &* 3)},"cts":\#(ts)}"#
    }

    @Test("every cut of a message in the specialised shape is malformed")
    func cutsOfFastShape() {
        var random = SplitMix64(seed: 8)
        var warm = Fixtures.decoder()
        _ = Copied.decode(Array(Fixtures.delta.utf8), &warm)
        for _ in 0..<20 {
            let bytes = Array(Self.depthMessage(&random).utf8)
            #expect(!Copied.decode(bytes, &warm).isMalformed)
            for n in 0..<bytes.count {
                #expect(Copied.decode(bytes[..<n], &warm).isMalformed, "cut at \(n)")
            }
        }
    }

    static func mutate(
        _ bytes: inout [UInt8],
        _ seeds: [[UInt8]],
        _ random: inout SplitMix64
    ) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(Array(#""[]{},:0-9e.\"#.utf8).randomElement(using: &random)!, at: at)
        case 3: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 4:
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
            bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        case 5:
            let other = seeds.randomElement(using: &random)!
            let from = Int.random(in: 0..<other.count, using: &random)
            let end = min(other.count, from + Int.random(in: 1...60, using: &random))
            bytes.insert(contentsOf: Array(other[from..<end]), at: at)
        default:
            bytes.removeSubrange(
                at..<min(bytes.count, at + Int.random(in: 1...20, using: &random))
            )
        }
    }
}

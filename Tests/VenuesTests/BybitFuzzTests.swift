import Book
import Orders
import TestSupport
import Testing
import Units
import Venues

/// Hostile input gives an error or a valid message; never a trap, never a read out of bounds.
@Suite("Hostile input")
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
                mutate(&bytes, seeds, &random)
            }
            switch Copied.decode(bytes, &decoder) {
            case .malformed(let error):
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

    private func mutate(
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

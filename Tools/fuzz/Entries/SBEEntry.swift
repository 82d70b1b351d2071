import Book
import Units
import Venues

extension FuzzEntry {
    /// Binary messages: no read past the end, sound values only, and a depth message's levels
    /// against a reader that copies them field by field.
    static let sbe = FuzzEntry(
        name: "sbe",
        corpus: Corpus.sbe,
        prepare: {
            let check = SBECheck()
            return { input, random in check.fault(input, &random) }
        }
    )
}

private final class SBECheck {
    private var decoder = BybitBinaryDecoder(
        instruments: [Corpus.bitcoin],
        symbolIDs: [BybitBinaryDecoder.SymbolID(5, Corpus.bitcoin.id)],
        session: Corpus.session
    )
    private let longer = GuardedBytes(capacity: 1 << 16)

    func fault(_ input: GuardedBytes, _ random: inout SplitMix64) -> String? {
        let message = decoder.decode(input.payload)
        let digest = Digest(message)
        switch message {
        case .malformed(let error):
            return error.offset < 0 || Int(error.offset) > input.payload.count
                ? "an error outside the message" : nil
        case .market(.depth(let update)):
            for level in Array(update.bids) + Array(update.asks)
            where level.ticks <= 0 || level.lots < 0 { return "a level out of range" }
            if update.depth == 50, let fault = depthFault(update, input.bytes) { return fault }
        case .market(.trades(let batch)):
            for trade in batch.trades where trade.price.ticks <= 0 || trade.quantity.lots < 0 {
                return "a print out of range"
            }
        default: break
        }
        // What a later version appends changes nothing.
        longer.set(input.bytes + [UInt8(truncatingIfNeeded: random.next()), 1])
        return Digest(decoder.decode(longer.payload)) == digest
            ? nil : "bytes behind the message change it"
    }

    /// What differs between the levels and those of a plain second reading.
    private func depthFault(_ update: DepthUpdate, _ bytes: [UInt8]) -> String? {
        func number(_ at: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
        }
        let decimals = (Int(Int8(bitPattern: bytes[40])), Int(Int8(bitPattern: bytes[41])))
        func steps(_ mantissa: Int, _ decimals: Int, of places: Int) -> Int64? {
            var value = Int128(mantissa)
            for _ in 0..<max(0, places - decimals) { value *= 10 }
            for _ in 0..<max(0, decimals - places) {
                guard value % 10 == 0 else { return nil }
                value /= 10
            }
            return Int64(exactly: value)
        }
        var at = 8 + number(0, 2)
        for levels in [update.asks, update.bids] {
            let length = number(at, 2)
            guard number(at + 2, 2) == levels.count else { return "counts other levels" }
            at += 4
            for level in levels {
                guard steps(number(at, 8), decimals.0, of: 1) == level.ticks,
                    steps(number(at + 8, 8), decimals.1, of: 3) == level.lots
                else { return "reads another level" }
                at += length
            }
        }
        return nil
    }
}

import Book
import Units
import Venues

extension FuzzEntry {
    /// Binary messages: no read past the end, sound values only, and whatever a market message says
    /// against a plain second reading, field by field.
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
    private let valid = Set(Corpus.sbe())

    func fault(_ input: GuardedBytes, _ random: inout SplitMix64) -> String? {
        let message = decoder.decode(input.payload)
        let digest = Digest(message)
        switch message {
        case .malformed(let error), .unreadable(_, let error):
            if valid.contains(input.bytes) { return "refuses a valid message" }
            return error.offset < 0 || Int(error.offset) > input.payload.count
                ? "an error outside the message" : nil
        case .market(.depth(let update)):
            for level in Array(update.bids) + Array(update.asks)
            where level.ticks <= 0 || level.lots < 0 { return "a level out of range" }
            let reading = SecondReading(input.bytes)
            let fault = update.depth == 1 ? reading.best(update) : reading.depth(update)
            if let fault { return fault }
        case .market(.trades(let batch)):
            for trade in batch.trades where trade.price.ticks <= 0 || trade.quantity.lots < 0 {
                return "a print out of range"
            }
            if let fault = SecondReading(input.bytes).trades(batch) { return fault }
        default: break
        }
        // What a later version appends changes nothing.
        longer.set(input.bytes + [UInt8(truncatingIfNeeded: random.next()), 1])
        return Digest(decoder.decode(longer.payload)) == digest
            ? nil : "bytes behind the message change it"
    }
}

/// The published layouts once more, byte by byte: what differs from what the decoder read.
private struct SecondReading {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func number(_ at: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
    }

    /// The number of eight bytes at `at`, of so many decimals as the byte at `exponent` says, in
    /// steps of `places` decimals.
    private func steps(_ at: Int, exponent: Int, of places: Int) -> Int64? {
        let decimals = Int(Int8(bitPattern: bytes[exponent]))
        var value = Int128(number(at, 8))
        for _ in 0..<max(0, places - decimals) { value *= 10 }
        for _ in 0..<max(0, decimals - places) {
            guard value % 10 == 0 else { return nil }
            value /= 10
        }
        return Int64(exactly: value)
    }

    /// Update id, cross sequence and both times: the same in both depth layouts.
    private func isHead(_ update: DepthUpdate) -> Bool {
        update.publishedAt == Nanoseconds(Int64(number(8, 8)) &* 1_000)
            && update.crossSequence == number(16, 8)
            && update.matchedAt == Nanoseconds(Int64(number(24, 8)) &* 1_000)
            && update.sequence == number(32, 8)
    }

    func best(_ update: DepthUpdate) -> String? {
        guard isHead(update), update.kind == .snapshot else { return "reads another head" }
        for (at, levels) in [(40, update.asks), (72, update.bids)] {
            if number(at + 8, 8) == 0 {
                if !levels.isEmpty { return "reads a level where there is none" }
                continue
            }
            guard levels.count == 1, steps(at, exponent: 104, of: 1) == levels[0].ticks,
                steps(at + 8, exponent: 105, of: 3) == levels[0].lots
            else { return "reads another best level" }
        }
        return nil
    }

    func depth(_ update: DepthUpdate) -> String? {
        guard isHead(update), (update.kind == .delta) == (bytes[42] == 1) else {
            return "reads another head"
        }
        var at = 8 + number(0, 2)
        for levels in [update.asks, update.bids] {
            let length = number(at, 2)
            guard number(at + 2, 2) == levels.count else { return "counts other levels" }
            at += 4
            for level in levels {
                guard steps(at, exponent: 40, of: 1) == level.ticks,
                    steps(at + 8, exponent: 41, of: 3) == level.lots
                else { return "reads another level" }
                at += length
            }
        }
        return nil
    }

    func trades(_ batch: TradeBatch) -> String? {
        guard batch.publishedAt == Nanoseconds(Int64(number(8, 8)) &* 1_000) else {
            return "reads another time"
        }
        var at = 8 + number(0, 2)
        let length = number(at, 2)
        guard number(at + 2, 2) == batch.trades.count else { return "counts other prints" }
        at += 4
        for trade in batch.trades {
            let textAt = at + length
            let id = bytes[(textAt + 1)..<(textAt + 1 + Int(bytes[textAt]))]
            guard trade.matchedAt == Nanoseconds(Int64(number(at, 8)) &* 1_000),
                steps(at + 8, exponent: 16, of: 1) == trade.price.ticks,
                steps(at + 16, exponent: 17, of: 3) == trade.quantity.lots,
                trade.crossSequence == number(at + 24, 8),
                trade.aggressor == (bytes[at + 32] == 1 ? .buy : .sell),
                trade.isBlock == (bytes[at + 33] != 0), trade.isRPI == (bytes[at + 34] != 0),
                id.withUnsafeBytes({ ExternalID($0) }) == trade.id
            else { return "reads another print" }
            at = textAt + 1 + id.count
        }
        return nil
    }
}

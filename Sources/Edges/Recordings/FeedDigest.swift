import Book
import Units

/// One book state in a line: update id, touch, and an FNV-1a hash of the best 25 levels a side.
///
///     u bidTicks bidLots askTicks askLots hash
///
/// Two builds, or two programs, that print the same lines agree on every message.
struct FeedDigest {
    static let levels = 25

    /// The line of a sound book.
    static func line(_ book: borrowing OrderBook) -> String {
        var hash = FNV1a()
        let bids = top(book, .buy)
        let asks = top(book, .sell)
        for level in bids { hash.combine("b\(level.ticks):\(level.lots);") }
        for level in asks { hash.combine("a\(level.ticks):\(level.lots);") }
        return "\(book.sequence) \(touch(bids)) \(touch(asks)) \(hash.text)"
    }

    /// The line of a book that waits for a snapshot.
    static func staleLine(_ sequence: Int64) -> String { "\(sequence) stale" }

    private static func touch(_ levels: [LevelChange]) -> String {
        levels.first.map { "\($0.ticks) \($0.lots)" } ?? "- -"
    }

    static func top(
        _ book: borrowing OrderBook,
        _ side: Side,
        _ count: Int = levels
    ) -> [LevelChange] {
        [LevelChange](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = book.top(side, into: .init(rebasing: buffer[..<count]))
        }
    }
}

/// The 64-bit Fowler–Noll–Vo hash, variant 1a.
///
/// - SeeAlso: RFC 9923, "The FNV Non-Cryptographic Hash Algorithm".
struct FNV1a {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ text: String) {
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// Sixteen lower-case hex digits.
    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

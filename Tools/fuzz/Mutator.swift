import Units

/// Small damage to a valid input.
enum Mutator {
    private static let words = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "-", "e9", "0", "00", "null", "\\u0000", ".",
        "1e99",
        "9223372036854775807", "18446744073709551616", "\r\n", " ",
    ].map { Array($0.utf8) }

    private static let bytes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x30]

    /// Changes `input` in one way out of nine; `corpus` lends pieces.
    static func mutate(_ input: inout [UInt8], _ corpus: [[UInt8]], _ random: inout SplitMix64) {
        func below(_ n: Int) -> Int { Int(random.next() % UInt64(max(1, n))) }
        guard !input.isEmpty else {
            input = words[below(words.count)]
            return
        }
        let at = below(input.count)
        switch below(9) {
        case 0: input[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: input[at] = bytes[below(bytes.count)]
        case 2: input[at] ^= 1 << UInt8(below(8))
        case 3: input.remove(at: at)
        case 4: input.insert(contentsOf: words[below(words.count)], at: at)
        case 5: input.removeSubrange(at..<min(input.count, at + 1 + below(24)))
        case 6: input.removeLast(min(input.count, 1 + below(32)))
        case 7:
            let end = min(input.count, at + 1 + below(48))
            input.insert(contentsOf: Array(input[at..<end]), at: at)
        default:
            let other = corpus[below(corpus.count)]
            let from = below(other.count)
            input.insert(contentsOf: other[from..<min(other.count, from + 1 + below(64))], at: at)
        }
    }
}

import Units
import Wire

extension FuzzEntry {
    /// Decimals: both fast readers against the plain one.
    static let decimal = FuzzEntry(
        name: "decimal",
        corpus: {
            [
                "0", "61800.20", "0.001", "-1.5", "9223372036854775807", "18446744073709551615",
                "123456789012.000000000", "0.0000000000", "00012.50", "1234567.8", "12345678",
                "99999999.9",
            ].map { Array($0.utf8) }
        },
        prepare: {
            var learned = FastText.DecimalShape()
            return { input, random in
                let decimals = Int(random.next() % 12)
                let multiplier: Int64 = [1, 1, 5, 25, 3][Int(random.next() % 5)]
                let bytes = input.bytes
                let plain = PlainDecimal.steps(bytes, multiplier, decimals: decimals)
                let scale = DecimalSteps(DecimalScale(multiplier: multiplier, decimals: decimals))
                let read = input.withPadding { try? scale.parse($0) }
                if read != plain {
                    return "reads \(String(decoding: bytes, as: UTF8.self)) otherwise"
                }
                let quoted = GuardedBytes.shared
                quoted.set(bytes + [UInt8(ascii: "\"")])
                let whole = PlainDecimal.steps(bytes, 1, decimals: decimals)
                return quoted.withPadding { text -> String? in
                    let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    var plainly = FastText(start: start, count: text.count)
                    var guessing = plainly
                    let results = [
                        (plainly.quotedDecimal(decimals), plainly.isAtEnd),
                        (guessing.quotedDecimal(decimals, like: &learned), guessing.isAtEnd),
                    ]
                    // The fast ones may decline; what they take whole they must read right.
                    for (value, isAtEnd) in results where value != nil && isAtEnd {
                        guard let whole, whole >= 0, UInt64(whole) == value else {
                            return "the fast reader reads otherwise"
                        }
                    }
                    return nil
                }
            }
        }
    )
}

extension GuardedBytes {
    /// A second input, for checks that alter the first.
    fileprivate nonisolated(unsafe) static let shared = GuardedBytes(capacity: 1 << 17)
}

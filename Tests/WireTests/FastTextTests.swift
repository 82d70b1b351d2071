import TestSupport
import Testing
import Wire

/// Text of known shape: what is matched is passed, anything else is refused and stays.
@Suite("Text of known shape", .timeLimit(.minutes(3)))
struct FastTextTests {
    private static func read<Value>(
        _ text: String,
        _ body: (inout FastText) -> Value
    ) -> (value: Value, passed: Int) {
        let padded = PaddedBytes(text)
        return withExtendedLifetime(padded) {
            let start = padded.payload.baseAddress!.assumingMemoryBound(to: UInt8.self)
            var reader = FastText(start: start, count: padded.payload.count)
            let value = body(&reader)
            return (value, reader.next - start)
        }
    }

    @Test("texts of every length match themselves and nothing that differs in one byte")
    func lengths() {
        for count in 1...40 {
            let text = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            let pattern = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
            defer { pattern.deallocate() }
            pattern.initialize(from: text, count: count)
            let whole = String(decoding: text, as: UTF8.self)
            #expect(Self.read(whole) { $0.take(pattern, count) } == (true, count))
            for i in 0..<count {
                pattern[i] ^= 1
                #expect(
                    Self.read(whole) { $0.take(pattern, count) } == (false, 0),
                    "\(count), \(i)"
                )
                pattern[i] ^= 1
            }
        }
    }

    @Test(
        "a time has thirteen digits and no leading zero",
        arguments: [
            ("1700000000140,", 1_700_000_000_140), ("9999999999999}", 9_999_999_999_999),
            ("1000000000000", 1_000_000_000_000), ("170000000014", nil), ("17000000001400", nil),
            ("0700000000140", nil), ("-700000000140", nil), ("1700000 00140", nil),
            ("170000000014x", nil), ("", nil),
        ] as [(String, Int64?)]
    )
    func milliseconds(_ text: String, _ expected: Int64?) {
        // What follows the text in memory is no digit, but a quote and then digits.
        let (value, passed) = Self.read(text + "\"") { $0.milliseconds() }
        #expect(value == expected && passed == (expected == nil ? 0 : 13))
    }

    @Test(
        "a whole number has up to fifteen digits and no leading zero",
        arguments: [
            ("0", 0), ("7", 7), ("177400507", 177_400_507), ("12345678", 12_345_678),
            ("123456789012345", 123_456_789_012_345), ("1234567890123456", nil), ("01", nil),
            ("", nil), ("x", nil), ("-1", nil),
        ] as [(String, Int64?)]
    )
    func integer(_ text: String, _ expected: Int64?) {
        let (value, passed) = Self.read(text + ",") { $0.integer() }
        #expect(value == expected && passed == (expected == nil ? 0 : text.utf8.count))
    }
}

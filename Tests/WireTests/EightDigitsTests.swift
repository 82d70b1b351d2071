import TestSupport
import Testing
import Units
import Wire

@Suite("Decimals, eight digits at a time", .timeLimit(.minutes(3)))
struct EightDigitsTests {
    /// What a writer makes of it, in a buffer of that size.
    private func written(_ size: Int, _ body: (inout ByteWriter) -> Void) -> String? {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 16, alignment: 8)
        defer { room.deallocate() }
        room.initializeMemory(as: UInt8.self, repeating: 0xee)
        var out = ByteWriter(UnsafeMutableRawBufferPointer(rebasing: room[..<size]))
        body(&out)
        // Not a byte past the buffer's end.
        #expect(room[size...].allSatisfy { $0 == 0xee })
        return out.overflowed ? nil : String(decoding: out.written, as: UTF8.self)
    }

    private static let values: [UInt64] = {
        var values: [UInt64] = []
        var power: UInt64 = 1
        for _ in 0..<18 {
            for near in -2...2 { values.append(UInt64(max(0, Int64(power) + Int64(near)))) }
            power *= 10
        }
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let bits = UInt64.random(in: 0...59, using: &random)
            values.append(.random(in: 0...(1 << bits), using: &random))
        }
        return values
    }()

    @Test("every number of up to eight digits has its digits", arguments: [0, 1, 2, 3])
    func digits(_ quarter: UInt64) {
        // Every value of four digits in either half, and all lengths.
        for low in quarter * 2_500..<(quarter + 1) * 2_500 {
            for value in [low, low * 10_000, low * 10_000 + 9_999 - low] {
                var text = EightDigits.text(value).littleEndian
                let digits = withUnsafeBytes(of: &text) { String(decoding: $0, as: UTF8.self) }
                let plain = String(value)
                #expect(digits == String(repeating: "0", count: 8 - plain.count) + plain)
            }
        }
    }

    @Test("integers and decimals are written as text says them, up to the last byte of the buffer")
    func writer() {
        var random = SplitMix64(seed: 12)
        for value in EightDigitsTests.values {
            let scale = DecimalScale(
                multiplier: 1,
                decimals: .random(in: 0...9, using: &random)
            )
            let signed = Int64(value) * (random.next() % 2 == 0 ? 1 : -1)
            let text = scale.text(signed)
            let sizes = [text.utf8.count, text.utf8.count - 1, 64]
            for size in sizes {
                let made = written(size) { $0.append(signed, scale: scale) }
                #expect(made == (size < text.utf8.count ? nil : text), "\(signed) \(scale)")
            }
            #expect(written(20) { $0.append(signed) } == "\(signed)")
            let digits = Int.random(in: 1...12, using: &random)
            let plain = "\(value)"
            let padded = String(repeating: "0", count: max(0, digits - plain.count)) + plain
            #expect(written(24) { $0.append(value, minimumDigits: digits) } == padded)
        }
    }
}

import CScan
import Units
import Wire

extension FuzzEntry {
    /// Decimals: the exact reader and the readers of levels against the plain one.
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
            let scanner = LevelScanner()
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
                return scanner.fault(bytes, decimals)
            }
        }
    )
}

/// Reads a decimal as price and as size of a level, by shape and plainly.
private final class LevelScanner {
    private let text = GuardedBytes(capacity: 1 << 17)
    private let shapes = UnsafeMutableRawPointer.allocate(
        byteCount: Int(SLUICE_LEVEL_SHAPES_BYTES),
        alignment: 64
    )

    init() {
        let count = Int(SLUICE_LEVEL_SHAPES_BYTES)
        shapes.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }

    deinit { shapes.deallocate() }

    func fault(_ bytes: [UInt8], _ decimals: Int) -> String? {
        let whole = PlainDecimal.steps(bytes, 1, decimals: decimals)
        let number = String(decoding: bytes, as: UTF8.self)
        guard Array(number.utf8) == bytes else { return nil }
        text.set(Array(#"["\#(number)","7"],["3","\#(number)"]]"#.utf8))
        var answers: [[Int64]?] = []
        for level in [SLUICE_SCAN_PLAIN, SLUICE_SCAN_SSE41, SLUICE_SCAN_AVX2] {
            sluice_scan_force(Int32(level.rawValue))
            answers.append(text.withPadding { scan($0, decimals) })
        }
        sluice_scan_force(Int32(SLUICE_SCAN_AVX2.rawValue))
        if answers.contains(where: { $0 != answers[0] }) {
            return "levels are read otherwise by shape"
        }
        // The readers may decline; what they take they must read right.
        guard let answer = answers[0] else {
            let isShort = bytes.count + decimals < 18
            let isPlain = bytes.allSatisfy { $0 != UInt8(ascii: "-") }
            guard isShort, isPlain, let whole, whole > 0 else { return nil }
            return "declines \(number) at \(decimals) decimals"
        }
        let seven = 7 * (0..<decimals).reduce(1) { power, _ in power * 10 }
        let three = 3 * (seven / 7)
        return answer == [whole, Int64(seven), Int64(three), whole]
            ? nil : "levels are read otherwise"
    }

    /// Prices and sizes in turns; nil when the text has another shape.
    private func scan(_ payload: UnsafeRawBufferPointer, _ decimals: Int) -> [Int64]? {
        var levels = [sluice_level](repeating: sluice_level(), count: 4)
        let start = payload.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var next: UnsafePointer<UInt8>? = start
        let count = sluice_scan_levels(
            OpaquePointer(shapes),
            sluice_level_scale(
                price_decimals: UInt32(decimals),
                size_decimals: UInt32(decimals)
            ),
            &next,
            start + payload.count,
            &levels,
            4
        )
        guard count == 2, next == start + payload.count else { return nil }
        return levels[..<2].flatMap { [$0.price, $0.size] }
    }
}

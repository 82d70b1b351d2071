extension UnsafeRawBufferPointer {
    /// Whether the bytes are well-formed UTF-8: no overlong form, no surrogate, at most U+10FFFF.
    ///
    /// JSON is nearly always ASCII, which is passed 64 bytes at a time; the last block overlaps the
    /// one before it, so that no tail is looked at byte by byte.
    ///
    /// - Complexity: O(count).
    /// - SeeAlso: Unicode Standard, table 3-7.
    public var isUTF8: Bool {
        guard let base = baseAddress else { return true }
        var i = 0
        if count >= 64 {
            while isASCII(base + i) {
                if i == count &- 64 { return true }
                i = Swift.min(i &+ 64, count &- 64)
            }
        }
        while i < count {
            if i &+ 64 <= count, isASCII(base + i) {
                i &+= 64
                continue
            }
            let length = sequenceLength(at: i)
            if length == 0 { return false }
            i &+= length
        }
        return true
    }

    /// Whether the 64 bytes at `block` are ASCII.
    @inline(__always)
    private func isASCII(_ block: UnsafeRawPointer) -> Bool {
        let a = block.loadUnaligned(as: SIMD2<UInt64>.self)
        let b = block.loadUnaligned(fromByteOffset: 16, as: SIMD2<UInt64>.self)
        let c = block.loadUnaligned(fromByteOffset: 32, as: SIMD2<UInt64>.self)
        let d = block.loadUnaligned(fromByteOffset: 48, as: SIMD2<UInt64>.self)
        let all = a | b | c | d
        return (all.x | all.y) & 0x8080_8080_8080_8080 == 0
    }

    /// Bytes of the well-formed sequence at `i`; 0 when there is none.
    private func sequenceLength(at i: Int) -> Int {
        let lead = self[i]
        if lead < 0x80 { return 1 }
        // The second byte's range depends on the lead: it rules out overlong forms and surrogates.
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0:
            length = 3
            low = 0xa0
        case 0xed:
            length = 3
            high = 0x9f
        case 0xe1...0xef: length = 3
        case 0xf0:
            length = 4
            low = 0x90
        case 0xf4:
            length = 4
            high = 0x8f
        case 0xf1...0xf3: length = 4
        default: return 0
        }
        guard i &+ length <= count, self[i &+ 1] >= low, self[i &+ 1] <= high else { return 0 }
        var k = 2
        while k < length {
            guard self[i &+ k] & 0xc0 == 0x80 else { return 0 }
            k &+= 1
        }
        return length
    }
}

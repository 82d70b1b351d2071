extension UnsafeMutableRawBufferPointer {
    /// XORs every byte with the four of `key` in turn, 32 at a time. Twice is nothing.
    ///
    /// - Parameter key: the mask's bytes as they lie in memory.
    /// - SeeAlso: RFC 6455 §5.3.
    public func applyMask(_ key: UInt32) {
        guard key != 0, let base = baseAddress else { return }
        let wide = UInt64(key) << 32 | UInt64(key)
        let widest = SIMD4<UInt64>(repeating: wide)
        var i = 0
        while i &+ 32 <= count {
            let words = base.loadUnaligned(fromByteOffset: i, as: SIMD4<UInt64>.self) ^ widest
            base.storeBytes(of: words, toByteOffset: i, as: SIMD4<UInt64>.self)
            i &+= 32
        }
        while i &+ 8 <= count {
            let word = base.loadUnaligned(fromByteOffset: i, as: UInt64.self) ^ wide
            base.storeBytes(of: word, toByteOffset: i, as: UInt64.self)
            i &+= 8
        }
        // `i` is a multiple of 8, so the key starts over with its first byte.
        var rest = wide.littleEndian
        while i < count {
            self[i] ^= UInt8(truncatingIfNeeded: rest)
            rest >>= 8
            i &+= 1
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// XORs every byte with the four of `key` in turn, 32 at a time. Twice is nothing.
    ///
    /// The last eight bytes are one word, read before and written after all others, which it
    /// overlaps: the same bytes are written twice instead of the odd ones one by one.
    ///
    /// - Parameter key: the mask's bytes as they lie in memory.
    /// - SeeAlso: RFC 6455 §5.3.
    public func applyMask(_ key: UInt32) {
        guard key != 0, let base = baseAddress else { return }
        let wide = UInt64(key) << 32 | UInt64(key)
        guard count >= 8 else {
            var rest = wide.littleEndian
            for i in 0..<count {
                self[i] ^= UInt8(truncatingIfNeeded: rest)
                rest >>= 8
            }
            return
        }
        let end = count &- 8
        // The key's turn at `end`: its bytes repeat after four, so that either half serves.
        let turn = UInt64(truncatingIfNeeded: end & 3) &* 8
        let turned = (wide.littleEndian >> turn | wide.littleEndian &<< (64 &- turn)).littleEndian
        let last = base.loadUnaligned(fromByteOffset: end, as: UInt64.self) ^ turned
        let widest = SIMD4<UInt64>(repeating: wide)
        var i = 0
        while i &+ 32 <= count {
            let words = base.loadUnaligned(fromByteOffset: i, as: SIMD4<UInt64>.self) ^ widest
            base.storeBytes(of: words, toByteOffset: i, as: SIMD4<UInt64>.self)
            i &+= 32
        }
        while i < end {
            let word = base.loadUnaligned(fromByteOffset: i, as: UInt64.self) ^ wide
            base.storeBytes(of: word, toByteOffset: i, as: UInt64.self)
            i &+= 8
        }
        base.storeBytes(of: last, toByteOffset: end, as: UInt64.self)
    }
}

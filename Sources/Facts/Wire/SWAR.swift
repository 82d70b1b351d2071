/// Eight bytes at a time in one 64-bit word (SIMD within a register). Bytes are little-endian:
/// the first byte of the text is the lowest of the word.
///
/// - SeeAlso: Mycroft, "Determine if a word has a zero byte", 1987; Lemire, "Quickly parsing eight
///   digits", 2018.
public enum SWAR {
    /// The eight bytes at `from`, which need no alignment.
    @inlinable @inline(__always)
    public static func load(_ from: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(from).loadUnaligned(as: UInt64.self))
    }

    /// The four bytes at `from`, which need no alignment.
    @inlinable @inline(__always)
    public static func loadHalf(_ from: UnsafePointer<UInt8>) -> UInt32 {
        UInt32(littleEndian: UnsafeRawPointer(from).loadUnaligned(as: UInt32.self))
    }

    /// `byte` eight times.
    @inlinable @inline(__always)
    public static func repeated(_ byte: UInt8) -> UInt64 {
        UInt64(truncatingIfNeeded: byte) &* 0x0101_0101_0101_0101
    }

    /// The high bit of each byte that is no decimal digit.
    ///
    /// Exact up to and including the first byte that is no digit; above a byte past 0xb9 a carry
    /// may mark one digit too many, so only the lowest marks of ASCII text may be used.
    @inlinable @inline(__always)
    public static func nonDigits(_ word: UInt64) -> UInt64 {
        let x = word ^ 0x3030_3030_3030_3030
        return ((x &+ 0x7676_7676_7676_7676) | x) & 0x8080_8080_8080_8080
    }

    /// The high bit of each byte that is `byte`. Exact for the lowest mark.
    @inlinable @inline(__always)
    public static func marks(of byte: UInt8, in word: UInt64) -> UInt64 {
        let x = word ^ repeated(byte)
        return (x &- 0x0101_0101_0101_0101) & ~x & 0x8080_8080_8080_8080
    }

    /// The high bit of each byte that ends a plain run of string text: a quote, a backslash, a
    /// control character or anything that is not ASCII. Exact for the lowest mark.
    @inlinable @inline(__always)
    public static func stringStops(_ word: UInt64) -> UInt64 {
        let quote = word ^ repeated(UInt8(ascii: "\""))
        let backslash = word ^ repeated(UInt8(ascii: "\\"))
        let ones: UInt64 = 0x0101_0101_0101_0101
        let stops =
            ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            | ((word &- repeated(0x20)) & ~word) | word
        return stops & 0x8080_8080_8080_8080
    }

    /// Index of the first marked byte; 8 when none is.
    @inlinable @inline(__always)
    public static func firstIndex(_ marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }

    /// The number that eight digits spell, the first byte being the most significant.
    ///
    /// Bytes may be digits '0'...'9' or their values 0...9.
    @inlinable @inline(__always)
    public static func eightDigits(_ word: UInt64) -> UInt64 {
        var value = word & 0x0f0f_0f0f_0f0f_0f0f
        value = (value &* 2_561) >> 8
        value = ((value & 0x00ff_00ff_00ff_00ff) &* 6_553_601) >> 16
        return ((value & 0x0000_ffff_0000_ffff) &* 42_949_672_960_001) >> 32
    }

    /// The number that the first `count` digits spell; `count` in 0...8, the rest is ignored.
    @inlinable @inline(__always)
    public static func digits(_ word: UInt64, count: Int) -> UInt64 {
        eightDigits(word << UInt64(truncatingIfNeeded: 64 &- count &* 8))
    }
}

public import Units

/// Writes text into a fixed buffer: the one way Sluice makes JSON and HTTP.
///
/// Writing past the end is no trap: the bytes are dropped and `overflowed` stays set, so that a
/// caller checks once, at the end.
public struct ByteWriter: BitwiseCopyable {
    @usableFromInline let base: UnsafeMutablePointer<UInt8>
    @usableFromInline let capacity: Int
    @usableFromInline var used = 0
    @usableFromInline var isCut = false

    /// Bytes written so far.
    @inlinable public var count: Int { used }
    /// Whether something did not fit.
    @inlinable public var overflowed: Bool { isCut }

    /// A writer at the start of `buffer`.
    public init(_ buffer: UnsafeMutableRawBufferPointer) {
        base = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        capacity = buffer.count
    }

    /// What was written.
    public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Starts again at `count` bytes.
    public mutating func truncate(to count: Int) {
        precondition(count <= used)
        used = count
    }

    @inlinable @inline(__always)
    mutating func claim(_ n: Int) -> UnsafeMutablePointer<UInt8>? {
        guard n <= capacity &- used else {
            isCut = true
            return nil
        }
        defer { used &+= n }
        return base + used
    }

    /// Stores eight bytes, for which the caller has made sure that there is room.
    @inline(__always)
    private func store(_ word: UInt64, at offset: Int) {
        UnsafeMutableRawPointer(base + offset).storeBytes(of: word.littleEndian, as: UInt64.self)
    }

    /// Appends a literal: a few stores, where its length is known when it is compiled.
    @inlinable @inline(__always)
    public mutating func append(_ literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        guard let to = claim(count) else { return }
        UnsafeMutableRawPointer(to).copyMemory(from: literal.utf8Start, byteCount: count)
    }

    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress, let to = claim(bytes.count) else { return }
        UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: bytes.count)
    }

    /// Appends one byte.
    public mutating func append(byte: UInt8) {
        claim(1)?.pointee = byte
    }

    /// Appends text as it is, without escapes. For set-up paths: a String may allocate. Literals,
    /// which would be Strings by default, go the other way.
    @_disfavoredOverload
    public mutating func append(_ text: String) {
        var copy = text
        copy.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a decimal integer.
    public mutating func append(_ value: Int64) {
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        append(value.magnitude, minimumDigits: 1)
    }

    /// Appends a decimal integer with leading zeros up to `minimumDigits`.
    public mutating func append(_ value: UInt64, minimumDigits: Int) {
        if value < 100_000_000, minimumDigits <= 8, capacity &- count >= 8 {
            let text = EightDigits.text(value)
            let digits = max(EightDigits.count(text), minimumDigits)
            // What lies behind the digits is written over by whatever comes next.
            store(text &>> (8 &* UInt64(truncatingIfNeeded: 8 &- digits)), at: count)
            used &+= digits
            return
        }
        var digits = 1
        var rest = value / 10
        while rest > 0 {
            digits &+= 1
            rest /= 10
        }
        digits = max(digits, minimumDigits)
        guard let to = claim(digits) else { return }
        rest = value
        var i = digits
        while i > 0 {
            i &-= 1
            let quotient = rest / 10
            to[i] = UInt8(truncatingIfNeeded: rest &- quotient &* 10) &+ UInt8(ascii: "0")
            rest = quotient
        }
    }

    /// Appends `steps` of `scale` as a decimal with exactly the scale's number of decimals.
    ///
    /// - Precondition: the scaled value fits 64 bits, which instrument filters guarantee.
    public mutating func append(_ steps: Int64, scale: DecimalScale) {
        let scaled = steps &* scale.multiplier
        if scaled < 0 { append(byte: UInt8(ascii: "-")) }
        let magnitude = scaled.magnitude
        if scale.decimals == 0 {
            append(magnitude, minimumDigits: 1)
            return
        }
        if magnitude < 100_000_000, scale.decimals < 8, capacity &- count >= 24 {
            let text = EightDigits.text(magnitude)
            let digits = max(EightDigits.count(text), scale.decimals &+ 1)
            let word = text &>> (8 &* UInt64(truncatingIfNeeded: 8 &- digits))
            let whole = digits &- scale.decimals
            store(word, at: count)
            base[count &+ whole] = UInt8(ascii: ".")
            store(word &>> (8 &* UInt64(truncatingIfNeeded: whole)), at: count &+ whole &+ 1)
            used &+= digits &+ 1
            return
        }
        let before = count
        append(magnitude, minimumDigits: scale.decimals &+ 1)
        guard !overflowed, claim(1) != nil else { return }
        // Open a gap for the point; at most 18 bytes move.
        let point = count &- 1 &- scale.decimals
        var i = count &- 1
        while i > point {
            base[i] = base[i &- 1]
            i &-= 1
        }
        base[point] = UInt8(ascii: ".")
        assert(point > before)
    }

    /// Appends an amount without trailing zeros: "1.236002".
    public mutating func append(_ amount: Amount) {
        if amount.billionths < 0 { append(byte: UInt8(ascii: "-")) }
        let magnitude = amount.billionths.magnitude
        append(magnitude / 1_000_000_000, minimumDigits: 1)
        var fraction = magnitude % 1_000_000_000
        if fraction == 0 { return }
        var digits = 9
        while fraction % 10 == 0 {
            fraction /= 10
            digits &-= 1
        }
        append(byte: UInt8(ascii: "."))
        append(fraction, minimumDigits: digits)
    }

    /// Appends an amount of any size, likewise.
    public mutating func append(_ amount: CoinAmount) {
        if let small = Int64(exactly: amount.billionths) {
            append(Amount(billionths: small))
        } else {
            for byte in amount.exactText.utf8 { append(byte: byte) }
        }
    }
}

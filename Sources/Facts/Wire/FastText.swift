/// A reading place in text whose shape is known beforehand: the tools of specialised decoders.
///
/// Everything is matched exactly, so that what gets through is as valid as if the scanner had read
/// it; on anything else the caller falls back to `JSONScanner`.
///
/// - Precondition: 64 bytes past the text's end are readable. A caller checks `isInside` at least
///   every 48 bytes.
public struct FastText: BitwiseCopyable {
    /// Where reading goes on.
    public var next: UnsafePointer<UInt8>
    @usableFromInline let end: UnsafePointer<UInt8>

    /// At the start of `text`.
    @inlinable @inline(__always)
    public init(start: UnsafePointer<UInt8>, count: Int) {
        next = start
        end = start + count
    }

    /// Whether no more was read than there is.
    @inlinable @inline(__always) public var isInside: Bool { next <= end }
    /// Whether all was read, and no more.
    @inlinable @inline(__always) public var isAtEnd: Bool { next == end }

    /// Whether `literal` follows; then it is passed.
    @inlinable @inline(__always)
    public mutating func take(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard FastText.isSame(next, literal.utf8Start, count) else { return false }
        next += count
        return true
    }

    /// Whether the `count` bytes at `other` follow; then they are passed.
    @inlinable @inline(__always)
    public mutating func take(_ other: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard FastText.isSame(next, other, count) else { return false }
        next += count
        return true
    }

    /// Whether `byte` follows; then it is passed.
    @inlinable @inline(__always)
    public mutating func take(byte: UInt8) -> Bool {
        guard next.pointee == byte else { return false }
        next += 1
        return true
    }

    @inlinable @inline(__always)
    static func isSame(
        _ a: UnsafePointer<UInt8>,
        _ b: UnsafePointer<UInt8>,
        _ count: Int
    ) -> Bool {
        var i = 0
        while i &+ 8 <= count {
            if SWAR.load(a + i) != SWAR.load(b + i) { return false }
            i &+= 8
        }
        while i < count {
            if a[i] != b[i] { return false }
            i &+= 1
        }
        return true
    }

    /// A whole number of 1 to 16 digits without leading zeros; nil for anything else.
    @inlinable @inline(__always)
    public mutating func integer() -> Int64? {
        let word = SWAR.load(next)
        let first = SWAR.firstIndex(SWAR.nonDigits(word))
        guard first > 0, first == 1 || next.pointee != UInt8(ascii: "0") else { return nil }
        if first < 8 {
            next += first
            return Int64(bitPattern: SWAR.digits(word, count: first))
        }
        let high = SWAR.eightDigits(word)
        let rest = SWAR.load(next + 8)
        let second = SWAR.firstIndex(SWAR.nonDigits(rest))
        guard second > 0, second < 8 else { return nil }
        next += 8 &+ second
        let scale = DecimalSteps.powerOfTen(second)
        return Int64(bitPattern: high &* scale &+ SWAR.digits(rest, count: second))
    }

    /// A decimal of at most eight digits in steps of 10^−`decimals`, and the quote after it; nil
    /// for anything else, longer numbers and finer ones included.
    ///
    /// The text's digits are gathered into one word, whole part and fraction side by side; the
    /// bytes after them are zero, which scales by the missing decimals for free.
    @inlinable @inline(__always)
    public mutating func quotedDecimal(_ decimals: Int) -> UInt64? {
        let word = SWAR.load(next)
        let marks = SWAR.nonDigits(word)
        let first = SWAR.firstIndex(marks)
        let isPoint = next[first] == UInt8(ascii: ".")
        let later = marks & (marks &- 1)
        let last = isPoint ? SWAR.firstIndex(later) : first
        guard last < 8 else { return longDecimal(decimals, first) }
        // A point needs a digit after it, and every number one before.
        guard next[last] == UInt8(ascii: "\""), first > 0, !isPoint || last > first &+ 1 else {
            return nil
        }
        next += last &+ 1
        let wholeMask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: first &* 8) &- 1
        let allMask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: last &* 8) &- 1
        let values = word ^ 0x3030_3030_3030_3030
        let digits = (values & wholeMask) | (((values & allMask) >> 8) & ~wholeMask)
        return FastText.value(digits, count: first &+ decimals)
    }

    /// The number that `digits` (values, not characters) spell in its first `count` bytes; nil
    /// when a later byte is not zero.
    @inlinable @inline(__always)
    static func value(_ digits: UInt64, count: Int) -> UInt64? {
        guard count <= 8 else { return nil }
        let shift = UInt64(truncatingIfNeeded: 64 &- count &* 8)
        let aligned = digits &<< shift
        guard aligned &>> shift == digits else { return nil }
        return SWAR.eightDigits(aligned)
    }

    /// A number of eight characters or more whose point comes at `first`.
    @inlinable @inline(__always)
    mutating func longDecimal(_ decimals: Int, _ first: Int) -> UInt64? {
        guard first > 0, first < 8, decimals < 8, next[first] == UInt8(ascii: ".") else {
            return nil
        }
        let fraction = SWAR.load(next + (first &+ 1))
        let marks = SWAR.nonDigits(fraction)
        let places = SWAR.firstIndex(marks)
        return pointDecimal(decimals, first, places, fraction)
    }

    /// A number with `whole` digits, a point, and `places` digits whose word is `fraction`.
    @inlinable @inline(__always)
    mutating func pointDecimal(
        _ decimals: Int,
        _ whole: Int,
        _ places: Int,
        _ fraction: UInt64
    ) -> UInt64? {
        let close = whole &+ 1 &+ places
        guard places > 0, next[close] == UInt8(ascii: "\"") else { return nil }
        let wholeMask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: whole &* 8) &- 1
        let fractionMask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- places &* 8)
        let wholeValues = (SWAR.load(next) ^ 0x3030_3030_3030_3030) & wholeMask
        let fractionValues = (fraction ^ 0x3030_3030_3030_3030) & fractionMask
        // Digits past the step's decimals must be zeros: they are dropped, never rounded.
        guard fractionValues &>> UInt64(truncatingIfNeeded: decimals &* 8) == 0 else { return nil }
        guard whole &+ decimals <= 8 else { return nil }
        next += close &+ 1
        let digits =
            wholeValues | fractionValues &<< UInt64(truncatingIfNeeded: whole &* 8)
        return FastText.value(digits, count: whole &+ decimals)
    }

    /// How long the last price was: the next one's length is nearly always the same.
    public struct DecimalShape: BitwiseCopyable {
        @usableFromInline var whole = 0
        @usableFromInline var places = 0
        /// Nothing seen yet.
        @inlinable public init() {}
    }

    /// As `quotedDecimal`, guessing that the number is as long as the last one.
    ///
    /// A right guess takes the search for the end off the critical path: the branch predictor lets
    /// the next number's reading start before this one's is done.
    @inlinable @inline(__always)
    public mutating func quotedDecimal(_ decimals: Int, like shape: inout DecimalShape) -> UInt64? {
        let whole = shape.whole
        let places = shape.places
        if whole > 0, next[whole] == UInt8(ascii: "."),
            next[whole &+ 1 &+ places] == UInt8(ascii: "\"")
        {
            let fraction = SWAR.load(next + (whole &+ 1))
            let marks = SWAR.nonDigits(SWAR.load(next))
            let wholeMask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: whole &* 8) &- 1
            let fractionMask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- places &* 8)
            if marks & wholeMask == 0, SWAR.nonDigits(fraction) & fractionMask == 0 {
                return pointDecimal(decimals, whole, places, fraction)
            }
        }
        return learnDecimal(decimals, &shape)
    }

    @inlinable @inline(never)
    mutating func learnDecimal(_ decimals: Int, _ shape: inout DecimalShape) -> UInt64? {
        let start = next
        guard let value = quotedDecimal(decimals) else { return nil }
        let length = next - start &- 1
        var whole = 0
        while whole < length && start[whole] != UInt8(ascii: ".") { whole &+= 1 }
        shape = DecimalShape()
        if whole < 8, whole < length, decimals < 8, length &- whole &- 1 <= 8 {
            shape.whole = whole
            shape.places = length &- whole &- 1
        }
        return value
    }
}

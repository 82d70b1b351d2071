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
    /// Where the text ends.
    public let end: UnsafePointer<UInt8>

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
        // The last word overlaps the one before it, here and below.
        guard count >= 8 else {
            guard count >= 4 else {
                for i in 0..<count where a[i] != b[i] { return false }
                return true
            }
            let last = count &- 4
            return SWAR.loadHalf(a) == SWAR.loadHalf(b)
                && SWAR.loadHalf(a + last) == SWAR.loadHalf(b + last)
        }
        var i = 0
        while i &+ 8 < count {
            if SWAR.load(a + i) != SWAR.load(b + i) { return false }
            i &+= 8
        }
        return SWAR.load(a + (count &- 8)) == SWAR.load(b + (count &- 8))
    }

    /// A whole number of 1 to 15 digits without leading zeros; nil for anything else.
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
        guard second < 8 else { return nil }
        next += 8 &+ second
        let scale = DecimalSteps.powerOfTen(second)
        return Int64(bitPattern: high &* scale &+ SWAR.digits(rest, count: second))
    }

    /// A time in milliseconds of thirteen digits, as from 2001 to 2286; nil for anything else.
    ///
    /// That the length is known lets the reading behind it start before this one is done.
    @inlinable @inline(__always)
    public mutating func milliseconds() -> Int64? {
        let word = SWAR.load(next)
        let last = SWAR.load(next + 5)
        guard SWAR.nonDigits(word) | SWAR.nonDigits(last) == 0, next[0] != UInt8(ascii: "0"),
            next[13] &- UInt8(ascii: "0") > 9
        else { return nil }
        next += 13
        return Int64(
            bitPattern: SWAR.digits(word, count: 5) &* 100_000_000 &+ SWAR.eightDigits(last)
        )
    }
}

/// The inside of a JSON string, in place: between the quotes, escapes as they were sent.
///
/// A view into the message, good as long as the message's buffer.
public struct JSONText: BitwiseCopyable {
    /// First byte after the opening quote.
    public let start: UnsafePointer<UInt8>
    /// Bytes up to the closing quote.
    public let count: Int
    /// Whether it holds escapes.
    public let hasEscapes: Bool

    @inlinable init(start: UnsafePointer<UInt8>, count: Int, hasEscapes: Bool) {
        self.start = start
        self.count = count
        self.hasEscapes = hasEscapes
    }

    /// The bytes as sent.
    @inlinable public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Whether it is the empty string.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Whether it says `literal`, which is ASCII; escapes are honoured.
    @inline(__always)
    public func equals(_ literal: StaticString) -> Bool {
        if hasEscapes { return equalsUnescaped(literal) }
        return count == literal.utf8CodeUnitCount && sameBytes(literal.utf8Start, count)
    }

    /// Whether it starts with `literal`, which is ASCII.
    @inline(__always)
    public func starts(with literal: StaticString) -> Bool {
        count >= literal.utf8CodeUnitCount
            && sameBytes(literal.utf8Start, literal.utf8CodeUnitCount)
    }

    @inline(__always)
    private func sameBytes(_ other: UnsafePointer<UInt8>, _ n: Int) -> Bool {
        var i = 0
        while i < n {
            if start[i] != other[i] { return false }
            i &+= 1
        }
        return true
    }

    @inline(never)
    private func equalsUnescaped(_ literal: StaticString) -> Bool {
        var from = 0
        var to = 0
        while from < count {
            guard to < literal.utf8CodeUnitCount else { return false }
            var byte = start[from]
            from &+= 1
            if byte == UInt8(ascii: "\\") {
                guard let ascii = asciiEscape(&from) else { return false }
                byte = ascii
            }
            if byte != literal.utf8Start[to] { return false }
            to &+= 1
        }
        return to == literal.utf8CodeUnitCount
    }

    /// The ASCII character of the escape whose letter is at `index`; nil when it is no ASCII.
    private func asciiEscape(_ index: inout Int) -> UInt8? {
        let letter = start[index]
        index &+= 1
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            // The scanner has checked the four digits.
            var code: UInt32 = 0
            for _ in 0..<4 {
                let digit = UInt32(start[index])
                let value = digit < 0x3a ? digit &- 0x30 : (digit | 0x20) &- 0x57
                code = code << 4 | value
                index &+= 1
            }
            return code < 0x80 ? UInt8(truncatingIfNeeded: code) : nil
        default: return letter
        }
    }

    /// The text, for set-up paths and reports: allocates. Escapes stay as they were sent.
    public var string: String { String(decoding: bytes, as: UTF8.self) }
}

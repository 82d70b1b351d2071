public import Units

/// A strict pull scanner over one JSON message, in place.
///
/// The caller asks for what it expects, in whatever order the message brings it:
///
///     try json.openObject()
///     while let key = try json.nextKey() {
///         if key.equals("u") { u = try json.integer() } else { try json.skipValue() }
///     }
///     try json.finish()
///
/// All that is passed over is validated as well: grammar, escapes, UTF-8, nesting. Nothing is
/// copied and nothing is allocated.
///
/// - Precondition: at least 64 bytes past the payload's end are readable (their content does not
///   matter), so that wide loads need no care at the end.
public struct JSONScanner: BitwiseCopyable {
    /// Bytes past the end of a payload that must be readable.
    public static let padding = 64
    /// Deepest nesting that is accepted.
    public static let maximumDepth = 64

    private let start: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private var next: UnsafePointer<UInt8>
    /// Whether the last token opened an object or array: no comma comes before its first entry.
    private var isFresh = false

    /// A scanner at the start of `payload`.
    public init(_ payload: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; its scanner never reads.
        let base =
            payload.baseAddress ?? UnsafeRawPointer(JSONScanner.nothing.utf8Start)
        start = base.assumingMemoryBound(to: UInt8.self)
        end = start + payload.count
        next = start
    }

    private static let nothing: StaticString = ""

    /// Bytes consumed so far.
    public var offset: Int { next - start }

    /// An error at the current place.
    public func error(_ reason: DecodeError.Reason) -> DecodeError {
        DecodeError(reason, at: offset)
    }

    /// Goes back to a value's `offset`.
    public mutating func rewind(to offset: Int) {
        precondition(offset >= 0 && offset <= end - start)
        next = start + offset
        isFresh = false
    }

    // MARK: Bytes

    /// The next byte, or 0 at the end: no token starts with it.
    @inline(__always) private var peek: UInt8 { next < end ? next.pointee : 0 }

    @inline(__always) private mutating func skipSpace() {
        while next < end {
            let byte = next.pointee
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            next += 1
        }
    }

    @inline(__always) private func unexpected() -> DecodeError {
        error(next < end ? .syntax : .truncated)
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) throws(DecodeError) {
        guard peek == byte else { throw unexpected() }
        next += 1
    }

    // MARK: Structure

    /// What the next value is.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case object
        case array
        case string
        case number
        case bool
        case null
    }

    /// What the next value is, by its first character.
    public mutating func kind() throws(DecodeError) -> Kind {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw unexpected()
        }
    }

    @inline(__always)
    private mutating func open(_ byte: UInt8) throws(DecodeError) {
        skipSpace()
        guard peek == byte else {
            let found = try kind()
            _ = found
            throw error(.wrongType)
        }
        next += 1
        isFresh = true
    }

    /// Enters an object.
    public mutating func openObject() throws(DecodeError) { try open(UInt8(ascii: "{")) }

    /// Enters an array.
    public mutating func openArray() throws(DecodeError) { try open(UInt8(ascii: "[")) }

    /// Whether another entry follows; at the end, the closing byte is consumed.
    @inline(__always)
    private mutating func advance(_ close: UInt8) throws(DecodeError) -> Bool {
        skipSpace()
        if peek == close {
            next += 1
            isFresh = false
            return false
        }
        if isFresh {
            isFresh = false
        } else {
            try take(UInt8(ascii: ","))
            skipSpace()
        }
        return true
    }

    /// The next member's key, its value coming next; nil when the object has ended.
    public mutating func nextKey() throws(DecodeError) -> JSONText? {
        guard try advance(UInt8(ascii: "}")) else { return nil }
        let key = try text()
        skipSpace()
        try take(UInt8(ascii: ":"))
        return key
    }

    /// Whether another element follows, to be read next; false when the array has ended.
    public mutating func nextElement() throws(DecodeError) -> Bool {
        try advance(UInt8(ascii: "]"))
    }

    /// Checks that nothing but space follows.
    public mutating func finish() throws(DecodeError) {
        skipSpace()
        guard next == end else { throw error(.trailingText) }
    }

    // MARK: Values

    @inline(__always)
    private mutating func expect(_ wanted: Kind) throws(DecodeError) {
        let found = try kind()
        guard found == wanted else { throw error(.wrongType) }
    }

    /// A string.
    public mutating func string() throws(DecodeError) -> JSONText {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else {
            try expect(.string)
            throw error(.syntax)
        }
        return try text()
    }

    private mutating func text() throws(DecodeError) -> JSONText {
        try take(UInt8(ascii: "\""))
        let first = next
        var hasEscapes = false
        while true {
            let stops = SWAR.stringStops(SWAR.load(next))
            next += SWAR.firstIndex(stops)
            guard next < end else {
                next = end
                throw error(.truncated)
            }
            if stops == 0 { continue }
            switch next.pointee {
            case UInt8(ascii: "\""):
                let text = JSONText(start: first, count: next - first, hasEscapes: hasEscapes)
                next += 1
                return text
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0x80...:
                try skipMultibyte()
            default:
                throw error(.badString)
            }
        }
    }

    /// A whole number.
    public mutating func integer() throws(DecodeError) -> Int64 {
        try expect(.number)
        let first = next
        try skipNumber()
        let isNegative = first.pointee == UInt8(ascii: "-")
        var value: Int64 = 0
        var digit = isNegative ? first + 1 : first
        while digit < next {
            let step = digit.pointee &- UInt8(ascii: "0")
            guard step <= 9 else { throw error(.badNumber) }
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tenfold.subtractingReportingOverflow(Int64(step))
            // Counted downwards: the lowest integer has no positive twin.
            if overflows || carries { throw error(.overflow) }
            value = sum
            digit += 1
        }
        if isNegative { return value }
        guard value != .min else { throw error(.overflow) }
        return -value
    }

    /// A truth value.
    public mutating func bool() throws(DecodeError) -> Bool {
        try expect(.bool)
        let isTrue = peek == UInt8(ascii: "t")
        try skipWord(isTrue ? "true" : "false")
        return isTrue
    }

    /// A decimal in a string, as steps: `"61800.20"`.
    public mutating func steps(_ scale: DecimalSteps) throws(DecodeError) -> Int64 {
        try steps(of: try string(), scale)
    }

    /// The decimal that a string read before holds, as steps.
    public func steps(of text: JSONText, _ scale: DecimalSteps) throws(DecodeError) -> Int64 {
        do {
            return try scale.parse(text.start, count: text.count)
        } catch {
            throw DecodeError(error.reason, at: text.start - start)
        }
    }

    /// The decimal that a string read before holds, as the nearest steps on one side of it: for
    /// limits, which may be stated finer than we count.
    public func steps(
        of text: JSONText,
        _ scale: DecimalSteps,
        _ rounding: DecimalSteps.Rounding
    ) throws(DecodeError) -> Int64 {
        do {
            return try scale.parse(text.start, count: text.count, rounding)
        } catch {
            throw DecodeError(error.reason, at: text.start - start)
        }
    }

    /// The decimal that a string read before holds, rounded to the nearest billionth.
    ///
    /// For fees and index prices, which venues state in more decimals than we count.
    public func amount(of text: JSONText) throws(DecodeError) -> Amount {
        let billionths: Int64
        do {
            billionths = try DecimalSteps.billionths.parseRounding(text.start, text.count)
        } catch {
            throw DecodeError(error.reason, at: text.start - start)
        }
        // Two may be added without a thought.
        guard billionths.magnitude <= 1 << 62 else { throw self.error(.overflow, at: text) }
        return Amount(billionths: billionths)
    }

    /// The same of any coin, up to 10²⁰ of them.
    public func coinAmount(of text: JSONText) throws(DecodeError) -> CoinAmount {
        do {
            return CoinAmount(
                billionths: try DecimalSteps.wideBillionths(text.start, text.count)
            )
        } catch {
            throw DecodeError(error.reason, at: text.start - start)
        }
    }

    /// An error where a string read before stands.
    public func error(_ reason: DecodeError.Reason, at text: JSONText) -> DecodeError {
        DecodeError(reason, at: text.start - start)
    }

    /// A whole number, bare or in a string: venues write times both ways.
    public mutating func looseInteger() throws(DecodeError) -> Int64 {
        guard try kind() == .string else { return try integer() }
        return try steps(DecimalSteps.whole)
    }

    // MARK: Passing over

    /// Passes over null or the empty string, either of which says nothing; false before any other
    /// value, which is still to be read.
    public mutating func takeNothing() throws(DecodeError) -> Bool {
        switch try kind() {
        case .null: try skipWord("null")
        // The byte after the last one is readable, and an empty string's end is checked.
        case .string where next[1] == UInt8(ascii: "\""): _ = try text()
        default: return false
        }
        return true
    }

    /// Passes over any value, which is validated as strictly as one that is read.
    public mutating func skipValue() throws(DecodeError) { try skipValue(depth: 0) }

    private mutating func skipValue(depth: Int) throws(DecodeError) {
        guard depth < JSONScanner.maximumDepth else { throw error(.tooDeep) }
        switch try kind() {
        case .object:
            try openObject()
            while try nextKey() != nil { try skipValue(depth: depth &+ 1) }
        case .array:
            try openArray()
            while try nextElement() { try skipValue(depth: depth &+ 1) }
        case .string: _ = try text()
        case .number: try skipNumber()
        case .bool: _ = try bool()
        case .null: try skipWord("null")
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(DecodeError) {
        for i in 0..<word.utf8CodeUnitCount { try take(word.utf8Start[i]) }
    }

    private mutating func skipDigits() throws(DecodeError) {
        guard peek &- UInt8(ascii: "0") <= 9 else { throw numberError() }
        while peek &- UInt8(ascii: "0") <= 9 { next += 1 }
    }

    private func numberError() -> DecodeError { error(next < end ? .badNumber : .truncated) }

    /// −? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
    private mutating func skipNumber() throws(DecodeError) {
        if peek == UInt8(ascii: "-") { next += 1 }
        if peek == UInt8(ascii: "0") { next += 1 } else { try skipDigits() }
        if peek == UInt8(ascii: ".") {
            next += 1
            try skipDigits()
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            next += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { next += 1 }
            try skipDigits()
        }
        // "01" and "1x" end here with a byte that no grammar allows; the caller's next token sees
        // it.
    }

    @inline(never)
    private mutating func skipEscape() throws(DecodeError) {
        next += 1
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            next += 1
        case UInt8(ascii: "u"):
            next += 1
            for _ in 0..<4 {
                let isDigit = peek &- UInt8(ascii: "0") <= 9
                let isLetter = (peek | 0x20) &- UInt8(ascii: "a") <= 5
                guard isDigit || isLetter else { throw error(.badString) }
                next += 1
            }
        default: throw error(next < end ? .badString : .truncated)
        }
    }

    /// One character of UTF-8 past ASCII: no overlong form, no surrogate, nothing past U+10FFFF.
    @inline(never)
    private mutating func skipMultibyte() throws(DecodeError) {
        let lead = next.pointee
        let length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        guard lead >= 0xc2, lead <= 0xf4, end - next >= length else { throw error(.badString) }
        let second = next[1]
        let secondRange: ClosedRange<UInt8> =
            switch lead {
            case 0xe0: 0xa0...0xbf
            case 0xed: 0x80...0x9f
            case 0xf0: 0x90...0xbf
            case 0xf4: 0x80...0x8f
            default: 0x80...0xbf
            }
        guard secondRange.contains(second) else { throw error(.badString) }
        for i in 2..<max(length, 2) where next[i] & 0xc0 != 0x80 { throw error(.badString) }
        next += length
    }
}

extension DecimalSteps {
    /// Whole numbers.
    public static let whole = DecimalSteps(DecimalScale(multiplier: 1, decimals: 0))
}

extension DecimalSteps.Failure {
    /// The message error this failure makes.
    var reason: DecodeError.Reason {
        switch self {
        case .notADecimal: .badNumber
        case .offStep: .offStep
        case .overflow: .overflow
        }
    }
}

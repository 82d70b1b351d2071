/// A strict and plain JSON parser (RFC 8259): the reference for what may be accepted.
indirect enum StrictJSON {
    case null
    case bool(Bool)
    /// A number's text.
    case number([UInt8])
    /// A string's bytes with escapes resolved.
    case string([UInt8])
    case array([StrictJSON])
    case object([(key: [UInt8], value: StrictJSON)])

    /// The last value of `key`, for of several the last one counts.
    subscript(key: String) -> StrictJSON? {
        guard case .object(let fields) = self else { return nil }
        return fields.last { $0.key == Array(key.utf8) }?.value
    }

    /// The bytes of a string or number.
    var text: [UInt8]? {
        switch self {
        case .string(let bytes), .number(let bytes): bytes
        default: nil
        }
    }

    /// The value that `text` is; nil when it is no JSON.
    static func parse(_ text: UnsafeRawBufferPointer) -> StrictJSON? {
        var parser = Parser(bytes: Array(text))
        guard let value = parser.value(depth: 0) else { return nil }
        parser.space()
        return parser.at == parser.bytes.count ? value : nil
    }

    private struct Parser {
        let bytes: [UInt8]
        var at = 0

        var next: UInt8? { at < bytes.count ? bytes[at] : nil }

        mutating func space() {
            while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { at += 1 }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        mutating func take(_ word: String) -> Bool {
            guard bytes[at...].starts(with: word.utf8) else { return false }
            at += word.utf8.count
            return true
        }

        mutating func value(depth: Int) -> StrictJSON? {
            guard depth < 600 else { return nil }
            space()
            switch next {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(_ depth: Int) -> StrictJSON? {
            at += 1
            var fields: [(key: [UInt8], value: StrictJSON)] = []
            space()
            if take("}") { return .object(fields) }
            while true {
                space()
                guard let key = string() else { return nil }
                space()
                guard take(":"), let value = value(depth: depth + 1) else { return nil }
                fields.append((key, value))
                space()
                if take("}") { return .object(fields) }
                guard take(",") else { return nil }
            }
        }

        private mutating func array(_ depth: Int) -> StrictJSON? {
            at += 1
            var values: [StrictJSON] = []
            space()
            if take("]") { return .array(values) }
            while true {
                guard let value = value(depth: depth + 1) else { return nil }
                values.append(value)
                space()
                if take("]") { return .array(values) }
                guard take(",") else { return nil }
            }
        }

        private mutating func string() -> [UInt8]? {
            guard take("\"") else { return nil }
            var result: [UInt8] = []
            while let byte = next {
                at += 1
                if byte == UInt8(ascii: "\"") {
                    return String(validating: result, as: UTF8.self) == nil ? nil : result
                }
                if byte < 0x20 { return nil }
                if byte != UInt8(ascii: "\\") {
                    result.append(byte)
                } else if let escaped = escape() {
                    result.append(contentsOf: escaped)
                } else {
                    return nil
                }
            }
            return nil
        }

        private mutating func escape() -> [UInt8]? {
            guard let byte = next else { return nil }
            at += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "b"): return [8]
            case UInt8(ascii: "f"): return [12]
            case UInt8(ascii: "n"): return [10]
            case UInt8(ascii: "r"): return [13]
            case UInt8(ascii: "t"): return [9]
            case UInt8(ascii: "u"):
                guard at + 4 <= bytes.count else { return nil }
                let digits = String(decoding: bytes[at..<at + 4], as: UTF8.self)
                guard digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else {
                    return nil
                }
                at += 4
                // Lone surrogates are within the grammar; what they stand for is no text.
                let scalar = Unicode.Scalar(code) ?? "\u{fffd}"
                return Array(String(Character(scalar)).utf8)
            default: return nil
            }
        }

        private mutating func number() -> StrictJSON? {
            let start = at
            _ = take("-")
            if !take("0") {
                guard digits() > 0 else { return nil }
            }
            if take(".") {
                guard digits() > 0 else { return nil }
            }
            if take("e") || take("E") {
                _ = take("+") || take("-")
                guard digits() > 0 else { return nil }
            }
            return .number(Array(bytes[start..<at]))
        }

        private mutating func digits() -> Int {
            let start = at
            while let byte = next, byte >= 0x30, byte <= 0x39 { at += 1 }
            return at - start
        }
    }
}

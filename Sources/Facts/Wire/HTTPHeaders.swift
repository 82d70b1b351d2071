/// The header lines of one HTTP head: a view of the bytes as they came.
///
/// Valid as long as the buffer it was parsed from.
public struct HTTPHeaders: BitwiseCopyable {
    /// The lines, each ended by CR LF, without the empty line that ends the head.
    public let bytes: UnsafeRawBufferPointer

    /// The lines in `bytes`, already checked by ``HTTPReader``.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The value of the first header called `name` in any case, without surrounding blanks.
    ///
    /// - Complexity: O(bytes); a head is read once.
    public subscript(_ name: StaticString) -> UnsafeRawBufferPointer? {
        var line = 0
        while let header = next(&line) {
            if header.name.equalsIgnoringCase(name) { return header.value }
        }
        return nil
    }

    /// The header at offset `line`, which moves to the next one.
    func next(
        _ line: inout Int
    ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard line < bytes.count else { return nil }
        var colon = line
        while bytes[colon] != UInt8(ascii: ":") { colon &+= 1 }
        var end = colon
        while bytes[end] != UInt8(ascii: "\r") { end &+= 1 }
        let name = UnsafeRawBufferPointer(rebasing: bytes[line..<colon])
        let value = UnsafeRawBufferPointer(rebasing: bytes[(colon &+ 1)..<end]).trimmed
        line = end &+ 2
        return (name, value)
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes without spaces and tabs at either end.
    var trimmed: UnsafeRawBufferPointer {
        var from = 0
        var to = count
        while from < to, self[from].isBlank { from &+= 1 }
        while to > from, self[to &- 1].isBlank { to &-= 1 }
        return UnsafeRawBufferPointer(rebasing: self[from..<to])
    }

    /// Whether the bytes are `text`, letters of either case taken as equal.
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for i in 0..<count where self[i].lowercased != text.utf8Start[i].lowercased {
            return false
        }
        return true
    }

    /// Whether `token` is one of the comma-separated elements: `Connection: keep-alive, Upgrade`.
    public func listContains(_ token: StaticString) -> Bool {
        var from = 0
        while from <= count {
            var to = from
            while to < count, self[to] != UInt8(ascii: ",") { to &+= 1 }
            let element = UnsafeRawBufferPointer(rebasing: self[from..<to]).trimmed
            if element.equalsIgnoringCase(token) { return true }
            from = to &+ 1
        }
        return false
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var lowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }

    /// Whether the byte may stand in a header name or a method (RFC 9110 §5.6.2).
    var isToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"),
            UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}

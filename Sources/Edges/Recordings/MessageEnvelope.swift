import Wire

/// Finds the venue's message in a line of a collector's.
struct MessageEnvelope {
    /// A message that stood in a text, its escapes resolved, and the scanners' padding.
    private var unpacked: [UInt8] = []
    /// Where it lies while its view is given out.
    private let memory = UnpackedText()

    /// Wrappers within wrappers that are opened.
    private static let deepest = 3
    /// Bytes that a time before a message has at most.
    private static let longestPrefix = 64

    /// The message in `line`, or all of it where it holds none.
    mutating func open(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        // Nearly every line is a message as it stands.
        if line.starts(with: #"{"topic":"orderbook."#.utf8)
            || line.starts(with: #"{"topic":"publicTrade."#.utf8)
        {
            return line
        }
        let text = MessageEnvelope.withoutPrefix(line)
        return inner(text, depth: 0, isUnpacked: false) ?? text
    }

    /// The line without a time before its object: digits, a date, blanks and commas.
    private static func withoutPrefix(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for i in 0..<min(line.count, longestPrefix) {
            switch line[i] {
            case UInt8(ascii: "{"): return UnsafeRawBufferPointer(rebasing: line[i...])
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ","),
                UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "|"), 0x20, 0x09:
                continue
            default: return line
            }
        }
        return line
    }

    /// The message that `text` is or holds; nil where it is none, holds none or is no JSON.
    private mutating func inner(
        _ text: UnsafeRawBufferPointer,
        depth: Int,
        isUnpacked: Bool
    ) -> UnsafeRawBufferPointer? {
        guard depth <= MessageEnvelope.deepest else { return nil }
        var json = JSONScanner(text)
        do throws(DecodeError) {
            try json.openObject()
            while let key = try json.nextKey() {
                let kind = try json.kind()
                // Past the blanks before the value.
                let start = json.offset
                if key.equals("topic"), kind == .string, MessageEnvelope.isTopic(try json.string())
                {
                    return text
                }
                if json.offset == start { try json.skipValue() }
                let value = UnsafeRawBufferPointer(rebasing: text[start..<json.offset])
                if kind == .object {
                    let found = inner(value, depth: depth + 1, isUnpacked: isUnpacked)
                    if let found { return found }
                } else if kind == .string, !isUnpacked, let opened = unpack(value) {
                    // There is memory for one text: those inside it stay closed.
                    let found = inner(opened, depth: depth + 1, isUnpacked: true)
                    if let found { return found }
                }
            }
        } catch {
            return nil
        }
        return nil
    }

    private static func isTopic(_ text: JSONText) -> Bool {
        text.starts(with: "orderbook.") || text.starts(with: "publicTrade.")
            || text.starts(with: "tickers.")
    }

    /// The object that stands in a text; nil where it is no object.
    private mutating func unpack(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard text.count > 2, text[1] == UInt8(ascii: "{") else { return nil }
        unpacked.removeAll(keepingCapacity: true)
        var at = 1
        while at < text.count - 1 {
            let byte = text[at]
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                unpacked.append(byte)
                continue
            }
            let letter = text[at]
            at += 1
            switch letter {
            case UInt8(ascii: "n"): unpacked.append(0x0a)
            case UInt8(ascii: "r"): unpacked.append(0x0d)
            case UInt8(ascii: "t"): unpacked.append(0x09)
            // No message of the venue's has any other.
            case UInt8(ascii: "u"), UInt8(ascii: "b"), UInt8(ascii: "f"): return nil
            default: unpacked.append(letter)
            }
        }
        return memory.hold(unpacked)
    }
}

/// Memory for one unpacked text and its padding, which stays where it is until the next.
final class UnpackedText {
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 64)

    deinit { bytes.deallocate() }

    /// A view of a copy of `text`, good until the next call.
    func hold(_ text: [UInt8]) -> UnsafeRawBufferPointer {
        let needed = text.count + JSONScanner.padding
        if needed > bytes.count {
            bytes.deallocate()
            bytes = .allocate(byteCount: needed * 2, alignment: 64)
        }
        bytes.copyBytes(from: text)
        return UnsafeRawBufferPointer(rebasing: bytes[..<text.count])
    }
}

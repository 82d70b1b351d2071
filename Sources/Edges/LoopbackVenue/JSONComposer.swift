internal import Units
internal import Wire

/// Composes texts in one buffer that grows to the longest.
final class JSONComposer {
    private var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    deinit { room.deallocate() }

    /// The text that `body` writes. It may run again with more room.
    func compose(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        while true {
            var out = ByteWriter(room)
            body(&out)
            if !out.overflowed { return Array(out.written) }
            let larger = room.count * 2
            room.deallocate()
            room = .allocate(byteCount: larger, alignment: 16)
        }
    }
}

extension ByteWriter {
    /// Appends `"name":"value"`, with a comma before it.
    mutating func member(_ name: StaticString, _ value: String) {
        append(",\"")
        append(name)
        append("\":\"")
        append(value)
        append("\"")
    }

    /// Appends `"name":"count"`, with a comma before it: the venue writes many numbers as text.
    mutating func member(_ name: StaticString, count: Int64) {
        append(",\"")
        append(name)
        append("\":\"")
        append(count)
        append("\"")
    }

    /// Appends a decimal of `steps` as text, with a comma before it.
    mutating func member(_ name: StaticString, _ steps: Int64, _ scale: DecimalScale) {
        append(",\"")
        append(name)
        append("\":\"")
        append(steps, scale: scale)
        append("\"")
    }

    /// Appends an amount as text, with a comma before it.
    mutating func member(_ name: StaticString, _ amount: Amount) {
        append(",\"")
        append(name)
        append("\":\"")
        append(amount)
        append("\"")
    }

    /// The same of any size.
    mutating func member(_ name: StaticString, _ amount: CoinAmount) {
        append(",\"")
        append(name)
        append("\":\"")
        append(amount)
        append("\"")
    }
}

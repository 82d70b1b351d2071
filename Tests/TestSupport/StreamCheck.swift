import CZlib

/// Checks numbered messages against their numbers and sums.
///
/// Message n, from 0, is the CRC-32 of what follows in 8 hexadecimal digits, n in 16 more, and any
/// bytes.
public struct StreamCheck {
    /// Messages that came, in order and whole.
    public private(set) var count: UInt64 = 0
    /// Bytes of their payloads.
    public private(set) var bytes: UInt64 = 0

    /// A check that waits for message 0.
    public init() {}

    /// What is wrong with the next message; nil when nothing is.
    public mutating func take(_ payload: UnsafeRawBufferPointer) -> String? {
        guard payload.count >= 24, let sum = hexadecimal(payload, 0..<8),
            let number = hexadecimal(payload, 8..<24)
        else { return "message \(count) has no sum and number" }
        guard number == count else { return "message \(count) should come, \(number) came" }
        let body = payload.baseAddress!.assumingMemoryBound(to: UInt8.self) + 8
        guard UInt64(crc32(0, body, UInt32(payload.count - 8))) == sum else {
            return "message \(count) was changed on its way"
        }
        count += 1
        bytes += UInt64(payload.count)
        return nil
    }

    private func hexadecimal(_ payload: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for i in range {
            let byte = payload[i]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return value
    }
}

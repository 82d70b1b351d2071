public import Orders
import Wire

/// A child order's name as the venue's `orderLinkId`: "S7k2Qx9a-00000001-0000002a".
///
///     session prefix (8)  -  parent (8 hex digits)  -  child number (8 hex digits)
///
/// A fixed 26 of the 36 characters of `[A-Za-z0-9_-]` that Bybit allows, so that it is written and
/// read without a table. Another session's id, or one written by hand, reads as foreign.
public enum OrderLinkID {
    /// Bytes of an id.
    public static let length = 26

    /// Writes the id of `child` at `to`, which has room for `length` bytes.
    @inline(__always)
    public static func write(
        _ child: ChildID,
        _ session: SessionPrefix,
        to: UnsafeMutablePointer<UInt8>
    ) {
        let raw = UnsafeMutableRawPointer(to)
        raw.storeBytes(of: session.word.littleEndian, as: UInt64.self)
        to[8] = UInt8(ascii: "-")
        raw.storeBytes(of: Hex.digits(child.parent.index), toByteOffset: 9, as: UInt64.self)
        to[17] = UInt8(ascii: "-")
        raw.storeBytes(of: Hex.digits(child.number), toByteOffset: 18, as: UInt64.self)
    }

    /// The child that `bytes` name; nil when they are not an id of `session`.
    public static func read(
        _ bytes: UnsafeRawBufferPointer,
        _ session: SessionPrefix
    ) -> ChildID? {
        guard bytes.count == length,
            bytes.loadUnaligned(as: UInt64.self) == session.word.littleEndian,
            bytes[8] == UInt8(ascii: "-"), bytes[17] == UInt8(ascii: "-"),
            let parent = Hex.value(bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self)),
            let number = Hex.value(bytes.loadUnaligned(fromByteOffset: 18, as: UInt64.self))
        else { return nil }
        return ChildID(parent: ParentID(parent), number: number)
    }

    /// The id of `child` as text, for reports and set-up paths.
    public static func text(_ child: ChildID, _ session: SessionPrefix) -> String {
        String(unsafeUninitializedCapacity: length) {
            write(child, session, to: $0.baseAddress!)
            return length
        }
    }
}

/// Eight lower-case hex digits in one word, the most significant first in memory.
enum Hex {
    /// The digits of `value`.
    @inline(__always)
    static func digits(_ value: UInt32) -> UInt64 {
        // The highest byte comes first in memory; spread the bytes, then each one's nibbles, of
        // which the higher comes first.
        var x = UInt64(value.byteSwapped)
        x = (x | x << 16) & 0x0000_ffff_0000_ffff
        x = (x | x << 8) & 0x00ff_00ff_00ff_00ff
        x = (x >> 4 | x << 8) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = ((x &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        // 'a' − '0' − 10 is 39: 32 + 8 − 1, for there may be no product of two words at once.
        let gap = letters << 5 &+ letters << 3 &- letters
        return (x &+ 0x3030_3030_3030_3030 &+ gap).littleEndian
    }

    /// The value that eight digits spell; nil when one is no lower-case hex digit.
    @inline(__always)
    static func value(_ word: UInt64) -> UInt32? {
        var value: UInt32 = 0
        var rest = word.littleEndian
        for _ in 0..<8 {
            let byte = UInt8(truncatingIfNeeded: rest)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
            rest >>= 8
        }
        return value
    }
}

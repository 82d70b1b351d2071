public import Units

/// The venue's word that a request came outside its time window: it was not done, and what the
/// venue's clock showed.
public struct StampRefusal: Hashable, Sendable, BitwiseCopyable {
    /// The venue's time when it refused; nil where it did not say.
    public var time: Nanoseconds?

    /// Whether `code` refuses a request for its time stamp.
    public static func isOne(_ code: Int64) -> Bool { code == 10_002 || code == -1 }

    /// What the text of a refusal says of the time: "…,server_timestamp[1700000000123],…"; nil
    /// where it says nothing.
    static func time(in text: UnsafeRawBufferPointer) -> Nanoseconds? {
        let name: StaticString = "server_timestamp["
        let length = name.utf8CodeUnitCount
        guard text.count > length else { return nil }
        for start in 0..<text.count - length
        where (0..<length).allSatisfy({ text[start + $0] == name.utf8Start[$0] }) {
            var value: Int64 = 0
            var digits = 0
            for byte in text[(start + length)...] {
                guard byte >= 0x30, byte <= 0x39, digits < 15 else { break }
                value = value * 10 + Int64(byte - 0x30)
                digits += 1
            }
            return digits == 0 ? nil : time(milliseconds: value)
        }
        return nil
    }

    /// A time of the venue's; nil for one that no clock shows.
    static func time(milliseconds: Int64) -> Nanoseconds? {
        guard milliseconds > 0, milliseconds <= BybitDecoder.timeLimit / 1_000_000 else {
            return nil
        }
        return .milliseconds(milliseconds)
    }
}

/// Eight characters that no other run of Sluice shares: they start every `orderLinkId` of a run,
/// and tell our orders from everybody else's.
public struct SessionPrefix: Hashable, Sendable, BitwiseCopyable {
    /// Characters in a prefix.
    public static let length = 8
    /// The characters, the first in the lowest byte.
    @usableFromInline let word: UInt64

    /// A prefix of exactly eight characters of `[A-Za-z0-9]`; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == SessionPrefix.length else { return nil }
        var word: UInt64 = 0
        for (i, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                word |= UInt64(byte) << UInt64(i * 8)
            default: return nil
            }
        }
        self.word = word
    }

    /// The prefix as text.
    public var text: String {
        String(decoding: (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }, as: UTF8.self)
    }
}

/// A coin's name as its venue writes it, "USDT": up to 16 bytes in two words, for the hot path.
public struct CoinName: Hashable, Sendable, BitwiseCopyable {
    /// The longest name, in bytes.
    public static let capacity = 16
    /// No name.
    public static let none = CoinName()

    /// The name's bytes, the first in the lowest byte of `low`, zero-padded.
    public private(set) var low: UInt64 = 0
    /// The ninth to the sixteenth.
    public private(set) var high: UInt64 = 0

    /// The name in two words, as `low` and `high` give it.
    public init(low: UInt64 = 0, high: UInt64 = 0) {
        self.low = low
        self.high = high
    }

    /// The name that `bytes` spell; none when there are more than 16.
    public init(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= CoinName.capacity else { return }
        withUnsafeMutableBytes(of: &self) { $0.copyBytes(from: bytes) }
    }

    /// Whether there is no name.
    public var isEmpty: Bool { low == 0 && high == 0 }

    /// The name as text, for reports and logs.
    public var text: String {
        withUnsafeBytes(of: self) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// An identifier that another party chose (a venue's order or execution id), kept as opaque bytes.
///
/// Up to 40 bytes, compared exactly: a fill is recognised by its id, and a hash that collides would
/// lose one. The unused bytes are zero.
public struct ExternalID: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline var a: UInt64 = 0
    @usableFromInline var b: UInt64 = 0
    @usableFromInline var c: UInt64 = 0
    @usableFromInline var d: UInt64 = 0
    @usableFromInline var e: UInt64 = 0
    /// Bytes used.
    public private(set) var length: UInt8 = 0

    /// No identifier.
    public static let none = ExternalID()
    /// The longest identifier that fits, in bytes.
    @inlinable public static var capacity: Int { 40 }

    /// The empty identifier.
    public init() {}

    /// Copies the bytes; nil when there are more than 40.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= ExternalID.capacity else { return nil }
        withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: bytes) }
        length = UInt8(truncatingIfNeeded: bytes.count)
    }

    /// The bytes of `text`; nil when there are more than 40.
    public init?(_ text: String) {
        var copy = text
        let made: ExternalID? = copy.withUTF8 { ExternalID(UnsafeRawBufferPointer($0)) }
        guard let made else { return nil }
        self = made
    }

    /// Whether there is no identifier.
    @inlinable public var isEmpty: Bool { length == 0 }

    /// A well-mixed 64-bit hash of the bytes, the same in every run.
    @inlinable public var fingerprint: UInt64 {
        var h: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: length)
        h = (h ^ a) &* 0xbf58_476d_1ce4_e5b9
        h = ((h ^ (h >> 29)) ^ b) &* 0x94d0_49bb_1331_11eb
        h = ((h ^ (h >> 32)) ^ c) &* 0xbf58_476d_1ce4_e5b9
        h = ((h ^ (h >> 29)) ^ d) &* 0x94d0_49bb_1331_11eb
        h = ((h ^ (h >> 32)) ^ e) &* 0xbf58_476d_1ce4_e5b9
        return h ^ (h >> 31)
    }

    /// Calls `body` with the bytes.
    @inlinable public func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeBytes(of: self) { body(UnsafeRawBufferPointer(rebasing: $0[..<Int(length)])) }
    }

    /// The bytes as text, for reports and logs.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

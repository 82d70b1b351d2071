/// Bytes in the order they are appended, for what is written once: sessions and plans.
public struct ByteList: Sendable {
    /// The bytes so far.
    public var bytes: [UInt8] = []

    /// None.
    public init() {}

    /// Appends `value`, little-endian.
    public mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}

/// Reads what a `ByteList` wrote; nil past the end.
public struct ByteCursor {
    private let buffer: UnsafeRawBufferPointer
    private var at = 0

    /// From the start of `buffer`, which must live as long.
    public init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    /// The next integer.
    public mutating func integer<Value: FixedWidthInteger>() -> Value? {
        guard let bytes = bytes(MemoryLayout<Value>.size) else { return nil }
        return Value(littleEndian: bytes.loadUnaligned(as: Value.self))
    }

    /// The next `count` bytes.
    public mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, buffer.count - at >= count else { return nil }
        defer { at += count }
        return UnsafeRawBufferPointer(rebasing: buffer[at..<(at + count)])
    }
}

/// Which layout a binary message has: the first eight bytes of every SBE message.
public struct SBEHeader: Hashable, Sendable, BitwiseCopyable {
    /// Bytes of the root block; fields past those we know are passed over.
    public var blockLength: Int
    /// The message's kind.
    public var template: UInt16
    /// The set of layouts that the template belongs to.
    public var schema: UInt16
    /// The layout's version; later ones only append.
    public var version: UInt16
}

/// A run of fixed fields of a message, little-endian, by their offsets.
///
/// - Precondition: of each read, the field lies inside the block.
public struct SBEBlock: BitwiseCopyable {
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline let count: Int

    @inlinable @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        self.start = start
        self.count = count
    }

    /// The integer at `offset`.
    @inlinable @inline(__always)
    public func integer<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as: T.Type) -> T {
        precondition(
            offset >= 0 && offset &+ MemoryLayout<T>.size <= count,
            "SBEBlock: a field lies inside its block"
        )
        return T(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The signed 64-bit integer at `offset`.
    @inlinable @inline(__always)
    public func int64(_ offset: Int) -> Int64 { integer(offset, as: Int64.self) }
    /// The byte at `offset`.
    @inlinable @inline(__always)
    public func uint8(_ offset: Int) -> UInt8 { integer(offset, as: UInt8.self) }
    /// The signed byte at `offset`.
    @inlinable @inline(__always)
    public func int8(_ offset: Int) -> Int { Int(integer(offset, as: Int8.self)) }
}

/// Reads a Simple Binary Encoding message where it lies: blocks, groups and texts in their order.
///
/// Lengths come from the message, so that fields which later versions append are passed over; each
/// is checked against what is left before anything is read.
///
/// - Complexity: O(1) a call; never allocates.
/// - SeeAlso: FIX Simple Binary Encoding 1.0, §3 and §4.
public struct SBEReader: BitwiseCopyable {
    @usableFromInline let base: UnsafeRawPointer?
    @usableFromInline let count: Int
    /// Bytes read.
    public private(set) var offset = 0

    /// At the start of `message`.
    public init(_ message: UnsafeRawBufferPointer) {
        base = message.baseAddress
        count = message.count
    }

    /// An error where reading stands.
    public func error(_ reason: DecodeError.Reason) -> DecodeError {
        DecodeError(reason, at: offset)
    }

    /// The message's header.
    public mutating func header() throws(DecodeError) -> SBEHeader {
        let block = try block(8, known: 8)
        return SBEHeader(
            blockLength: Int(block.integer(0, as: UInt16.self)),
            template: block.integer(2, as: UInt16.self),
            schema: block.integer(4, as: UInt16.self),
            version: block.integer(6, as: UInt16.self)
        )
    }

    /// The next `length` bytes as fixed fields, of which the first `known` must be there.
    public mutating func block(_ length: Int, known: Int) throws(DecodeError) -> SBEBlock {
        guard let base, length >= known, length <= count &- offset else { throw error(.truncated) }
        defer { offset &+= length }
        return SBEBlock(base + offset, length)
    }

    /// A group's entries: how many, and the bytes of the fixed fields of each.
    ///
    /// Entries without texts of their own follow each other: `block(count × length, …)` is all of
    /// them, and no more than 65,535² bytes.
    public mutating func group(
        known: Int
    ) throws(DecodeError) -> (entryLength: Int, count: Int) {
        let block = try block(4, known: 4)
        let length = Int(block.integer(0, as: UInt16.self))
        let count = Int(block.integer(2, as: UInt16.self))
        guard count == 0 || length >= known else { throw error(.truncated) }
        return (length, count)
    }

    /// A text of at most 255 bytes behind its length byte.
    public mutating func text() throws(DecodeError) -> UnsafeRawBufferPointer {
        let length = Int(try block(1, known: 1).uint8(0))
        let bytes = try block(length, known: 0)
        return UnsafeRawBufferPointer(start: bytes.start, count: length)
    }
}

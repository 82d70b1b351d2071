/// The kinds of frames RFC 6455 defines.
public enum FrameOpcode: UInt8, Sendable, BitwiseCopyable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// Whether frames of this kind may stand between the fragments of a message.
    public var isControl: Bool { rawValue & 8 != 0 }
}

/// The two to fourteen bytes before a frame's payload.
///
/// - SeeAlso: RFC 6455 §5.2.
public struct FrameHeader: BitwiseCopyable {
    /// The last frame of its message.
    public let isFinal: Bool
    /// What the frame carries.
    public let opcode: FrameOpcode
    /// Bytes of the header.
    public let length: Int
    /// Bytes of the payload.
    public let payloadLength: Int
    /// The mask's four bytes as they lie in memory; 0 when the frame is not masked.
    public let maskKey: UInt32

    /// The longest header: 2, a length of 8 and a mask of 4.
    public static var maxLength: Int { 14 }

    enum Reading: BitwiseCopyable {
        case needMore
        case header(FrameHeader)
        case malformed(FrameError)
    }

    /// Reads the header at `offset`, and all rules that concern it alone.
    static func read(
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int,
        role: WebSocketRole
    ) -> Reading {
        let available = bytes.count &- offset
        guard available >= 2 else { return .needMore }
        let base = UnsafeRawPointer(bytes.baseAddress!) + offset
        let first = base.load(as: UInt8.self)
        let second = base.load(fromByteOffset: 1, as: UInt8.self)
        guard first & 0x70 == 0 else { return .malformed(.reservedBits) }
        guard let opcode = FrameOpcode(rawValue: first & 0x0f) else {
            return .malformed(.reservedOpcode)
        }
        guard (second & 0x80 != 0) == (role == .server) else { return .malformed(.wrongMasking) }

        let isFinal = first & 0x80 != 0
        var payloadLength = UInt64(second & 0x7f)
        if opcode.isControl, !isFinal || payloadLength > 125 {
            return .malformed(.badControlFrame)
        }
        var length = 2
        if payloadLength == 126 {
            length = 4
            guard available >= length else { return .needMore }
            let field = base.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
            payloadLength = UInt64(field.bigEndian)
            guard payloadLength > 125 else { return .malformed(.nonMinimalLength) }
        } else if payloadLength == 127 {
            length = 10
            guard available >= length else { return .needMore }
            payloadLength = base.loadUnaligned(fromByteOffset: 2, as: UInt64.self).bigEndian
            guard payloadLength > 0xffff, payloadLength >> 63 == 0 else {
                return .malformed(.nonMinimalLength)
            }
        }
        var maskKey: UInt32 = 0
        if role == .server {
            guard available >= length &+ 4 else { return .needMore }
            maskKey = base.loadUnaligned(fromByteOffset: length, as: UInt32.self)
            length &+= 4
        }
        return .header(
            FrameHeader(
                isFinal: isFinal,
                opcode: opcode,
                length: length,
                payloadLength: Int(truncatingIfNeeded: payloadLength),
                maskKey: maskKey
            )
        )
    }

    /// Writes the header of an unfragmented frame into the bytes right before `payload`, and masks
    /// the payload when a key is given.
    ///
    /// - Precondition: ``maxLength`` bytes before the payload are ours to write.
    /// - Returns: bytes of the header; the frame begins that far before the payload.
    public static func write(
        _ opcode: FrameOpcode,
        before payload: UnsafeMutableRawBufferPointer,
        maskKey: UInt32? = nil
    ) -> Int {
        let count = payload.count
        let extended = count < 126 ? 0 : count <= 0xffff ? 2 : 8
        let length = 2 &+ extended &+ (maskKey == nil ? 0 : 4)
        let base = payload.baseAddress! - length
        let maskBit: UInt8 = maskKey == nil ? 0 : 0x80
        base.storeBytes(of: 0x80 | opcode.rawValue, as: UInt8.self)
        let short = extended == 0 ? UInt8(truncatingIfNeeded: count) : extended == 2 ? 126 : 127
        base.storeBytes(of: maskBit | short, toByteOffset: 1, as: UInt8.self)
        if extended == 2 {
            let field = UInt16(truncatingIfNeeded: count).bigEndian
            base.storeBytes(of: field, toByteOffset: 2, as: UInt16.self)
        } else if extended == 8 {
            base.storeBytes(of: UInt64(count).bigEndian, toByteOffset: 2, as: UInt64.self)
        }
        if let maskKey {
            base.storeBytes(of: maskKey, toByteOffset: length &- 4, as: UInt32.self)
            payload.applyMask(maskKey)
        }
        return length
    }
}

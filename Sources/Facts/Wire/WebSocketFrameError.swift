/// How a peer broke the WebSocket framing (RFC 6455).
public enum FrameError: UInt8, Error, Sendable, BitwiseCopyable {
    /// A reserved bit is set though no extension was agreed.
    case reservedBits
    /// An opcode the RFC reserves.
    case reservedOpcode
    /// A client frame without mask, or a server frame with one.
    case wrongMasking
    /// A length in more bytes than it needs, or with its top bit set.
    case nonMinimalLength
    /// A control frame that is fragmented or longer than 125 bytes.
    case badControlFrame
    /// A continuation without a beginning, or a beginning before the end of the last message.
    case badFragment
    /// A message larger than the limit.
    case tooLarge
    /// Text that is not UTF-8.
    case badUTF8
    /// A Close with one byte, or with a code that must not be sent.
    case badCloseCode

    /// The Close code to answer with (RFC 6455 §7.4.1).
    public var closeCode: UInt16 {
        switch self {
        case .tooLarge: 1009
        case .badUTF8: 1007
        default: 1002
        }
    }
}

extension FrameError: CustomStringConvertible {
    /// How, in words.
    public var description: String {
        switch self {
        case .reservedBits: "a reserved bit is set"
        case .reservedOpcode: "an opcode is reserved"
        case .wrongMasking: "a frame is masked by the wrong side"
        case .nonMinimalLength: "a length has more bytes than it needs"
        case .badControlFrame: "a control frame is in parts or too long"
        case .badFragment: "the parts of a message are out of order"
        case .tooLarge: "a message is too long"
        case .badUTF8: "a text is not UTF-8"
        case .badCloseCode: "a close code that must not be sent"
        }
    }
}

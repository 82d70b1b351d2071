/// What is wrong with a message, and where.
public struct DecodeError: Error, Hashable, Sendable, BitwiseCopyable {
    /// What is wrong.
    public enum Reason: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        /// The text ends inside a value.
        case truncated
        /// A character that the grammar does not allow here.
        case syntax
        /// A string with a raw control character, a bad escape or bytes that are no UTF-8.
        case badString
        /// A number that does not follow the grammar.
        case badNumber
        /// More nesting than any venue sends.
        case tooDeep
        /// Text after the end of the value.
        case trailingText
        /// A number that does not fit.
        case overflow
        /// A price or quantity that is no multiple of the instrument's step.
        case offStep
        /// A price that is not positive, or a negative quantity.
        case outOfRange
        /// A value of another type than the field's.
        case wrongType
        /// A field that the message cannot do without.
        case missingField
        /// An instrument that was not configured.
        case unknownSymbol
        /// A word that the field does not allow.
        case badWord
        /// More entries than the venue promises, and than the buffers hold.
        case tooMany
        /// A binary message of a schema that is not the venue's.
        case wrongSchema
    }

    /// What is wrong.
    public var reason: Reason
    /// Byte offset in the message where it was noticed.
    public var offset: Int32

    /// An error at `offset`.
    @inlinable public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = Int32(truncatingIfNeeded: offset)
    }
}

extension DecodeError: CustomStringConvertible {
    /// The error as a sentence, for reports and logs.
    public var description: String { "\(reason.sentence) at byte \(offset)" }
}

extension DecodeError.Reason {
    /// The reason as words.
    public var sentence: String {
        switch self {
        case .truncated: "the text ends inside a value"
        case .syntax: "a character that JSON does not allow here"
        case .badString: "a malformed string"
        case .badNumber: "a malformed number"
        case .tooDeep: "nesting that is too deep"
        case .trailingText: "text after the end of the message"
        case .overflow: "a number that is too large"
        case .offStep: "a value that is no multiple of the instrument's step"
        case .outOfRange: "a price or quantity out of range"
        case .wrongType: "a value of the wrong type"
        case .missingField: "a required field is missing"
        case .unknownSymbol: "a symbol that is not configured"
        case .badWord: "a word that is not known here"
        case .tooMany: "more entries than the venue promises"
        case .wrongSchema: "a binary message of another schema"
        }
    }
}

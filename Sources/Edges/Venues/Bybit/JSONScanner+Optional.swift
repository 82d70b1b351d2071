import Units
import Wire

/// What a venue may leave unsaid: null, the empty string and a field that is not there mean the
/// same.
///
/// Each reader gives nil for the first two, and the variable that it fills stays nil for the third.
/// A field is required where the caller refuses that nil, and nowhere else.
extension JSONScanner {
    /// The text of a string; nil where nothing is said.
    mutating func optionalText() throws(DecodeError) -> JSONText? {
        try takeNothing() ? nil : try string()
    }

    /// A whole number, bare or in a string; nil where nothing is said.
    mutating func optionalInteger() throws(DecodeError) -> Int64? {
        try takeNothing() ? nil : try looseInteger()
    }

    /// A time in milliseconds, bare or in a string; nil where nothing is said.
    mutating func optionalMilliseconds() throws(DecodeError) -> Nanoseconds? {
        try takeNothing() ? nil : try milliseconds()
    }

    /// A truth value; nil where nothing is said.
    mutating func optionalBool() throws(DecodeError) -> Bool? {
        try takeNothing() ? nil : try bool()
    }

    /// An amount in a string; nil where nothing is said.
    mutating func optionalAmount() throws(DecodeError) -> Amount? {
        try takeNothing() ? nil : try amount(of: try string())
    }

    /// Steps of a limit in a string, rounded to its safe side; nil where nothing is said.
    mutating func optionalSteps(
        _ scale: DecimalSteps,
        _ rounding: DecimalSteps.Rounding
    ) throws(DecodeError) -> Int64? {
        guard let text = try optionalText() else { return nil }
        return try steps(of: text, scale, rounding)
    }

    /// Whether a list comes, which is entered then; an unsaid one is empty.
    mutating func openList() throws(DecodeError) -> Bool {
        if try takeNothing() { return false }
        try openArray()
        return true
    }

    /// Whether an object comes, which is entered then; an unsaid one has no fields.
    mutating func openFields() throws(DecodeError) -> Bool {
        if try takeNothing() { return false }
        try openObject()
        return true
    }

    /// Whether another entry follows that says something, to be read next.
    mutating func nextEntry() throws(DecodeError) -> Bool {
        while try nextElement() {
            if try !takeNothing() { return true }
        }
        return false
    }

    /// An identifier of at most 40 bytes; none where nothing is said.
    mutating func externalID() throws(DecodeError) -> ExternalID {
        guard let text = try optionalText() else { return .none }
        guard let id = ExternalID(text.bytes) else { throw error(.overflow, at: text) }
        return id
    }
}

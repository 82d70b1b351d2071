internal import Venues

/// Why a session could not be opened or had to end, in words a person can act on.
public enum SessionError: Error, Sendable {
    /// The request or configuration does not fit the venue; the text says what and how to mend it.
    case usage(String)
    /// The venue or the network; the text says which connection and what happened.
    case venue(String)
    /// Risk refused the parent.
    case refused(String)

    /// What happened, whatever kind it is.
    public var text: String {
        switch self {
        case .usage(let text), .venue(let text), .refused(let text): text
        }
    }

    /// The same, with what led to it said first.
    func after(_ cause: String) -> SessionError {
        switch self {
        case .usage(let text): .usage("\(cause), but \(text)")
        case .venue(let text): .venue("\(cause), but \(text)")
        case .refused(let text): .refused("\(cause), but \(text)")
        }
    }
}

extension SessionError {
    /// Reads an answer of the service `what`; one that makes no sense is the venue's fault.
    static func reading<Value>(
        _ what: String,
        _ body: () throws(BybitReplyError) -> Value
    ) throws(SessionError) -> Value {
        do {
            return try body()
        } catch {
            throw .venue("\(what): \(error)")
        }
    }
}

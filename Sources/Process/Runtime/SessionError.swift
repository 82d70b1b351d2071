internal import Venues

/// Why a session could not be opened or had to end, in words a person can act on.
public enum SessionError: Error, Sendable {
    /// The request or configuration does not fit the venue; the text says what and how to mend it.
    case usage(String)
    /// The venue or the network, for a reason that may pass; the text says which connection and
    /// what happened.
    case venue(String)
    /// The venue, for a reason that does not pass by itself: the key, the account, the request; the
    /// text says what it means.
    case denied(String)
    /// The venue, which turns this address away (HTTP status 403): it lifts a ban after some
    /// minutes, and asking on would prolong it.
    case turnedAway(String)
    /// Risk refused the parent.
    case refused(String)
    /// Another session works the same.
    case occupied(String)
    /// A session before it did not end, and is to be recovered first.
    case unfinished(String)
    /// It was asked to stop before it began.
    case stopped(String)

    /// What happened, whatever kind it is.
    public var text: String {
        switch self {
        case .usage(let text), .venue(let text), .denied(let text), .turnedAway(let text),
            .refused(let text), .occupied(let text), .unfinished(let text), .stopped(let text):
            text
        }
    }

    /// The same, with what led to it said first.
    func after(_ cause: String) -> SessionError {
        switch self {
        case .usage(let text): .usage("\(cause), but \(text)")
        case .venue(let text): .venue("\(cause), but \(text)")
        case .denied(let text): .denied("\(cause), but \(text)")
        case .turnedAway(let text): .turnedAway("\(cause), but \(text)")
        case .refused(let text): .refused("\(cause), but \(text)")
        case .occupied(let text): .occupied("\(cause), but \(text)")
        case .unfinished(let text): .unfinished("\(cause), but \(text)")
        case .stopped(let text): .stopped("\(cause), but \(text)")
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
            if case .refused(let code, let message) = error {
                throw SessionError(code: code, message: message, what)
            }
            throw .venue("\(what): \(error)")
        }
    }
}

internal import Transport
internal import Units

/// The connection that questions go over: one, or where they are asked again for what passes, one
/// after the other.
final class InquiryLine {
    /// What opens the next connection.
    typealias Opener = (inout EventLoop) throws(SessionError) -> RESTLink

    private(set) var link: RESTLink
    /// How long a question is asked again; zero for not at all.
    let patience: Nanoseconds
    private let again: (persistence: Persistence, open: Opener)?

    /// A connection over which each question is asked once.
    init(_ link: RESTLink) {
        self.link = link
        patience = .zero
        again = nil
    }

    /// A connection that is replaced as often as it takes to have an answer within `patience`.
    init(
        _ link: RESTLink,
        for patience: Nanoseconds,
        _ persistence: Persistence,
        _ open: @escaping Opener
    ) {
        self.link = link
        self.patience = patience
        again = (persistence, open)
    }

    /// Asks a question, again over another connection for what passes.
    func ask<Value>(
        _ loop: inout EventLoop,
        _ question: (inout EventLoop) throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        guard let again else { return try question(&loop) }
        var isSpoilt = false
        return try again.persistence.attempt(
            until: Deadline(patience),
            patience,
            advice: InquiryLine.advice
        ) { () throws(SessionError) in
            if isSpoilt {
                // An answer that is late must not be taken for the next one's.
                link.abandon(&loop)
                link = try again.open(&loop)
            }
            isSpoilt = true
            return try question(&loop)
        }
    }

    /// What is to be done where a recovery's question has no answer.
    static let advice = "; the journal is as it was: run `sluice recover` again"
}

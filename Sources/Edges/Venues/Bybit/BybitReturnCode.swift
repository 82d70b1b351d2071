public import Orders

/// What a return code of the venue means, and what it calls for.
///
/// Three questions, answered apart: may the order, or the change of it, exist at the venue after
/// this answer (`outcome`), what should be done differently (`remedy`), and may the same request
/// go better a little later (`standing`). Each code is one row of `BybitReturnCode+Table.swift`.
///
/// - SeeAlso: Bybit API v5, error codes (read 2026-11-21).
public enum BybitReturnCode {
    /// The service behind this connection is about to end: another connection is to be opened.
    public static let draining: Int32 = 10_019

    /// What an answer says of the request it answers.
    public enum Effect: Sendable, BitwiseCopyable {
        /// It was taken.
        case done
        /// It had none, whatever was asked for.
        case none
        /// It may or may not have had one.
        case open
        /// There is no such order any more: a cancel or an amend came too late.
        case gone
        /// The name of a new order is taken, by an earlier request of ours that may stand.
        case taken

        /// The same for one operation.
        @inlinable public func outcome(of operation: OrderOperation) -> OrderReply.Outcome {
            switch self {
            case .done: .accepted
            case .none: .refused
            case .open: .unknown
            case .gone: operation == .place ? .refused : .alreadyFinished
            case .taken: operation == .place ? .unknown : .refused
            }
        }
    }

    /// Whether a request that is no order (a question, a login, a subscription) may go better when
    /// it is asked again.
    public enum Standing: Sendable, BitwiseCopyable {
        /// It may: too many requests, the venue's own trouble, a request that was under way for
        /// too long.
        case passes
        /// A person must look. A bad key and a bad signature are among these: 10003 is also said
        /// of too many sessions, and 10004 of a clock that was moved.
        case doubtful
        /// It will not: what was asked for is refused to the account or the key.
        case stands
        /// It will not, and nothing else is answered to this key from this address.
        case barsKey

        /// Whether asking again comes to nothing.
        public var isFinal: Bool { self == .stands || self == .barsKey }
    }

    /// One code of the venue's page.
    public struct Row: Sendable {
        /// The code.
        public let code: Int32
        /// What became of the request.
        public let effect: Effect
        /// What it calls for, where its outcome is known; else the venue is asked.
        public let remedy: OrderRemedy
        /// What it says of the next try of a request that is no order.
        public let standing: Standing
        /// What happened, in words that need no page.
        public let meaning: StaticString
    }

    /// Whether `operation`, answered with `code`, had an effect: see `Index.outcome`.
    public static func outcome(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderReply.Outcome {
        Index.shared.outcome(code, of: operation)
    }

    /// What `code`, the answer to `operation`, calls for.
    public static func remedy(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderRemedy {
        Index.shared.remedy(code, of: operation)
    }

    /// What `code` says of the next try of a request that is no order; a code that is not listed
    /// is doubtful.
    public static func standing(_ code: Int64) -> Standing {
        Index.shared.row(code)?.standing ?? .doubtful
    }

    /// What `code` means, in words; nil for one that is not listed.
    public static func meaning(_ code: Int64) -> String? {
        Index.shared.row(code).map { "\($0.meaning)" }
    }
}

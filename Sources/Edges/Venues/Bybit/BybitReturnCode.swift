public import Orders

/// What a return code of the venue means for the order it is about, and what it calls for.
///
/// Two questions, answered apart: may the order, or the change of it, exist at the venue after this
/// answer (`outcome`), and what should be done differently (`remedy`). Each code is one row of
/// `BybitReturnCode+Table.swift`.
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

    /// One code of the venue's page.
    public struct Row: Sendable {
        /// The code.
        public let code: Int32
        /// What became of the request.
        public let effect: Effect
        /// What it calls for, where its outcome is known; else the venue is asked.
        public let remedy: OrderRemedy
        /// What happened, in words that need no page.
        public let meaning: StaticString
    }

    /// Whether `operation`, answered with `code`, had an effect.
    ///
    /// Only a code that leaves it open is `.unknown`: the venue is asked, and nothing is sent
    /// again. Codes that nobody has listed are certain only as the order service's own refusals
    /// (110000 and 170000 upwards); the gateway's may mean anything.
    public static func outcome(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderReply.Outcome {
        if code == 0 { return .accepted }
        if let row = row(code) { return row.effect.outcome(of: operation) }
        return isOrderService(code) ? .refused : .unknown
    }

    /// What `code`, the answer to `operation`, calls for.
    public static func remedy(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderRemedy {
        if code == 0 { return .none }
        guard let row = row(code) else { return isOrderService(code) ? .retry : .reconcile }
        return row.effect.outcome(of: operation) == .unknown ? .reconcile : row.remedy
    }

    /// What `code` means, in words; nil for one that is not listed.
    public static func meaning(_ code: Int64) -> String? {
        row(code).map { "\($0.meaning)" }
    }

    /// Whether the order service itself gave the code: then it had refused.
    private static func isOrderService(_ code: Int64) -> Bool {
        (110_000...119_999).contains(code) || (170_000...179_999).contains(code)
    }

    /// Codes in order, in memory that is never given back, so that a look at them counts no
    /// references. `BybitDecoder` makes it, before the first answer.
    ///
    /// SAFETY: nobody writes to it once it is made.
    nonisolated(unsafe) static let sorted: UnsafeBufferPointer<Row> = {
        let rows = table.sorted { $0.code < $1.code }
        let memory = UnsafeMutableBufferPointer<Row>.allocate(capacity: rows.count)
        _ = memory.initialize(from: rows)
        return UnsafeBufferPointer(memory)
    }()

    /// The row of `code`, by halving.
    private static func row(_ code: Int64) -> Row? {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low &+ high) / 2
            if Int64(sorted[middle].code) < code { low = middle &+ 1 } else { high = middle }
        }
        return low < sorted.count && Int64(sorted[low].code) == code ? sorted[low] : nil
    }
}

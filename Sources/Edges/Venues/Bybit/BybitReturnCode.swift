public import Orders

/// What a return code of the venue means for an order.
public enum BybitReturnCode {
    /// The outcome of `operation` answered with `code`.
    ///
    /// Codes that leave open whether the request had an effect are `.unknown`: the engine asks and
    /// never sends again. Duplicate link ids are among them, for the first request may stand.
    ///
    /// - SeeAlso: Bybit API v5, error codes (read 2026-11-21); nautilus_trader's ambiguous set.
    public static func outcome(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderReply.Outcome {
        switch code {
        case 0:
            return .accepted
        // Time-outs, internal errors, restarts, rate limits of the gateway, system protection.
        case 429, 10_000, 10_006, 10_014, 10_016, 10_019, 10_403, 10_429, 20_003, 20_006, 500_000,
            170_001, 170_005, 170_007, 170_032, 170_146, 170_147, 170_310:
            return .unknown
        // The link id is taken: by an earlier request of ours.
        case 110_072, 170_141:
            return operation == .place ? .unknown : .refused
        // Does not exist, finished, filled, cancelled, not on the book.
        case 110_001, 110_008, 110_010, 170_139, 170_142, 170_143, 170_190, 170_213:
            return operation == .place ? .refused : .alreadyFinished
        default:
            return .refused
        }
    }
}

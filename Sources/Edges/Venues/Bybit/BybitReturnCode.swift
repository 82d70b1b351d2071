public import Orders

/// What a return code of the venue means for the order it is about, and what it calls for.
///
/// Two questions, answered apart: did the request have an effect (`outcome`), and what should be
/// done differently (`remedy`).
///
/// - SeeAlso: Bybit API v5, error codes (read 2026-11-21); nautilus_trader's ambiguous set.
public enum BybitReturnCode {
    /// The service behind this connection is about to end: another connection is to be opened.
    public static let draining: Int32 = 10_019

    /// Whether `operation`, answered with `code`, had an effect.
    ///
    /// Codes that leave it open are `.unknown`: the venue is asked, and nothing is sent again. So
    /// are duplicate link ids, for the first request may stand, and every code of the gateway that
    /// is not listed: only the order service's own refusals (110000 and 170000 upwards) are
    /// certain.
    public static func outcome(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderReply.Outcome {
        // A cancel that was not taken for its rate may be sent again, and is harmless if it was.
        if operation == .cancel, isRate(code) { return .refused }
        switch code {
        case 0:
            return .accepted
        // Time-outs, internal errors, restarts, rate limits of the gateway, system protection.
        case 429, 10_000, 10_006, 10_014, 10_016, 10_019, 10_403, 10_429, 20_003, 20_006, 500_000,
            170_001, 170_005, 170_007, 170_032, 170_146, 170_147, 170_310:
            return .unknown
        // The name is taken: by an earlier request of ours.
        case 110_030, 110_072, 170_141:
            return operation == .place ? .unknown : .refused
        // Does not exist, finished, filled, cancelled, not on the book.
        case 110_001, 110_008, 110_010, 170_139, 170_142, 170_143, 170_190, 170_213:
            return operation == .place ? .refused : .alreadyFinished
        // The gateway turned it away before the order service saw it.
        case -1, 10_001...10_005, 10_007...10_010, 10_017, 10_018, 10_024, 10_027...10_029,
            10_404, 30_208, 30_209, 34_040, 110_000...119_999, 170_000...179_999:
            return .refused
        default:
            return .unknown
        }
    }

    /// What `code`, the answer to `operation`, calls for.
    public static func remedy(
        _ code: Int64,
        of operation: OrderOperation
    ) -> OrderRemedy {
        // The account's budget of this operation; or the address, the socket, the venue as a whole.
        if isRate(code) { return code == 10_006 ? .pauseOperation : .pauseRequests }
        if outcome(code, of: operation) == .unknown { return .reconcile }
        switch code {
        // Unchanged, or an amend that came too late to matter.
        case 0, 34_040, 110_026, 110_027, 110_043, 110_064, 170_311...170_313:
            return .none
        // Its end is on the way on the private stream, or lost: the query tells.
        case 110_001, 110_008, 110_010, 170_139, 170_142, 170_143, 170_190, 170_213:
            return .reconcile
        // Stale time stamp, being processed, locked, call auction, a maker that would have taken.
        case -1, 10_002, 110_079, 110_095, 110_098, 110_103, 110_118, 170_144, 170_145, 170_159,
            170_191, 170_212, 170_217, 170_218:
            return .retry
        // Too many requests or open orders.
        case 110_009, 110_020, 170_222, 170_810:
            return .slowDown
        // Outside the venue's prices of the moment.
        case 30_208, 30_209, 110_003, 110_120, 110_121, 170_132, 170_133, 170_192...170_194,
            170_371, 170_372:
            return .clamp
        case 110_094, 170_136, 170_140:
            return .enlarge
        case 110_013, 110_031, 110_085, 110_086, 110_089, 110_090, 170_124, 170_341, 170_381,
            170_382:
            return .reduce
        // Position in liquidation, open-interest limit, reduce-only, not trading, not for the API.
        case 10_029, 110_005, 110_021...110_023, 110_042, 110_066, 110_074, 170_151, 170_157:
            return .pauseInstrument
        // Balance, margin, liquidation, nothing left to reduce, refused without a reason; or a
        // parameter that our copy of the instrument's filters allows and the venue does not.
        case 10_001, 110_004, 110_006, 110_007, 110_011, 110_012, 110_017, 110_040,
            110_044...110_046, 110_051...110_053, 170_033, 170_131, 170_210:
            return .stopParent
        // The key, its permissions, or a request that we should never have made.
        case 10_003...10_005, 10_007...10_010, 10_017, 10_024, 10_027, 10_028, 10_404,
            110_024, 110_025, 110_028, 110_032, 110_092, 110_093, 110_108, 110_109, 110_119,
            170_115...170_117, 170_121, 170_130, 170_134, 170_137, 170_148, 170_355:
            return .fatal
        default:
            return .retry
        }
    }

    /// Whether too many requests were made, of one kind or of all.
    private static func isRate(_ code: Int64) -> Bool {
        switch code {
        case 403, 429, 10_006, 10_018, 10_403, 10_429, 20_003, 170_005: true
        default: false
        }
    }
}

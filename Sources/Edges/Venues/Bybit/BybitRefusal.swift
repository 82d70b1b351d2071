/// What a return code means for requests that are no orders: questions, logins, subscriptions.
///
/// `BybitReturnCode` judges what is answered to an order.
///
/// - SeeAlso: Bybit API v5, error codes (read 2026-11-28).
public enum BybitRefusal {
    /// Whether the same request may succeed a little later: too many requests, the venue's own
    /// trouble, a request that was under way for too long. A code that is not known does not pass:
    /// a person must look.
    public static func mayPass(_ code: Int64) -> Bool {
        switch code {
        case -1, 403, 429, 10_000, 10_002, 10_006, 10_014, 10_016, 10_018, 10_019, 10_403, 10_429,
            20_003, 20_006, 170_001, 170_005, 170_007, 170_032, 500_000:
            true
        default: false
        }
    }

    /// Whether the venue refuses the key, the account or this address as such: asking again, or
    /// for something else, comes to nothing.
    ///
    /// A bad key and a bad signature are not among them: 10003 is also said of too many sessions,
    /// and 10004 of a clock that was moved.
    public static func isFinal(_ code: Int64) -> Bool {
        switch code {
        case 10_005, 10_007...10_010, 10_024, 10_027...10_029, 33_004: true
        default: false
        }
    }

    /// Whether no request with this key from this address is answered any more, whatever it asks.
    public static func refusesKey(_ code: Int64) -> Bool {
        switch code {
        case 10_007...10_010, 33_004: true
        default: false
        }
    }

    /// What `code` says, and what to do; nil for a code that says nothing more.
    public static func meaning(_ code: Int64) -> String? {
        switch code {
        case -1, 10_002:
            "the request came outside its time window: synchronise this host's clock"
        case 10_000, 10_016, 170_001, 170_007, 170_032, 500_000:
            "the venue has trouble of its own, or restarts"
        case 10_001: "the venue refuses a parameter"
        case 10_003:
            "the venue does not know the API key: it is mistyped, was deleted, or belongs to another "
                + "environment (live, testnet, demo)"
        case 10_004: "the signature is wrong: the secret does not belong to the key"
        case 10_005: "the API key lacks the permission for this: allow it to read and to trade"
        case 10_006, 10_018, 10_403, 10_429, 20_003, 170_005: "the venue is asked too often"
        case 10_007: "the venue does not accept the account's login"
        case 10_008: "the account is banned"
        case 10_009: "this host's address is banned"
        case 10_010: "the API key may not be used from this host's address"
        case 10_014, 20_006: "the venue saw the request before"
        case 10_017: "the venue has no such service"
        case 10_019: "the venue's service is about to end"
        case 10_024: "the venue's rules do not let this account do that"
        case 10_027: "the account may not trade"
        case 10_028: "the account must be a unified trading account"
        case 10_029: "the API key may not trade this symbol"
        case 33_004: "the API key has expired: make another"
        default: nil
        }
    }
}

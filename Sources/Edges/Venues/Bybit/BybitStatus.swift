public import Orders

/// What a status of HTTP other than 200, without a return code of the venue, means for the request
/// that it answers.
///
/// The service in front of the order service answers 4xx: it turned the request away. What answers
/// 5xx, or timed out, may have passed it on.
public enum BybitStatus {
    /// Whether the request had an effect.
    public static func outcome(_ status: Int) -> OrderReply.Outcome {
        switch status {
        // A time-out, a conflict with an earlier request, too early, and a client that went.
        case 408, 409, 425, 499: .unknown
        case 400...499: .refused
        default: .unknown
        }
    }

    /// What it calls for.
    public static func remedy(_ status: Int) -> OrderRemedy {
        switch status {
        case 403, 429: .pauseRequests
        default: outcome(status) == .refused ? .fatal : .reconcile
        }
    }
}

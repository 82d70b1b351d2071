/// What was found of one thing on this host, and what to do about it.
public struct Finding: Sendable, Equatable, Encodable {
    /// How much it matters.
    public enum Verdict: String, Sendable, Encodable {
        /// As it should be.
        case fine
        /// It works, but not as fast or as safely as it could.
        case advice
        /// It cannot be read here.
        case unknown
        /// Sluice cannot do its work.
        case failed
    }

    /// The thing: "clock.source".
    public let item: String
    /// How much it matters.
    public let verdict: Verdict
    /// What was read.
    public let found: String
    /// What to change; nil when nothing.
    public let advice: String?

    static func fine(_ item: String, _ found: String) -> Finding {
        Finding(item: item, verdict: .fine, found: found, advice: nil)
    }

    static func unknown(_ item: String, _ why: String) -> Finding {
        Finding(item: item, verdict: .unknown, found: why, advice: nil)
    }

    static func advice(_ item: String, _ found: String, _ advice: String) -> Finding {
        Finding(item: item, verdict: .advice, found: found, advice: advice)
    }

    static func failed(_ item: String, _ found: String, _ advice: String) -> Finding {
        Finding(item: item, verdict: .failed, found: found, advice: advice)
    }
}

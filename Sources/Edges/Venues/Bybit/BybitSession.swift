public import Units

/// The messages that set a socket up and keep it alive. For set-up paths: they allocate.
public enum BybitSession {
    /// How long an auth message stays good: long enough for a slow connect.
    public static let authLifetime = Nanoseconds.seconds(10)
    /// How often the venue wants a ping.
    public static let pingInterval = Nanoseconds.seconds(20)
    /// `{"op":"ping"}`, for every endpoint.
    public static let ping = #"{"op":"ping"}"#

    /// The auth message of a private or trade socket.
    public static func auth(_ credentials: BybitCredentials, at now: Nanoseconds) -> String {
        let expires = (now + authLifetime).millisecondCount
        let signature = BybitAuth.signSocket(expiresMilliseconds: expires, credentials)
        return """
            {"req_id":"auth","op":"auth","args":["\(credentials.key)",\(expires),"\(signature)"]}
            """
    }

    /// A subscription to `topics`, answered under `request`.
    ///
    /// One bad topic can fail the whole request: send what must not fail alone. Spot takes at most
    /// ten topics a request.
    public static func subscribe(_ topics: [String], request: String) -> String {
        operation("subscribe", topics, request)
    }

    /// The end of a subscription to `topics`, answered under `request`.
    public static func unsubscribe(_ topics: [String], request: String) -> String {
        operation("unsubscribe", topics, request)
    }

    private static func operation(_ op: String, _ topics: [String], _ request: String) -> String {
        let args = topics.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"req_id":"\#(request)","op":"\#(op)","args":[\#(args)]}"#
    }

    /// The topic of an instrument's book.
    public static func bookTopic(_ instrument: Instrument, depth: Int) -> String {
        "orderbook.\(depth).\(instrument.symbol)"
    }

    /// The topic of an instrument's prints.
    public static func tradeTopic(_ instrument: Instrument) -> String {
        "publicTrade.\(instrument.symbol)"
    }

    /// The topic of an instrument's ticker.
    public static func tickerTopic(_ instrument: Instrument) -> String {
        "tickers.\(instrument.symbol)"
    }

    /// The topic of the prices that the venue takes of an instrument.
    public static func boundsTopic(_ instrument: Instrument) -> String {
        "priceLimit.\(instrument.symbol)"
    }

    /// What a private socket subscribes to, and cannot do without.
    public static let privateTopics = ["order", "execution"]

    /// What it also subscribes to for the account's own figures, each in a request of its
    /// own: a venue or an account that refuses one must not fail the rest. Spot has no positions.
    public static func statementTopics(_ category: ProductCategory) -> [String] {
        category == .spot ? ["wallet"] : ["position", "wallet"]
    }

    /// What it also subscribes to for fills sooner, without their fees.
    public static let fastFillTopic = "execution.fast"

    /// The topic whose subscribers must all be gone before the venue cancels everything.
    public static func disconnectTopic(_ category: ProductCategory) -> String {
        category == .spot ? "dcp.spot" : "dcp.future"
    }
}

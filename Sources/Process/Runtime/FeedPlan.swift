internal import Transport
internal import Units
internal import Venues

/// Where the market data is and what is wanted of it.
struct FeedPlan {
    /// With every address of its host: a reconnect must not wait for a name server.
    var endpoint: Endpoint
    let bookTopic: String
    let tradeTopic: String
    /// Nil in spot, which has no mark price.
    let tickerTopic: String?
    /// The prices that the venue takes.
    let boundsTopic: String
    /// What subscriptions to them are answered under.
    static let boundsRequest = "bounds"
    /// What subscriptions to the book are answered under.
    static let bookRequest = "book"
    /// What subscriptions to the prints are answered under.
    static let tradeRequest = "trades"
    /// What subscriptions to the ticker are answered under.
    static let tickerRequest = "ticker"

    /// The plan of a session. Asks the name server, so it may block.
    ///
    /// - Parameter control: whose wish to stop ends the waiting for it.
    init(
        _ configuration: SessionConfiguration,
        _ instrument: Instrument,
        until control: SessionControl? = nil
    ) throws(SessionError) {
        var endpoint = configuration.venue.market
        endpoint.path += instrument.category.name
        self.endpoint = try Lookup.resolved(
            endpoint,
            by: configuration.resolve,
            "the market data connection",
            until: control
        )
        bookTopic = BybitSession.bookTopic(instrument, depth: configuration.depth)
        tradeTopic = BybitSession.tradeTopic(instrument)
        boundsTopic = BybitSession.boundsTopic(instrument)
        tickerTopic = instrument.category == .linear ? BybitSession.tickerTopic(instrument) : nil
    }

    /// The endpoint, its addresses tried from the `first` on, counted round.
    func endpoint(_ first: Int) -> Endpoint {
        var at = endpoint
        at.addressIndex = first
        return at
    }
}

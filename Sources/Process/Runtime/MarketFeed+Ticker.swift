internal import Book
internal import Transport
internal import Units
internal import Venues

/// The ticker of a perpetual: mark price and funding, in addition to book and prints.
extension MarketFeed {
    /// A ticker that is silent for so long is asked for again: its snapshot tells a quiet market
    /// from a dead topic.
    private static let patience = Nanoseconds.seconds(5)

    /// Whether a ticker says what no newer one has: lines may lag behind one another.
    @inline(__always)
    mutating func isFirst(_ update: TickerUpdate, _ now: Nanoseconds) -> Bool {
        guard update.publishedAt > tickerPublishedAt else { return false }
        tickerPublishedAt = update.publishedAt
        tickerHeardAt = now
        tickers &+= 1
        return true
    }

    /// Asks for a ticker that has fallen silent, on every line that is open.
    mutating func keepTicker(_ loop: inout EventLoop, _ now: Nanoseconds) {
        guard plan.tickerTopic != nil, !isTickerRefused,
            now - tickerHeardAt > MarketFeed.patience
        else { return }
        // The next look is as far away as an answer may be.
        tickerHeardAt = now
        tickerResyncs &+= 1
        for i in 0..<lines.count {
            if let topic = plan.tickerTopic {
                say(i, &loop, BybitSession.unsubscribe([topic], request: "again"))
            }
            subscribeTicker(i, &loop)
        }
    }

    func subscribeTicker(_ i: Int, _ loop: inout EventLoop) {
        guard let topic = plan.tickerTopic else { return }
        say(i, &loop, BybitSession.subscribe([topic], request: FeedPlan.tickerRequest))
    }

    /// Whether a refused subscription is one without which trading goes on: the collar around the
    /// mark holds where the mark is known, and the bounds of prices are asked for by REST as well.
    mutating func takesRefusal(of request: ExternalID) -> Bool {
        if request == ExternalID(FeedPlan.boundsRequest) { return true }
        guard request == ExternalID(FeedPlan.tickerRequest) else { return false }
        isTickerRefused = true
        return true
    }
}

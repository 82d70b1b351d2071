internal import Lines
internal import Orders
internal import Units

/// The first book: until it has come, there is nothing that a parent could be worked on.
extension MarketFeed {
    /// How long the first book may take once the venue has taken the subscription to it.
    private static let firstBookPatience = Nanoseconds.seconds(10)

    /// The venue took the subscription that `request` names, on some line.
    mutating func accepted(_ request: ExternalID, _ now: Nanoseconds) {
        guard bookAcceptedAt == nil, request == ExternalID(FeedPlan.bookRequest) else { return }
        bookAcceptedAt = now
    }

    /// Whether the venue took the subscription to the book long ago, and has never sent one.
    func lacksBook(_ now: Nanoseconds) -> Bool {
        guard lines.counts.snapshots == 0, let bookAcceptedAt else { return false }
        return now - bookAcceptedAt > MarketFeed.firstBookPatience
    }

    /// Why there was no book at all until `end`; nil when there was one.
    func noBookText(_ symbol: String, until end: Nanoseconds) -> String? {
        guard lines.counts.snapshots == 0 else { return nil }
        let unreadable = (0..<lines.count).reduce(0) { $0 + lines.counts(of: $1).malformed }
        let read = "\(plan.bookTopic); \(unreadable.counted("message")) unreadable"
        guard let bookAcceptedAt else {
            return
                "no book of \(symbol) came, and the venue did not accept the subscription to \(read)"
        }
        let seconds = (end - bookAcceptedAt).count / 1_000_000_000
        return "no book of \(symbol) came in \(seconds) s although the venue accepted the "
            + "subscription to \(read)"
    }
}

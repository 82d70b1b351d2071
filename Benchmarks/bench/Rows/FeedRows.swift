extension Rows {
    /// The book alone on the feed's messages, decoded before: what other books are held against.
    static func feedBook(_ feed: FeedInput) -> [Row] {
        [
            Row(
                name: "book.apply.ob50",
                operation: "apply one decoded message of the feed (some 15 levels), read the BBO",
                count: 5_000
            ) {
                let state = DepthState(DepthScript.messages(feed.messages, of: feed.instrument))
                return .batch { state.run($0) }
            }
        ]
    }
}

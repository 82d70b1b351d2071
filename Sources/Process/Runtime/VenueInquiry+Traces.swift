internal import Transport
internal import Units
internal import Venues

/// What a session has left at the venue of which nothing but its name is known.
extension VenueInquiry {
    /// The same questions about the instrument that the session traded, by the name that its orders
    /// bear: one that is open, or one that ended or was filled since `start`.
    ///
    /// - Parameter start: zero where it is not known: then as far back as the venue's lists go.
    /// - Returns: nil where the venue lists no such order.
    func traced(
        _ loop: inout EventLoop,
        since start: Nanoseconds
    ) throws(SessionError) -> VenueInquiry? {
        for category in ProductCategory.allCases {
            var trace = Trace(session)
            try PageWalk.follow("order/realtime") { (cursor) throws(SessionError) in
                try ask(
                    &loop,
                    "order/realtime",
                    requests.openOrders(
                        category,
                        settledIn: VenueInquiry.coin,
                        cursor: cursor,
                        at: stamp.now
                    )
                ) { (body) throws(BybitReplyError) in try trace.read(body) }
            }
            if let symbol = trace.symbol { return about(symbol, category) }
        }
        for category in ProductCategory.allCases {
            var trace = Trace(session)
            try walk("order/history", since: start) { (span, cursor) throws(SessionError) in
                if trace.symbol != nil { return PageWalk.Page(next: "", entries: 0) }
                return try ask(
                    &loop,
                    "order/history",
                    requests.finishedOrders(
                        category,
                        symbol: nil,
                        since: span.start,
                        until: span.end,
                        cursor: cursor,
                        at: stamp.now
                    )
                ) { (body) throws(BybitReplyError) in try trace.read(body) }
            }
            try walk("execution/list", since: start) { (span, cursor) throws(SessionError) in
                if trace.symbol != nil { return PageWalk.Page(next: "", entries: 0) }
                return try ask(
                    &loop,
                    "execution/list",
                    requests.executions(
                        category,
                        symbol: nil,
                        since: span.start,
                        until: span.end,
                        cursor: cursor,
                        at: stamp.now
                    )
                ) { (body) throws(BybitReplyError) in try trace.read(body) }
            }
            if let symbol = trace.symbol { return about(symbol, category) }
        }
        return nil
    }

    /// What the contracts that a session may trade are settled in.
    private static let coin = "USDT"

    /// The search for a session's name in lists.
    private struct Trace {
        let session: SessionPrefix
        var symbol: String?

        init(_ session: SessionPrefix) { self.session = session }

        /// Looks through a page; once the name is found, the list need not be followed.
        mutating func read(_ body: [UInt8]) throws(BybitReplyError) -> PageWalk.Page {
            let (own, entries) = try BybitReplies.symbols(body, of: session)
            let next = own.isEmpty ? try BybitReplies.nextPage(body) : ""
            symbol = symbol ?? own.first
            return PageWalk.Page(next: next, entries: entries)
        }
    }
}

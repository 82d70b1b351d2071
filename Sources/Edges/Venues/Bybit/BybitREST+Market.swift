public import Units

/// Requests about the market that need no key.
extension BybitREST {
    /// The filters of all symbols of a class; `cursor` continues a page.
    public func instrumentsInfo(_ category: ProductCategory, cursor: String) -> [UInt8] {
        let query = [("category", category.name)]
        // Spot has no pages.
        let paged = category == .spot ? query : page(query, 1_000, cursor)
        return get("/v5/market/instruments-info", paged, signedAt: nil)
    }

    /// The highest price of a buy and the lowest of a sell that the venue takes now.
    public func priceLimit(_ category: ProductCategory, symbol: String) -> [UInt8] {
        get(
            "/v5/market/price-limit",
            [("category", category.name), ("symbol", symbol)],
            signedAt: nil
        )
    }

    /// The risk tiers of one symbol; `cursor` continues a page.
    public func riskLimit(symbol: String, cursor: String = "") -> [UInt8] {
        let rest = cursor.isEmpty ? [] : [("cursor", cursor)]
        return get(
            "/v5/market/risk-limit",
            [("category", "linear"), ("symbol", symbol)] + rest,
            signedAt: nil
        )
    }

    /// Past funding rates of one symbol between two times, newest first, at most 200.
    public func fundingHistory(
        symbol: String,
        from start: Nanoseconds,
        to end: Nanoseconds
    ) -> [UInt8] {
        get(
            "/v5/market/funding/history",
            [
                ("category", "linear"), ("symbol", symbol),
                ("startTime", "\(start.millisecondCount)"),
                ("endTime", "\(end.millisecondCount)"), ("limit", "200"),
            ],
            signedAt: nil
        )
    }

    /// The latest prints of one symbol, newest first, as many as the venue gives.
    public func recentTrades(_ category: ProductCategory, symbol: String) -> [UInt8] {
        let most = category == .spot ? 60 : 1_000
        return get(
            "/v5/market/recent-trade",
            [("category", category.name), ("symbol", symbol), ("limit", "\(most)")],
            signedAt: nil
        )
    }
}

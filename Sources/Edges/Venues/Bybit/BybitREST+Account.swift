public import Units

/// Requests about the account.
extension BybitREST {
    /// What the unified account holds; of these coins, or of all when none is named.
    public func wallet(coins: [String] = [], at now: Nanoseconds) -> [UInt8] {
        let wanted = coins.isEmpty ? [] : [("coin", coins.joined(separator: ","))]
        return get(
            "/v5/account/wallet-balance",
            [("accountType", "UNIFIED")] + wanted,
            signedAt: now
        )
    }

    /// The account's margin mode.
    public func accountInfo(at now: Nanoseconds) -> [UInt8] {
        get("/v5/account/info", [], signedAt: now)
    }

    /// Whether and for which products the venue cancels everything when we are gone.
    public func disconnectProtection(at now: Nanoseconds) -> [UInt8] {
        get("/v5/account/query-dcp-info", [], signedAt: now)
    }

    /// Lets the venue cancel all orders of a product class when every subscribed private
    /// connection has been dead for `window`, which counts in whole seconds of 3…300.
    public func protectFromDisconnect(
        _ category: ProductCategory,
        window: Nanoseconds,
        at now: Nanoseconds
    ) -> [UInt8] {
        let product = category == .spot ? "SPOT" : "DERIVATIVES"
        let seconds = min(300, max(3, window.count / 1_000_000_000))
        return post(
            "/v5/order/disconnected-cancel-all",
            #"{"product":"\#(product)","timeWindow":\#(seconds)}"#,
            signedAt: now
        )
    }

    /// Sets the leverage of one symbol, the same for both sides; in hundredths.
    public func setLeverage(symbol: String, percent: Int64, at now: Nanoseconds) -> [UInt8] {
        let text = DecimalScale(multiplier: 1, decimals: 2).text(percent)
        return post(
            "/v5/position/set-leverage",
            #"{"category":"linear","symbol":"\#(symbol)","buyLeverage":"\#(text)""#
                + #","sellLeverage":"\#(text)"}"#,
            signedAt: now
        )
    }
}

public import Runtime
internal import Transport

extension VenueEndpoints {
    /// Bybit's own hosts.
    ///
    /// - Precondition: not the loopback environment, which has no fixed address.
    /// - SeeAlso: Bybit API v5, guide, "Integration guidance" (read 2026-11-21).
    public static func bybit(_ environment: VenueEnvironment) -> VenueEndpoints {
        let suffix: String
        switch environment {
        case .live: suffix = ""
        case .testnet: suffix = "-testnet"
        case .demo: suffix = "-demo"
        case .loopback: preconditionFailure("the loopback venue's address is stated by its port")
        }
        let stream = "stream\(suffix).bybit.com"
        // Paper trading runs on the live market's data.
        let market = environment == .demo ? "stream.bybit.com" : stream
        var endpoints = VenueEndpoints(
            name: "bybit-\(environment.rawValue)",
            rest: Endpoint(host: "api\(suffix).bybit.com"),
            market: Endpoint(host: market, path: "/v5/public/"),
            account: Endpoint(host: stream, path: "/v5/private"),
            trade: Endpoint(host: stream, path: "/v5/trade")
        )
        // Paper trading has no order entry over WebSocket.
        endpoints.ordersByREST = environment == .demo
        return endpoints
    }
}

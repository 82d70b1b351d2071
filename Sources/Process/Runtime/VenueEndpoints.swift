public import Transport

/// Where a venue's services are.
public struct VenueEndpoints: Sendable {
    /// The venue's name in reports.
    public var name: String
    /// HTTPS requests.
    public var rest: Endpoint
    /// Market data; the path ends with the product class.
    public var market: Endpoint
    /// Order updates and executions.
    public var account: Endpoint
    /// Order entry; unused where orders go by REST.
    public var trade: Endpoint
    /// Whether orders go by REST: the venue has no order entry over WebSocket.
    public var ordersByREST = false

    /// Endpoints with every service stated.
    public init(
        name: String,
        rest: Endpoint,
        market: Endpoint,
        account: Endpoint,
        trade: Endpoint
    ) {
        self.name = name
        self.rest = rest
        self.market = market
        self.account = account
        self.trade = trade
    }

    /// The loopback venue on `port`, vouched for by the authority in `caFile` only.
    public static func loopback(
        port: UInt16,
        caFile: String
    ) -> VenueEndpoints {
        func at(_ path: String) -> Endpoint {
            Endpoint(
                host: "localhost",
                port: port,
                path: path,
                trust: .file(caFile),
                address: "127.0.0.1"
            )
        }
        return VenueEndpoints(
            name: "loopback",
            rest: at("/"),
            market: at("/v5/public/"),
            account: at("/v5/private"),
            trade: at("/v5/trade")
        )
    }
}

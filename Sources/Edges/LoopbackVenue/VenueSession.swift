internal import Units

/// Which of the venue's WebSocket paths a client opened.
enum VenueEndpoint: Hashable {
    case publicMarket(ProductCategory)
    case privateStream
    case trade

    /// The endpoint at `path`; nil when the venue has none there.
    init?(path: String) {
        switch path {
        case "/v5/public/linear": self = .publicMarket(.linear)
        case "/v5/public/spot": self = .publicMarket(.spot)
        case "/v5/private": self = .privateStream
        case "/v5/trade": self = .trade
        default: return nil
        }
    }

    /// Whether clients must say who they are.
    var needsAuth: Bool { self == .privateStream || self == .trade }
}

/// What a session can subscribe to.
enum VenueTopic: Hashable {
    case book(desk: Int, depth: Int)
    case trades(desk: Int)
    case ticker(desk: Int)
    case bounds(desk: Int)
    case orders(ProductCategory?)
    case executions(ProductCategory?)
    case fastExecutions(ProductCategory?)
    case positions(ProductCategory?)
    case wallet
    case disconnection(ProductCategory)
}

/// One client's WebSocket, without the socket.
final class VenueSession {
    /// The venue's number for it.
    let number: Int
    /// Which path it opened.
    let endpoint: VenueEndpoint
    /// What replies call the connection.
    let connectionID: String
    /// Whether it has said who it is.
    var isAuthorized = false
    /// What it subscribed to.
    var topics: Set<VenueTopic> = []
    /// Request ids that were used.
    var requestIDs: Set<String> = []

    init(number: Int, endpoint: VenueEndpoint, connectionID: String) {
        self.number = number
        self.endpoint = endpoint
        self.connectionID = connectionID
    }
}

/// A text for one session.
struct Outgoing {
    /// The session's number.
    let session: Int
    /// UTF-8.
    let text: [UInt8]
}

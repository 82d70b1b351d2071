internal import Transport

/// Which connection ended a session, and why.
struct LinkFault {
    enum Link {
        case market
        case account
        case trade

        var name: String {
            switch self {
            case .market: "market data"
            case .account: "account"
            case .trade: "order"
            }
        }
    }

    var link: Link
    /// Why it closed; nil when it sent what cannot be decoded.
    var reason: CloseReason?

    var text: String {
        guard let reason else {
            return "the \(link.name) connection sent a message that cannot be decoded"
        }
        return "the \(link.name) connection was lost: \(reason)"
    }
}

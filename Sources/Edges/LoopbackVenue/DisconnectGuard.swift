internal import Units
internal import Wire

/// The venue's dead man's switch for one product class: when every private connection that has
/// subscribed to it has been gone for the window, the account's orders are cancelled.
struct DisconnectGuard {
    /// How long connections may be gone.
    let window: Nanoseconds
    /// Whether a connection has subscribed since the orders were last cancelled.
    private var isArmed = false
    private var goneSince: Nanoseconds?

    init(window: Nanoseconds) { self.window = window }

    /// When it acts, if nobody comes back.
    var dueAt: Nanoseconds? { goneSince.map { $0 + window } }

    /// Looks at whether a subscribed connection is there; true when the orders are to go.
    mutating func look(isWatched: Bool, _ now: Nanoseconds) -> Bool {
        if isWatched {
            isArmed = true
            goneSince = nil
        } else if isArmed {
            let since = goneSince ?? now
            goneSince = since
            if now - since >= window {
                isArmed = false
                goneSince = nil
                return true
            }
        }
        return false
    }
}

extension TradingFloor {
    /// Cancels the orders of product classes whose guards say so.
    func keepDisconnectGuards(_ now: Nanoseconds) {
        for category in disconnectGuards.keys {
            let isWatched = sessions.values.contains {
                $0.isAuthorized && $0.topics.contains(.disconnection(category))
            }
            guard disconnectGuards[category]?.look(isWatched: isWatched, now) == true else {
                continue
            }
            for desk in desks where desk.market.category == category {
                for order in desk.exchange.openOrders {
                    _ = try? desk.exchange.cancel(
                        link: order.link,
                        reason: .disconnected,
                        now: now
                    )
                }
                tell(desk, now)
            }
            notes.append("\(category.name): the account's connections are gone, orders cancelled")
        }
    }

    /// Sets the window of a product class: `order/disconnected-cancel-all`.
    func protect(_ fields: [String: String]) throws(VenueRefusal) -> ResultWriter {
        guard let seconds = Int64(fields["timeWindow"] ?? ""), (3...300).contains(seconds) else {
            throw .parameter("timeWindow")
        }
        let guarding = DisconnectGuard(window: .seconds(seconds))
        switch fields["product"] ?? "OPTIONS" {
        case "DERIVATIVES": disconnectGuards[.linear] = guarding
        case "SPOT": disconnectGuards[.spot] = guarding
        default: throw .parameter("product")
        }
        return { _ in }
    }

    /// The windows that are set: `account/query-dcp-info`.
    func protections() -> ResultWriter {
        { out in
            out.append(#""dcpInfos":["#)
            var isFirst = true
            for category in ProductCategory.allCases {
                guard let guarding = self.disconnectGuards[category] else { continue }
                out.append(isFirst ? #"{"product":""# : #",{"product":""#)
                isFirst = false
                out.append(category == .spot ? "SPOT" : "DERIVATIVES")
                out.append(#"","dcpStatus":"ON","timeWindow":""#)
                out.append(guarding.window.count / 1_000_000_000)
                out.append("\"}")
            }
            out.append("]")
        }
    }
}

internal import Transport
internal import Units
internal import Venues

/// Which connection was lost, and why.
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

    /// What happened to it.
    enum Event {
        case closed(CloseReason)
        /// It said nothing for so long, though it was asked; its WebSocket may still answer.
        case silent(seconds: Double, isSocketAlive: Bool)
        /// It sent what cannot be decoded.
        case unreadable
        /// The venue said that the service behind it is about to end.
        case draining
        /// The venue took the subscription to the book, and sent none.
        case noBook
        /// The venue refused the book's topic.
        case topicRefused
        /// The venue refused the login or the subscription with its code, 0 when it named none.
        case refused(code: Int32)
    }

    var link: Link
    var event: Event

    /// What happened, and what came of it until the session's end.
    ///
    /// - Parameters:
    ///   - away: how long it was away in all.
    ///   - patience: how long the parent waited for it, where that has ended it.
    func text(away: Nanoseconds, isBack: Bool, patience: Nanoseconds? = nil) -> String {
        // What is refused is not waited for.
        if case .refused = event { return text }
        let limit = patience.map { ", longer than --link-patience (\(Stated.text($0)))" } ?? ""
        let time = "it was away for \(away.wholeSeconds) s"
        return "\(text); \(time)\(isBack ? " in all" : ", to the end of the session")\(limit)"
    }

    var text: String {
        switch event {
        case .closed(let reason): "the \(link.name) connection was lost: \(reason)"
        case .silent(let seconds, let isSocketAlive):
            "the \(link.name) connection was lost: the venue said nothing for \(seconds) seconds, "
                + (isSocketAlive
                    ? "though its WebSocket answers pings" : "and its WebSocket answers no ping")
        case .unreadable: "the \(link.name) connection sent a message that cannot be decoded"
        case .draining: "the \(link.name) connection was replaced: the venue drains it (code 10019)"
        case .refused(let code):
            "the \(link.name) connection cannot be had again: "
                + (BybitReturnCode.meaning(Int64(code))
                    ?? "the venue refused the key, signature or subscription")
                + (code == 0 ? " (it named no code)" : " (code \(code))")
        case .noBook: "the \(link.name) connection brought no book"
        case .topicRefused: "the venue offers no book of that depth (--depth)"
        }
    }
}

extension CloseReason {
    /// Whether the venue answered that this client is to stay away.
    var isTurnedAway: Bool {
        if case .turnedAway = self { return true }
        return false
    }
}

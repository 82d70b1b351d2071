internal import Transport
internal import Units
internal import Venues

/// What the venue does for us should all our account connections be gone for the window that the
/// desk asked for: it cancels the account's orders of the product class.
enum DisconnectProtection: Equatable {
    /// Nobody asked for it.
    case off
    /// The venue has taken it on: the account's connections subscribe to its topic.
    case armed(Nanoseconds)
    /// The venue does not offer it to this account, or did not answer.
    case refused(String)

    /// Windows that the venue takes.
    static let windows = Nanoseconds.seconds(3)...Nanoseconds.seconds(300)

    /// Topics of the account's stream.
    func topics(_ category: ProductCategory) -> [String] {
        guard case .armed = self else { return BybitSession.privateTopics }
        return BybitSession.privateTopics + [BybitSession.disconnectTopic(category)]
    }

    /// In words, for the report; nil when nobody asked.
    var text: String? {
        switch self {
        case .off: nil
        case .armed(let window): "armed, \(window.count / 1_000_000_000) s"
        case .refused(let why): "refused: \(why)"
        }
    }
}

extension VenueInquiry {
    /// Asks the venue to cancel everything when we are gone for `window`; nil asks for nothing.
    ///
    /// An account that is not offered it trades without, and the report says so.
    func protect(_ loop: inout EventLoop, window: Nanoseconds?) -> DisconnectProtection {
        guard let window else { return .off }
        let request = requests.protectFromDisconnect(category, window: window, at: clock())
        do throws(SessionError) {
            let answer = try link.answer(&loop, "disconnected-cancel-all", request)
            guard answer.status == 200 else { return .refused("HTTP status \(answer.status)") }
            switch answer.code {
            case 0: return .armed(window)
            case let code?: return .refused("code \(code)")
            case nil: return .refused("no return code")
            }
        } catch {
            return .refused(error.text)
        }
    }
}

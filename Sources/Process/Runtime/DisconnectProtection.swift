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
    /// Has the venue cancel everything should we be gone, where the desk asks for it.
    ///
    /// An account that is not offered it trades without, and is told so; the report says it too.
    ///
    /// - Throws: when the venue cannot be asked now, for a reason that may pass.
    func protect(
        _ loop: inout EventLoop,
        _ configuration: SessionConfiguration
    ) throws(SessionError) -> DisconnectProtection {
        guard let window = configuration.disconnectWindow else { return .off }
        guard DisconnectProtection.windows.contains(window) else {
            throw .usage("the venue's disconnect protection takes 3 to 300 seconds")
        }
        let protection = try protect(&loop, window)
        if case .refused(let why) = protection {
            configuration.notice?("the venue does not protect us from a disconnect: \(why)")
        }
        return protection
    }

    private func protect(
        _ loop: inout EventLoop,
        _ window: Nanoseconds
    ) throws(SessionError) -> DisconnectProtection {
        let what = "disconnected-cancel-all"
        let answer = try answer(
            &loop,
            what,
            requests.protectFromDisconnect(category, window: window, at: stamp.now)
        )
        switch (answer.status, answer.code) {
        case (200, 0): return .armed(window)
        case (_, let code?) where code != 0 && BybitReturnCode.standing(code) != .passes:
            return .refused(
                BybitReturnCode.meaning(code).map { "\($0) (code \(code))" } ?? "code \(code)"
            )
        case (200, nil): return .refused("no return code")
        case (404, _): return .refused("HTTP status 404")
        default: throw SessionError(refusal: answer, what)
        }
    }
}

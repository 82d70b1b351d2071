internal import Lines
internal import Reports
internal import Transport
internal import Units
internal import Venues

/// The account or order connection on its socket: opened again when it is lost, logged in and
/// subscribed, a step a turn of the loop. A login takes the hot thread some 0.1 ms, rarely.
struct LinkWatch: ~Copyable {
    /// What its owner must know.
    enum News {
        case none
        /// It was up and is not any more.
        case lost
        /// It is subscribed again: what was missed is to be asked for.
        case subscribed
        /// It may be used again.
        case up
        /// The venue refuses it: it will not come back.
        case barred
    }

    let link: LinkFault.Link
    private(set) var keeper: LoginKeeper
    /// The connection of this moment.
    private(set) var id: ConnectionID?
    /// What became of it when it was last lost.
    private(set) var lastLoss: LinkFault.Event?
    /// With every address of its host: a reconnect must not wait for a name server.
    private var endpoint: Endpoint
    private let credentials: BybitCredentials
    /// What it subscribes to, each time again; nothing on order entry.
    private let topics: [String]
    /// What else it subscribes to, each alone: a refusal costs nothing but its topic.
    private let extras: [String]
    /// Those of them that the venue refused on this connection.
    private(set) var refusedTopics: [String] = []
    private var tries = 0
    /// Pongs of its WebSocket when it was last pinged.
    private var pongs: UInt32 = 0

    /// A connection to `endpoint` that is down.
    init(
        _ link: LinkFault.Link,
        _ endpoint: Endpoint,
        _ credentials: BybitCredentials,
        _ times: LinkTimes,
        topics: [String],
        extras: [String] = [],
        seed: UInt64
    ) {
        self.link = link
        self.endpoint = endpoint
        self.credentials = credentials
        self.topics = topics
        self.extras = extras
        keeper = LoginKeeper(times, subscribes: !topics.isEmpty, seed: seed)
    }

    /// Takes on a connection that was opened, logged in and subscribed before the loop was hot.
    mutating func adopt(
        _ id: ConnectionID,
        refusedTopics: [String] = [],
        _ now: Nanoseconds
    ) {
        self.id = id
        self.refusedTopics = refusedTopics
        tries = 1
        keeper.adopt(now)
    }

    /// Where its host is now: what is opened from here on goes there.
    mutating func moved(to addresses: [NetworkAddress]) { endpoint.addresses = addresses }

    /// Whether it may be used.
    @inline(__always) var isUp: Bool { keeper.isUp }

    @inline(__always) mutating func heard(_ now: Nanoseconds) { keeper.heard(now) }

    /// Why it is away, or what it was last lost for.
    var fault: LinkFault? { lastLoss.map { LinkFault(link: link, event: $0) } }

    /// How it fared.
    func section(until now: Nanoseconds) -> LinkSection {
        LinkSection(
            name: link.name,
            losses: keeper.losses,
            recoveries: keeper.recoveries,
            refusals: keeper.refusals,
            awayNs: keeper.timeAway(until: now).count,
            recovery: LatencySection(keeper.recovery),
            isUp: isUp,
            lastLoss: fault?.text
        )
    }

    // MARK: What happens to it

    /// Its WebSocket is open; `venueNow` is the time by the venue's clock.
    mutating func opened(
        _ loop: inout EventLoop,
        venueNow: Nanoseconds,
        _ now: Nanoseconds
    ) -> News {
        if case .logIn = keeper.connected(now) {
            say(BybitSession.auth(credentials, at: venueNow), &loop)
        }
        return .none
    }

    /// A control message came on it.
    mutating func answered(
        _ control: BybitControl,
        _ loop: inout EventLoop,
        _ now: Nanoseconds
    ) -> News {
        switch (keeper.stage, control) {
        case (.loggingIn, .auth(true, _)), (.subscribing, .subscribe(true, _)):
            switch keeper.accepted(now) {
            case .subscribe:
                say(BybitSession.subscribe(topics, request: "account"), &loop)
                return .none
            case .catchUp:
                subscribeExtras(&loop)
                return .subscribed
            case .use: return .up
            default: return .none
            }
        case (.loggingIn, .auth(false, let code)), (.loggingIn, .refused(let code)),
            (.subscribing, .refused(let code)):
            return refused(code, &loop, now)
        case (.subscribing, .subscribe(false, _)):
            return refused(0, &loop, now)
        case (.catchingUp, .subscribe(false, let request)),
            (.up, .subscribe(false, let request)):
            noteRefusal(of: request)
            return .none
        default:
            return .none
        }
    }

    private mutating func refused(
        _ code: Int32,
        _ loop: inout EventLoop,
        _ now: Nanoseconds
    ) -> News {
        lastLoss = .refused(code: code)
        keeper.refused(now, LoginKeeper.Refusal(code: Int64(code)))
        drop(&loop)
        return keeper.stage == .barred ? .barred : .none
    }

    /// The venue said elsewhere what will become of it.
    mutating func note(_ event: LinkFault.Event) { lastLoss = event }

    /// All that was missed is known.
    mutating func caughtUp(_ now: Nanoseconds) { keeper.caughtUp(now) }

    /// Its connection ended, or could not be opened.
    mutating func closed(_ reason: CloseReason, _ now: Nanoseconds) -> News {
        id = nil
        lastLoss = .closed(reason)
        let wasUp = isUp
        keeper.lost(now, isTurnedAway: reason.isTurnedAway)
        return wasUp ? .lost : .none
    }

    /// It is given up, for it sent what cannot be decoded and may matter, or is about to end.
    mutating func giveUp(
        _ event: LinkFault.Event,
        _ loop: inout EventLoop,
        _ now: Nanoseconds
    ) -> News {
        let wasUp = isUp
        lastLoss = event
        keeper.lost(now)
        drop(&loop)
        return wasUp ? .lost : .none
    }

    // MARK: Time

    /// Pings, gives up and opens when it is time to.
    mutating func tick(
        _ loop: inout EventLoop,
        _ budget: inout ConnectBudget,
        _ now: Nanoseconds
    ) -> News {
        let wasUp = isUp
        switch keeper.tick(now, &budget) {
        case .ping:
            ping(&loop)
        case .open:
            open(&loop, now)
        case .silent:
            let isSocketAlive = id.flatMap { loop.pongs($0) } ?? pongs != pongs
            lastLoss = .silent(
                seconds: keeper.times.silence.inSeconds,
                isSocketAlive: isSocketAlive
            )
            drop(&loop)
        case .tooSlow:
            lastLoss = .closed(.timedOut)
            drop(&loop)
        case .rest, .logIn, .subscribe, .catchUp, .use:
            break
        }
        return wasUp && !isUp ? .lost : .none
    }

    // MARK: Rare work: it allocates

    private mutating func subscribeExtras(_ loop: inout EventLoop) {
        refusedTopics = []
        for topic in extras { say(BybitSession.subscribe([topic], request: topic), &loop) }
    }

    private mutating func noteRefusal(of request: ExternalID) {
        let topic = extras.first { ExternalID($0) == request }
        if let topic, !refusedTopics.contains(topic) { refusedTopics.append(topic) }
    }

    private mutating func open(_ loop: inout EventLoop, _ now: Nanoseconds) {
        var at = endpoint
        at.addressIndex = tries
        tries += 1
        do {
            id = try loop.openWebSocket(at)
        } catch {
            keeper.lost(now)
        }
    }

    private mutating func ping(_ loop: inout EventLoop) {
        guard let id else { return }
        pongs = loop.pongs(id) ?? pongs
        loop.ping(id)
        say(BybitSession.ping, &loop)
    }

    private func say(_ text: String, _ loop: inout EventLoop) {
        guard let id else { return }
        // What cannot be sent is not answered, which ends the connection in time.
        _ = Links.send(&loop, id, text)
    }

    private mutating func drop(_ loop: inout EventLoop) {
        guard let id else { return }
        // What still comes from it, its end included, is nobody's any more.
        self.id = nil
        loop.close(id)
    }
}

extension BybitControl {
    /// Whether it says no to a login, as far as that can be told.
    var isRefusedLogin: Bool {
        switch self {
        case .auth(let succeeded, _): !succeeded
        case .refused: true
        case .pong, .subscribe, .unsubscribe: false
        }
    }
}

extension LoginKeeper.Refusal {
    /// What the venue's code says of the next try; 0 when it named none.
    fileprivate init(code: Int64) {
        switch BybitReturnCode.standing(code) {
        case .passes: self = .passing
        case .stands, .barsKey: self = .final
        case .doubtful:
            // A bad key and a bad signature; the account's stream names no code. Whatever else is
            // said of a login is the venue's trouble, or unknown.
            self = [0, 10_003, 10_004].contains(code) ? .doubtful : .passing
        }
    }
}

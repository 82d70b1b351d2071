public import Telemetry
public import Units

/// Keeps one connection that must log in before it is of use: the account's stream or order entry.
///
///     down ──► connecting ──► logging in ──► up                                   order entry
///                                  └───► subscribing ──► catching up ──► up       account
///
/// From every stage it may fall back to down, and is opened again when its keeper says so. The
/// account's stream is not up before the reader that missed its messages has caught up. A login
/// or subscription that is refused again and again is not asked for any more: the connection is
/// barred.
///
/// It knows no socket and no clock: what happens and the time go in, orders come out.
public struct LoginKeeper: ~Copyable {
    /// Where the connection stands.
    public enum Stage: Sendable, BitwiseCopyable {
        case down
        case connecting
        case loggingIn
        case subscribing
        case catchingUp
        case up
        /// The venue refused it too often: it stays down.
        case barred
    }

    /// What its owner is to do.
    public enum Order: Hashable, Sendable, BitwiseCopyable {
        /// Nothing.
        case rest
        /// Open it; `connected` or `lost` is to follow.
        case open
        /// Send the login; `accepted` or `refused` is to follow.
        case logIn
        /// Send the subscription; `accepted` or `refused` is to follow.
        case subscribe
        /// Ask for all that may have been missed; `caughtUp` is to follow.
        case catchUp
        /// Use it: it is up.
        case use
        /// Ask the peer whether it is there; its answer is to be told by `heard`.
        case ping
        /// Give it up: it was not up in time. The keeper counts it as lost already.
        case tooSlow
        /// Give it up: the peer said nothing for too long. The keeper counts it as lost already.
        case silent
    }

    /// What a refusal says of the next try.
    public enum Refusal: Sendable, BitwiseCopyable {
        /// It passes: too many requests, the venue's own trouble.
        case passing
        /// It most likely stands, but may be said of a moment's trouble or of a clock that was set.
        case doubtful
        /// It does not pass: the key, the account or the address is refused as such.
        case final
    }

    /// Doubtful refusals in a row after which it is barred, and the time that they must last: one
    /// may be the venue's own trouble, and a clock is asked for again meanwhile.
    public static let refusalLimit = 3
    static let doubtTime = Nanoseconds.seconds(3)

    /// Where the connection stands.
    public private(set) var stage = Stage.down
    /// Times it was up and was lost or given up.
    public private(set) var losses = 0
    /// Times it came back.
    public private(set) var recoveries = 0
    /// Logins and subscriptions that the venue refused.
    public private(set) var refusals = 0
    /// From a loss to the use of what came in its place, in nanoseconds.
    public private(set) var recovery = LatencyHistogram()

    private var keeper: LinkKeeper
    private let subscribes: Bool
    private var refusalsInARow = 0
    /// When the first of them came.
    private var refusedSince = Nanoseconds.zero
    private var lostAt: Nanoseconds?
    private var away = Nanoseconds.zero

    /// A connection that is down and wants to be opened at once.
    ///
    /// - Parameter subscribes: whether it brings messages that are subscribed to and may be missed.
    public init(_ times: LinkTimes, subscribes: Bool, seed: UInt64) {
        keeper = LinkKeeper(times, seed: seed)
        self.subscribes = subscribes
    }

    /// How patient it is.
    public var times: LinkTimes { keeper.times }

    /// Whether it may be used.
    public var isUp: Bool { stage == .up }

    /// How long it was away in all, until `now`.
    public func timeAway(until now: Nanoseconds) -> Nanoseconds {
        away + max(.zero, lostAt.map { now - $0 } ?? .zero)
    }

    // MARK: What happens to it

    /// It was opened, logged in and subscribed elsewhere.
    public mutating func adopt(_ now: Nanoseconds) {
        keeper.opened(now)
        stage = .up
    }

    /// It is open.
    public mutating func connected(_ now: Nanoseconds) -> Order {
        guard stage == .connecting else { return .rest }
        stage = .loggingIn
        return .logIn
    }

    /// The venue said yes to what was asked last.
    public mutating func accepted(_ now: Nanoseconds) -> Order {
        switch stage {
        case .loggingIn where subscribes:
            stage = .subscribing
            return .subscribe
        case .loggingIn:
            keeper.opened(now)
            comeUp(now)
            return .use
        case .subscribing:
            keeper.opened(now)
            stage = .catchingUp
            return .catchUp
        case .down, .connecting, .catchingUp, .up, .barred:
            return .rest
        }
    }

    /// The venue said no to what was asked last: the connection is given up, and barred when that
    /// was final, or once too often.
    public mutating func refused(_ now: Nanoseconds, _ refusal: Refusal = .doubtful) {
        guard stage == .loggingIn || stage == .subscribing else { return }
        refusals &+= 1
        lost(now)
        switch refusal {
        case .passing:
            return
        case .doubtful:
            if refusalsInARow == 0 { refusedSince = now }
            refusalsInARow &+= 1
            let isLasting = now - refusedSince >= LoginKeeper.doubtTime
            if refusalsInARow >= LoginKeeper.refusalLimit && isLasting { stage = .barred }
        case .final:
            stage = .barred
        }
    }

    /// All that was missed is known.
    public mutating func caughtUp(_ now: Nanoseconds) {
        if stage == .catchingUp { comeUp(now) }
    }

    /// The peer's application said something, whatever it was.
    @inline(__always) public mutating func heard(_ now: Nanoseconds) { keeper.heard(now) }

    /// The connection is gone, or is given up.
    ///
    /// - Parameter isTurnedAway: the venue answered that this client is to stay away.
    public mutating func lost(_ now: Nanoseconds, isTurnedAway: Bool = false) {
        if stage == .down || stage == .barred { return }
        keeper.lost(now)
        if isTurnedAway { keeper.turnedAway(now) }
        goDown(now)
    }

    // MARK: Time

    /// Looks after the connection, and opens it again when it is down and its time has come.
    public mutating func tick(_ now: Nanoseconds, _ budget: inout ConnectBudget) -> Order {
        if stage == .barred { return .rest }
        switch keeper.tick(now, &budget) {
        case .rest:
            return .rest
        case .open:
            stage = .connecting
            return .open
        case .ping:
            return .ping
        case .openedTooSlowly:
            goDown(now)
            return .tooSlow
        case .silent:
            goDown(now)
            return .silent
        }
    }

    private mutating func goDown(_ now: Nanoseconds) {
        if stage == .up {
            losses &+= 1
            lostAt = now
        }
        stage = .down
    }

    private mutating func comeUp(_ now: Nanoseconds) {
        stage = .up
        refusalsInARow = 0
        guard let since = lostAt else { return }
        recoveries &+= 1
        recovery.record(UInt64(max(0, (now - since).count)))
        away = away + (now - since)
        lostAt = nil
    }
}

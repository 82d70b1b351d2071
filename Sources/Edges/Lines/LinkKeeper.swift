public import Units

/// Keeps one connection: notices a peer that fell silent, and decides when to try again.
///
///     down ──retry: open──► opening ──opened──► up ──lost──► down
///                              └──── took too long ────┘ silent too long
///
/// It knows no socket and no clock: events and the time go in, orders come out.
public struct LinkKeeper: Sendable, BitwiseCopyable {
    /// Where the connection stands.
    public enum Phase: Sendable, BitwiseCopyable {
        case down
        case opening
        case up
    }

    /// What its owner is to do.
    public enum Order: Hashable, Sendable, BitwiseCopyable {
        /// Nothing.
        case rest
        /// Open it; `opened` or `lost` is to follow.
        case open
        /// Ask the peer whether it is there; its answer is to be told by `heard`.
        case ping
        /// Give it up: it did not open in time. The keeper counts it as lost already.
        case openedTooSlowly
        /// Give it up: the peer said nothing for too long. The keeper counts it as lost already.
        case silent
    }

    /// How patient it is.
    public let times: LinkTimes
    /// Where the connection stands.
    public private(set) var phase = Phase.down
    /// Since when.
    public private(set) var since = Nanoseconds.zero
    private var backoff: Backoff
    private var retryAt = Nanoseconds.zero
    private var heardAt = Nanoseconds.zero
    private var nextPing = Nanoseconds.zero
    /// How long it stays away when it is turned away next.
    private var nextAbsence = LinkKeeper.firstAbsence

    private static let firstAbsence = Nanoseconds.seconds(1)

    /// A connection that is down and wants to be opened at once.
    public init(_ times: LinkTimes, seed: UInt64) {
        self.times = times
        backoff = Backoff(base: times.retryBase, cap: times.retryCap, seed: seed)
    }

    /// The connection is open.
    public mutating func opened(_ now: Nanoseconds) {
        phase = .up
        nextAbsence = LinkKeeper.firstAbsence
        since = now
        heardAt = now
        nextPing = now + times.ping
    }

    /// The peer's application said something, whatever it was.
    @inline(__always) public mutating func heard(_ now: Nanoseconds) { heardAt = now }

    /// The connection is gone, or is given up.
    public mutating func lost(_ now: Nanoseconds) {
        guard phase != .down else { return }
        if phase == .up && now - since >= times.stable { backoff.succeed() }
        phase = .down
        since = now
        retryAt = now + backoff.next()
    }

    /// The venue turned it away (403, 429): it stays away for a second, and twice as long each
    /// time, up to `turnedAway`. A gateway may say so once; who is banned wins nothing by asking.
    public mutating func turnedAway(_ now: Nanoseconds) {
        let absence = min(nextAbsence, times.turnedAway)
        retryAt = max(retryAt, now + absence)
        nextAbsence = absence + absence
    }

    /// Looks after a connection that is being opened or is up.
    public mutating func watch(_ now: Nanoseconds) -> Order {
        switch phase {
        case .down:
            return .rest
        case .opening:
            guard now - since > times.opening else { return .rest }
            lost(now)
            return .openedTooSlowly
        case .up:
            if now - heardAt > times.silence {
                lost(now)
                return .silent
            }
            guard now >= nextPing else { return .rest }
            nextPing = now + times.ping
            return .ping
        }
    }

    /// Looks after the connection, and opens it again when it is down and its time has come.
    public mutating func tick(_ now: Nanoseconds, _ budget: inout ConnectBudget) -> Order {
        guard phase == .down else { return watch(now) }
        guard now >= retryAt else { return .rest }
        guard budget.take(now) else {
            retryAt = budget.freeAt
            return .rest
        }
        phase = .opening
        since = now
        return .open
    }
}

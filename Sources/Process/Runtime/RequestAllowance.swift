internal import Units

/// How many requests may leave: a bucket that fills at a steady rate, and pauses that the venue
/// has asked for.
struct RequestAllowance {
    /// The first pause after the venue said that it is asked too much; doubled each time.
    static let slowPause = Nanoseconds.seconds(1)
    private static let longestPause = Nanoseconds.seconds(60)

    private let interval: Int64
    private let burst: Int64
    private let banPause: Nanoseconds
    /// When the bucket would be full.
    private var fullAt: Int64
    private var bannedUntil = Nanoseconds.zero
    private var pausedUntil = Nanoseconds.zero
    private var nextPause = slowPause

    /// `perSecond` requests, of which `burst` may leave at once; one every `banPause` where the
    /// address is turned away.
    init(perSecond: Int64, burst: Int64, banPause: Nanoseconds, now: Nanoseconds) {
        precondition(perSecond > 0 && burst > 0)
        self.banPause = banPause
        interval = 1_000_000_000 / perSecond
        self.burst = burst
        fullAt = now.count
    }

    /// How long until a request may leave; zero when it may now.
    ///
    /// - Parameter isUrgent: whether it is to take an order off the book: then no pause but a ban
    ///   keeps it, only the rate.
    func wait(_ now: Nanoseconds, isUrgent: Bool = false) -> Nanoseconds {
        let spent = fullAt - (burst - 1) * interval
        return Nanoseconds(max(0, max(spent, pauseEnd(isUrgent).count) - now.count))
    }

    private func pauseEnd(_ isUrgent: Bool) -> Nanoseconds {
        isUrgent ? bannedUntil : max(bannedUntil, pausedUntil)
    }

    /// Counts a request that leaves now.
    mutating func take(_ now: Nanoseconds) { fullAt = max(fullAt, now.count) + interval }

    /// Heeds an answer: its status of HTTP, and the venue's own code where there is one.
    mutating func heed(_ answer: RESTAnswer, _ now: Nanoseconds) {
        switch (answer.status, answer.code) {
        case (403, _):
            bannedUntil = now + banPause
        case (429, _), (_, 10_006), (_, 10_018):
            pausedUntil = now + nextPause
            nextPause = min(nextPause + nextPause, RequestAllowance.longestPause)
        case (200, 0):
            nextPause = RequestAllowance.slowPause
        default:
            break
        }
    }

    /// Why nothing leaves at `now`, in words.
    func pauseText(_ now: Nanoseconds) -> String {
        bannedUntil > now
            ? "the venue turns this address away (HTTP status 403)"
            : "the venue is asked too often, and wants a pause"
    }

    /// Whether the venue has asked for a pause that lasts longer than waiting is worth.
    func isPaused(_ now: Nanoseconds, isUrgent: Bool = false) -> Bool {
        pauseEnd(isUrgent) > now
    }
}

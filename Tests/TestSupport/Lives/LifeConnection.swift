import Units

/// One connection to the model venue: what is under way on it, and what is wrong with it.
struct LifeConnection {
    /// Something on its way to us.
    struct Parcel {
        enum Content {
            case snapshot(Int)
            case delta(Int)
            /// A restart told as a change, without its levels.
            case bareRestart(Int)
            case prints(ClosedRange<Int>)
            case pong
            case unreadable
            case unreadablePrints
            /// The subscription to the prints was taken.
            case printsBegan
        }

        var due: Nanoseconds
        /// When the gateway published it, by the venue's clock.
        var publishedAt: Nanoseconds
        var content: Content
    }

    enum Phase {
        case none
        case opening(until: Nanoseconds, succeeds: Bool)
        case open
    }

    var phase = Phase.none
    /// One way, and how much one parcel may be slower than another.
    var delay = Nanoseconds.milliseconds(1)
    var jitter = Nanoseconds.milliseconds(1)
    /// What this gateway adds to the venue's update ids.
    var offset: Int64 = 0
    /// Nothing arrives before this; what is under way waits.
    var stalledUntil = Nanoseconds.zero
    /// The peer does nothing any more, and does not say so.
    var isFrozen = false
    /// The book's topic is dead; pings are answered.
    var isMute = false
    /// Subscribing again wakes a mute topic.
    var wakesWhenAsked = true
    var isSubscribed = false
    /// It is subscribed to the prints.
    var hasPrints = false
    var subscribesAt: Nanoseconds?
    var queue: [Parcel] = []
    var dropsNext = false
    var repeatsNext = false
    var corruptsNext = false
    var corruptsPrints = false
    private var lastDue = Nanoseconds.zero

    /// Sends `content` off; it arrives in order.
    mutating func send(
        _ content: Parcel.Content,
        _ now: Nanoseconds,
        _ venueNow: Nanoseconds,
        _ random: inout SplitMix64
    ) {
        if isFrozen { return }
        let noise = Int64(random.uniform() * Double(jitter.count))
        let due = max(lastDue, now + delay + Nanoseconds(noise))
        lastDue = due
        queue.append(Parcel(due: due, publishedAt: venueNow, content: content))
    }

    /// The connection is gone, and everything on it.
    mutating func end() {
        phase = .none
        queue = []
        lastDue = .zero
        isFrozen = false
        isMute = false
        isSubscribed = false
        hasPrints = false
        subscribesAt = nil
        stalledUntil = .zero
        dropsNext = false
        repeatsNext = false
        corruptsNext = false
        corruptsPrints = false
    }
}

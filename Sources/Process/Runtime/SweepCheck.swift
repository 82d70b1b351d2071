internal import Orders
internal import Units

/// Makes sure, after a halt, that nothing is left of what was open: each order is asked for by
/// name, and cancelled by REST should the venue still have it.
///
/// The venue's word counts, not what messages told: a halted session ends when every order was
/// answered for, or when that takes too long, which is told.
struct SweepCheck: ~Copyable {
    /// An order that was open when everything was halted.
    private struct Entry: BitwiseCopyable {
        var child: ChildID
        var sentAt: Nanoseconds
        var nextAt: Nanoseconds
        var isAnswered = false
        /// The venue still had it when it was last asked, and took its cancel.
        var wasOpen = false
    }

    /// How long the answers may take once the parents have ended.
    private static let patience = Nanoseconds.seconds(5)
    /// How long until the venue is asked, which lets the cancel arrive first, and asked again.
    private static let interval = Nanoseconds.milliseconds(250)
    private static let capacity = 64

    private let entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    private var giveUpAt: Nanoseconds?

    init() { entries = .allocate(capacity: SweepCheck.capacity) }

    deinit { entries.deallocate() }

    /// Notes an order that is to be gone.
    mutating func note(_ child: ChildOrder, _ now: Nanoseconds) {
        for i in 0..<count where entries[i].child == child.id { return }
        guard count < SweepCheck.capacity else { return }
        (entries + count).initialize(
            to: Entry(child: child.id, sentAt: child.sentAt, nextAt: now + SweepCheck.interval)
        )
        count &+= 1
    }

    /// The next order to ask about now; nil when none is due.
    mutating func question(_ now: Nanoseconds) -> ReconcilerQuestion? {
        for i in 0..<count where !entries[i].isAnswered && now >= entries[i].nextAt {
            entries[i].nextAt = now + SweepCheck.interval + SweepCheck.interval
            return .withdraw(entries[i].child, sentAt: entries[i].sentAt)
        }
        return nil
    }

    /// The venue had the order still, and took its cancel: it is looked at once more.
    mutating func found(_ child: ChildID) {
        for i in 0..<count where entries[i].child == child { entries[i].wasOpen = true }
    }

    /// A question about `child` was answered in full.
    mutating func answered(_ child: ChildID) {
        for i in 0..<count where entries[i].child == child {
            entries[i].isAnswered = !entries[i].wasOpen
            entries[i].wasOpen = false
        }
    }

    /// Orders that nobody has answered for.
    var unanswered: Int {
        var open = 0
        for i in 0..<count where !entries[i].isAnswered { open &+= 1 }
        return open
    }

    /// Whether the session has to wait for answers although its parents have ended.
    mutating func isWaiting(_ now: Nanoseconds) -> Bool {
        if unanswered == 0 { return false }
        let end = giveUpAt ?? now + SweepCheck.patience
        giveUpAt = end
        return now < end
    }
}

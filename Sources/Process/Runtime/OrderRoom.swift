public import Engine
internal import Units

/// For how many orders, and as many fills, a session has room: memory of fixed size, asked for
/// once.
struct OrderRoom: Equatable {
    /// The least and the most that is asked for. An order and a fill take about a kilobyte once
    /// they are there, so that the most are a gigabyte, of which a tenth is taken at once.
    static let least = 65_536
    static let most = 1 << 20

    /// What is asked for.
    let orders: Int
    /// What a parent of its time would need that sent an order with every request it may.
    let wanted: Int

    init(for time: Nanoseconds, perSecond: Int64, most: Int = OrderRoom.most) {
        let seconds = max(0, time.count) / 1_000_000_000 + 1
        let (wanted, overflows) = seconds.multipliedReportingOverflow(by: max(1, perSecond))
        self.wanted = overflows ? .max : Int(wanted)
        orders = min(max(self.wanted, OrderRoom.least), most)
    }

    /// What the operator should know at the start; nil where there is room for all.
    var notice: String? {
        if wanted <= orders { return nil }
        return "there is room for \(orders) orders and as many fills, and in its time the parent "
            + "may send \(wanted): should the room be used up it ends early, which is told before"
    }
}

/// Tells a person, before it comes to that, that the room for orders and fills runs out.
///
/// Fed with the published progress from a cold thread.
public struct RoomNotices: Sendable {
    /// When it is told, in thousandths that are used.
    static let marks = [750, 950]

    private var told = 0

    /// Nothing told yet.
    public init() {}

    /// Takes the progress of this moment.
    ///
    /// - Returns: what is to be told; nil for nothing.
    public mutating func text(_ now: ParentProgress) -> String? {
        let passed = RoomNotices.marks.count { now.roomUsedPerMille >= $0 }
        guard passed > told else { return nil }
        told = passed
        return "\(now.roomUsedPerMille / 10) % of the room for \(now.room) orders and their fills "
            + "is used: when it is full nothing new leaves and the parent ends. Start another for "
            + "the rest then"
    }
}

import Orders
import Units

/// A venue with one order of ours, small enough that all it can do and say is tried.
///
/// It says what it does on three channels that keep their order, but not among each other:
/// replies, order updates, executions. A fourth carries the answers to questions, which are
/// snapshots of the moment they were asked in.
struct VenueModel: Hashable {
    enum Stage: Hashable {
        /// On its way; it may yet arrive.
        case underWay
        /// Too old to be taken any more; it never arrived.
        case expired
        /// On the book.
        case open
        /// Ended: filled, cancelled or refused.
        case ended
    }

    enum Channel: Int, CaseIterable {
        case replies
        case updates
        case executions
        case answers
    }

    static let lots: Int64 = 3

    var stage = Stage.underWay
    var lots = VenueModel.lots
    var price: Int64 = 100
    var filled: Int64 = 0
    /// Lots of each fill so far.
    var fills: [Int64] = []
    var status = OrderStatus.new
    var changes: Int64 = 0
    /// Lots that an amend under way asks for.
    var amend: Int64?
    var isCancelUnderWay = false
    var channels: [[OrderEvent]] = [[], [], [], []]

    /// The most the order could have filled in the end, from here on.
    var worst: Int64 {
        switch stage {
        case .underWay, .open: max(lots, amend ?? 0)
        case .expired: 0
        case .ended: filled
        }
    }

    /// A number for the hash of a world: the lengths of its channels and how far it has come.
    var digest: Int64 {
        var sum = filled
        for part in [changes, lots, amend ?? 0, isCancelUnderWay ? 1 : 0] { sum = sum &* 8 &+ part }
        for channel in channels { sum = sum &* 8 &+ Int64(channel.count) }
        for part in fills { sum = sum &* 8 &+ part }
        return sum
    }

    // MARK: What it can do

    /// Every venue that this one can be a moment later, by its own doing.
    var successors: [VenueModel] {
        var next: [VenueModel] = []
        switch stage {
        case .underWay:
            next.append(after { $0.arrive() })
            next.append(after { $0.refuse() })
            next.append(after { $0.stage = .expired })
        case .open:
            for part in [1, lots - filled] where fills.count < 2 && part <= lots - filled {
                if part != 1 || lots - filled > 1 || part == lots - filled {
                    next.append(after { $0.fill(part) })
                }
            }
        case .expired, .ended: break
        }
        // Requests come in over one connection, behind the place.
        if stage != .underWay {
            if amend != nil { next.append(after { $0.takeAmend() }) }
            if isCancelUnderWay { next.append(after { $0.takeCancel() }) }
        }
        return next
    }

    private func after(_ act: (inout VenueModel) -> Void) -> VenueModel {
        var copy = self
        act(&copy)
        return copy
    }

    private mutating func arrive() {
        stage = .open
        say(.replies, Story.reply(.place, .accepted))
        state()
    }

    private mutating func refuse() {
        stage = .ended
        status = .rejected
        say(.replies, Story.reply(.place, .refused))
    }

    private mutating func fill(_ part: Int64) {
        fills.append(part)
        filled += part
        status = filled == lots ? .filled : .partiallyFilled
        if filled == lots { stage = .ended }
        say(.executions, execution(fills.count - 1))
        state()
    }

    private mutating func takeAmend() {
        defer { amend = nil }
        guard stage == .open, let wanted = amend else {
            return say(.replies, Story.reply(.amend, .alreadyFinished))
        }
        guard wanted > filled else { return say(.replies, Story.reply(.amend, .refused)) }
        lots = wanted
        price = 101
        say(.replies, Story.reply(.amend, .accepted))
        state()
    }

    private mutating func takeCancel() {
        isCancelUnderWay = false
        guard stage == .open else {
            say(.replies, Story.reply(.cancel, .alreadyFinished))
            // A cancel that lost to a fill is told as a second `Filled`.
            if status == .filled { state(.cancelTooLate) }
            return
        }
        stage = .ended
        status = .cancelled
        say(.replies, Story.reply(.cancel, .accepted))
        state(.byUser)
    }

    // MARK: What it says

    /// Answers a question: what it knows at this moment, or that it never had the order.
    mutating func answer() {
        switch stage {
        case .expired: say(.answers, .absent(Story.child))
        case .underWay: break
        case .open, .ended:
            // A refused order is no order: the venue does not list it.
            if status == .rejected { return say(.answers, .absent(Story.child)) }
            say(.answers, statement(.none))
            for i in fills.indices { say(.answers, execution(i)) }
        }
    }

    private mutating func state(_ reason: OrderEndReason = .none) {
        changes += 1
        say(.updates, statement(reason))
    }

    private mutating func say(_ channel: Channel, _ event: OrderEvent) {
        channels[channel.rawValue].append(event)
    }

    private func statement(_ reason: OrderEndReason) -> OrderEvent {
        Story.update(
            status,
            filled: filled,
            lots: lots,
            price: price,
            at: 10 + changes,
            reason: reason
        )
    }

    private func execution(_ index: Int) -> OrderEvent {
        Story.fill("\(index)", fills[index])
    }
}

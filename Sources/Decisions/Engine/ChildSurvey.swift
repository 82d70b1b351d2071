internal import Algos
internal import Orders
internal import Units

/// What one look at a parent's few live children finds: all that its turn asks of them.
struct ChildSurvey: BitwiseCopyable {
    /// Fills and everything in flight: what the parent has spent of its quantity.
    var committed: Quantity
    /// Fills, plus fills the venue has counted and not yet told.
    var filled: Quantity
    /// What takers in flight may still fill.
    var takerLeaves = Quantity.zero
    /// The order that rests, if one does.
    var resting: RestingChild?
    /// The order that rests and may be moved or withdrawn, by number.
    var movable: Int?
    /// When the venue last changed it, by its clock.
    var movableChangedAt = Nanoseconds.zero
    /// Since when the oldest of the answers that are due has been waited for.
    var oldestRequest: Nanoseconds?
    /// Whether what became of a request is unknown, so that nothing else is sent for the parent.
    var isUncertain = false
    /// Whether a child is to be taken off: an answer will not come any more, or none asked for it.
    var wantsReclaiming = false
}

extension Engine {
    /// Looks at the parent's children, once a turn.
    @inline(__always)
    mutating func survey(_ slot: Int, _ now: Nanoseconds) -> ChildSurvey {
        let settled = parents[slot].settled
        var survey = ChildSurvey(committed: settled, filled: settled)
        for i in 0..<parents[slot].live.count {
            let number = parents[slot].live[i]
            let child = orders[number]
            let filled = max(child.filled, child.reported)
            let committed = child.committed
            survey.committed += committed
            survey.filled += filled
            if child.state == .ended { continue }
            survey.isUncertain = survey.isUncertain || child.isUncertain || child.isUnbidden
            if child.awaitsAnswer {
                let oldest = survey.oldestRequest ?? child.requestedAt
                survey.oldestRequest = min(oldest, child.requestedAt)
                survey.wantsReclaiming = survey.wantsReclaiming || isOverdue(child, now)
            }
            if child.isUnbidden && child.acceptsRequest { survey.wantsReclaiming = true }
            let leaves = committed - filled
            if child.timeInForce == .postOnly {
                let accepts = child.acceptsRequest
                if accepts && survey.movable == nil {
                    survey.movable = number
                    survey.movableChangedAt = child.updatedAt
                }
                survey.resting = RestingChild(
                    price: child.requestedPrice,
                    leaves: leaves,
                    acceptsRequest: accepts && child.state == .working
                )
            } else {
                survey.takerLeaves += leaves
            }
        }
        // What is reclaimed is uncertain.
        survey.isUncertain = survey.isUncertain || survey.wantsReclaiming
        return survey
    }

    /// Gives up on answers that are overdue and asks for the order to be taken off: a cancel is
    /// harmless when the order never arrived, a second order would not be.
    mutating func reclaimOverdue(
        _ slot: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        for i in 0..<parents[slot].live.count {
            let number = parents[slot].live[i]
            let child = orders[number]
            if child.awaitsAnswer && isOverdue(child, now) {
                orders[number].answerOverdue()
                cancel(number, slot, now, &commands)
            } else if child.isUnbidden && child.acceptsRequest {
                cancel(number, slot, now, &commands)
            }
        }
    }

    /// Whether the answer that `child` awaits will not come any more.
    @inline(__always)
    private mutating func isOverdue(_ child: ChildOrder, _ now: Nanoseconds) -> Bool {
        if now.count - child.requestedAt.count > configuration.answerTimeout.count { return true }
        // What a lost order connection left open is taken off as soon as there is another.
        return canSend && child.isUncertain && !child.isCancelInFlight
            && child.requestedAt < canSendSince
    }
}

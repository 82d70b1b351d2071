internal import Units

extension Exchange {
    /// What is wrong with the state, in words; nil when nothing is. For tests.
    ///
    /// - Complexity: O(all orders ever placed).
    public var brokenInvariant: String? {
        if let bid = best(.buy), let ask = best(.sell), bid >= ask {
            return "crossed: bid \(bid.ticks), ask \(ask.ticks)"
        }
        var net: Int64 = 0
        var billed = Amount.zero
        for order in resting + ended.values {
            if order.filled > order.quantity { return "order \(order.number) is over-filled" }
            if order.ahead.lots < 0 { return "order \(order.number) has a negative queue" }
            net += order.side.sign * order.filled.lots
            billed += order.fees
        }
        if net != position.net.lots { return "position \(position.net.lots), fills \(net)" }
        if billed != feesPaid { return "fees \(feesPaid.billionths), fills \(billed.billionths)" }
        for order in resting where order.status.isTerminal || order.leaves.lots <= 0 {
            return "order \(order.number) has ended and rests"
        }
        for order in resting where reduces(order) {
            let others = reducible(order.side, order.positionIndex, without: order.number)
            if order.leaves > others { return "order \(order.number) reduces more than is held" }
        }
        return nil
    }
}

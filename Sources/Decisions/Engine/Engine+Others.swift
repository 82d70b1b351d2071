internal import Orders
internal import Units

/// What others trade, while messages about the same trade come in any order.
extension Engine {
    /// How much of what counts as others' volume may be ours: once a turn of all parents, for none
    /// of their commands can be filled before the next.
    mutating func doubt(_ market: Int, _ now: Nanoseconds) -> Int64 {
        if markets[market].doubtTurn != turn {
            markets[market].doubtTurn = turn
            markets[market].doubt = reckonDoubt(market, now)
        }
        return markets[market].doubt
    }

    @inline(never)
    private mutating func reckonDoubt(_ market: Int, _ now: Nanoseconds) -> Int64 {
        if configuration.neglects.contains(.ownPrints) { return 0 }
        var bought = OwnLeaves(aggressor: .buy)
        var sold = OwnLeaves(aggressor: .sell)
        // A print may fit several orders, and is no more than one's: what fits each, and what fits
        // all of them together, are both bounds.
        var sum: Int64 = 0
        let patience = markets[market].ownPrints.patience
        for i in 0..<markets[market].parentCount {
            let slot = Int(markets[market].parents[i])
            for j in 0..<parents[slot].live.count {
                let child = orders[parents[slot].live[j]]
                if child.leaves.lots == 0 { continue }
                bought.add(child, patience: patience, now: now)
                sold.add(child, patience: patience, now: now)
                for aggressor in 0..<2 {
                    var alone = OwnLeaves(aggressor: aggressor == 0 ? .buy : .sell)
                    alone.add(child, patience: patience, now: now)
                    let each = markets[market].ownPrints.doubt(alone)
                    sum = sum > .max - each ? .max : sum + each
                }
            }
        }
        if sum == 0 { return 0 }
        let (both, overflows) = markets[market].ownPrints.doubt(bought)
            .addingReportingOverflow(markets[market].ownPrints.doubt(sold))
        return min(sum, overflows ? .max : both)
    }

    /// Takes a fill of ours out of what others have traded, once its print is there.
    mutating func noteOwnPrint(_ fill: Execution, _ market: Int, _ now: Nanoseconds) {
        guard let print = markets[market].ownPrints.filled(fill, now) else { return }
        let lots = fill.quantity.lots
        markets[market].othersRate.remove(lots, added: print.printedAt, now: now)
        // A parent that began after the print has counted it among what others had printed before.
        for i in 0..<markets[market].parentCount {
            let slot = Int(markets[market].parents[i])
            guard parents[slot].arrivedAt != nil, print.sequence < parents[slot].startPrint else {
                continue
            }
            parents[slot].startPrinted.lots &-= lots
            parents[slot].startPrintedNotional.tickLots &-=
                Notional(fill.price, fill.quantity).tickLots
        }
    }
}

internal import Algos
internal import Orders
internal import Units

extension Engine {
    /// Cancels what is open, waits for the venue's last word on each child, then ends the parent.
    mutating func unwind(
        _ slot: Int,
        _ market: Int,
        _ now: Nanoseconds,
        _ commands: inout CommandBuffer
    ) {
        // Nothing more becomes due, but fills may still be told.
        if parents[slot].arrivedAt != nil { recordDeviation(slot, parents[slot].target) }
        reclaimOverdue(slot, now, &commands)
        for i in 0..<parents[slot].live.count {
            let number = parents[slot].live[i]
            let child = orders[number]
            if child.state != .ended && !child.isCancelInFlight && !child.isEndExpected
                && !child.isUncertain
            {
                cancel(number, slot, now, &commands)
            }
        }
        let waited = now.count - parents[slot].stoppingSince.count
        if parents[slot].live.isEmpty {
            finish(slot, market, finalState(slot), now)
        } else if waited > configuration.stopTimeout.count {
            // Nothing was said for long enough, by whatever connection is left. What is left cannot
            // be known from here; the report names each such child, and counts fees untold.
            finish(slot, market, isSettled(slot) ? finalState(slot) : .halted, now)
        }
    }

    /// Whether nothing but fees is left to be told.
    private mutating func isSettled(_ slot: Int) -> Bool {
        for i in 0..<parents[slot].live.count {
            if !orders[parents[slot].live[i]].isSettled { return false }
        }
        return true
    }

    private func finalState(_ slot: Int) -> ParentState {
        if parents[slot].filled == parents[slot].order.quantity { return .completed }
        switch parents[slot].stopReason {
        case .flat: return .completed
        case .none, .timeUp, .residueTooSmall: return .expired
        case .operatorRequest, .killSwitch: return .cancelled
        case .marketDataLost, .privateStreamLost, .orderConnectionLost, .capacityReached,
            .venueRefuses, .lossLimit, .parentTooLarge, .parentTooSmall, .uncountableFill,
            .unexplainedFill,
            .journalLost, .positionDiffers, .stepsChanged:
            return .halted
        }
    }

    mutating func finish(
        _ slot: Int,
        _ market: Int,
        _ state: ParentState,
        _ now: Nanoseconds
    ) {
        parents[slot].state = state
        parents[slot].finishedAt = now
        parents[slot].bandTime.end(latest)
        parents[slot].endPrinted = markets[market].othersPrinted
        // What was in doubt is told by now: what the rate called for after all.
        if case .pov = parents[slot].plan.schedule, parents[slot].arrivedAt != nil {
            let others =
                parents[slot].endPrinted.lots &- parents[slot].startPrinted.lots
            parents[slot].target = parents[slot].plan.schedule.target(
                parents[slot].order,
                now: now,
                othersLots: others
            )
        }
        parents[slot].endPrintedNotional = markets[market].othersPrintedNotional
        parents[slot].unseenPrints = markets[market].ownPrints.unseen
        parents[slot].endMidHalfTicks = markets[market].midHalfTicks
    }
}

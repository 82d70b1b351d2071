internal import Orders
internal import Units
internal import Venues

/// What is done for a hot thread that stands still: nobody else can take its orders off the book.
extension Reconciler {
    /// Between two looks at the open orders: one that was under way may have arrived.
    private static let recheck = Nanoseconds.seconds(1)

    /// Looks whether the hot thread moves.
    func keepWatch() {
        guard !pulse.hasEnded else { return }
        let now = clock()
        switch watch.look(pulse.turns, now) {
        case .alive:
            break
        case .stalled:
            stalls.stalls += 1
            emptyLooks = 0
            nextWithdrawal = now
            notice?(
                "the hot thread has not moved for \(watch.patience.inSeconds) s: "
                    + "its orders are taken off"
            )
        case .standing:
            break
        case .back(let after):
            stalls.longest = max(stalls.longest, after)
            notice?("the hot thread moves again after \(after.inSeconds) s")
        }
    }

    /// While the hot thread stands still: takes off what is open, and looks again until twice in a
    /// row nothing was.
    func relieve() {
        guard watch.isStalled, emptyLooks < 2, clock() >= nextWithdrawal else { return }
        isRelieving = true
        isUrgent = true
        defer { (isRelieving, isUrgent) = (false, false) }
        do throws(SessionError) {
            emptyLooks = try withdrawEverything() == 0 ? emptyLooks + 1 : 0
        } catch {
            // No connection, or a pause that the venue asked for: again in a moment.
            emptyLooks = 0
        }
        nextWithdrawal = clock() + Reconciler.recheck
    }

    /// Cancels every open order of this session; the symbol's orders at a stroke where all of them
    /// are its own.
    ///
    /// - Returns: how many were open.
    private func withdrawEverything() throws(SessionError) -> Int {
        var own: [OrderUpdate] = []
        let foreign = try openOrders { (update) throws(SessionError) in
            if !update.status.isTerminal { own.append(update) }
        }
        if own.isEmpty { return 0 }
        if foreign == 0 {
            // Counted by the venue in a budget of its own, of which the engine spends nothing.
            _ = try call(
                "order/cancel-all",
                requests.cancelAll(
                    instrument.category,
                    symbol: instrument.symbol,
                    at: venueNow
                )
            )
        } else {
            for update in own { _ = try cancel(update.child) }
        }
        stalls.withdrawn += own.count
        return own.count
    }
}

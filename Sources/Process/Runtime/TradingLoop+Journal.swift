internal import CLinux
internal import Engine
internal import Orders
internal import Telemetry
internal import Units

extension TradingLoop {
    /// Puts the step's commands on record, and sends those that may leave, in order.
    mutating func send(receivedTicks: UInt64, now: Nanoseconds) {
        // All of them first: what becomes of one is an event, which must not come between them.
        var leaving: UInt64 = 0
        var refusing: UInt64 = 0
        var isWaiting = false
        for i in 0..<commands.count {
            switch journal.admit(
                commands[i],
                isBatched: commands.isBatched(i),
                receivedTicks: receivedTicks,
                bookEpoch: engine.bookEpoch(instrument.id),
                now: now
            ) {
            case .leave: leaving |= 1 << UInt64(i)
            case .hold: isWaiting = true
            case .refuse: refusing |= 1 << UInt64(i)
            }
        }
        for i in 0..<commands.count {
            let command = commands[i]
            let isBatched = commands.isBatched(i)
            if leaving & (1 << UInt64(i)) != 0 {
                if !withdrawHeld(command) {
                    send(command, isBatched: isBatched, receivedTicks: receivedTicks)
                }
            } else if refusing & (1 << UInt64(i)) != 0 {
                refused(command, as: .refused)
            }
        }
        flushBatch()
        if isWaiting { journal.hurry() }
    }

    /// What the journal asks for at every turn: orders whose records are durable leave; when it
    /// fails, nothing new does, what is open is cancelled, and the parent halts. While its disk
    /// hangs nothing new leaves.
    mutating func keepJournal(_ now: Nanoseconds) {
        if journal.hasFailed() {
            withdrawHeld()
            step(.link(.journalDown), now)
        }
        switch journal.lookAtDisk(now) {
        case .alive, .standing: break
        case .stalled:
            withdrawHeld()
            step(.link(.journalStalled), now)
        case .back:
            step(.link(.journalUp), now)
        }
        if journal.held.count == 0 { return }
        // Decided before a halt or a stop. Its cancel would withdraw it, and may have to wait.
        if isEnding { return withdrawHeld() }
        let epoch = engine.bookEpoch(instrument.id)
        while let old = journal.held.takeStale(now, clock, bookEpoch: epoch) {
            refused(old.command, as: .refused)
        }
        let durable = journal.durableSequence
        while let held = journal.held.takeFirst(upTo: durable) {
            latencies.record(.durable, sluice_ticks() &- held.heldTicks)
            send(held.command, isBatched: held.isBatched, receivedTicks: held.receivedTicks)
        }
        flushBatch()
    }

    /// What waits for the disk never leaves: what it was decided on holds no more.
    mutating func withdrawHeld() {
        while let held = journal.held.takeFirst(upTo: .max) {
            refused(held.command, as: .refused)
        }
    }

    /// A cancel overtakes what waits for the disk: what is held for its child never leaves.
    ///
    /// - Returns: whether the child itself was held, so that there is nothing to cancel.
    private mutating func withdrawHeld(_ command: OrderCommand) -> Bool {
        guard journal.held.count > 0, case .cancel(let cancel) = command else { return false }
        var wasHeld = false
        while let held = journal.held.takeFirst(of: cancel.child) {
            if case .place = held.command { wasHeld = true }
            refused(held.command, as: .refused)
        }
        return wasHeld
    }
}

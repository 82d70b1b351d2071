internal import Engine
internal import Orders
internal import Units

/// An engine in hand, with its one parent and its journal: what the hot loop works on.
struct SessionWork: ~Copyable {
    var engine: Engine
    var journal: SessionJournal
    /// Connections that are open already; nil when all of them are down.
    let links: Links?
    /// What the engine is told first.
    let beginning: [EngineEvent]
    /// Whether another process has worked on it before.
    let isRestart: Bool
    /// When the session began.
    let startedAt: Nanoseconds
}

extension SessionWork {
    /// Puts on record what the engine said last, which its process did not come to record.
    ///
    /// Where an order waits for its record, and the record is whole, it never left, and the engine
    /// is told so; elsewhere, and of a cancel, only the venue can tell.
    mutating func record(unrecorded commands: [OrderCommand], isWhole: Bool, now: Nanoseconds) {
        for command in commands { journal.record(command, now: now) }
        for command in commands where isWhole {
            if case .cancel = command { continue }
            let reply = OrderEvent.reply(.refused(command))
            journal.record(.order(reply), isObservedOnly: true, now: now)
            engine.observe(.order(reply), now: now)
        }
    }
}

extension OrderReply {
    /// To the engine a command that did not leave is one that the venue refused, or of which only
    /// the venue knows.
    static func refused(_ command: OrderCommand, as outcome: Outcome = .refused) -> OrderReply {
        OrderReply(
            operation: command.operation,
            child: command.child,
            outcome: outcome,
            remedy: outcome == .unknown ? .reconcile : .retry,
            code: 0,
            orderID: .none
        )
    }
}

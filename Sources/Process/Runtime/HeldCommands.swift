internal import Orders
internal import Telemetry
internal import Units

/// Orders that wait until their records are durable, oldest first. Fixed capacity.
struct HeldCommands: ~Copyable {
    static let capacity = 256

    struct Held: BitwiseCopyable {
        var command: OrderCommand
        /// The number of its record.
        var sequence: UInt64
        /// When the message that caused it was received; 0 for none.
        var receivedTicks: UInt64
        /// Whether the batches' budget has paid for it.
        var isBatched: Bool
        /// When it began to wait.
        var heldTicks: UInt64
        /// How often the book had been lost when it was decided.
        var bookEpoch: UInt32
    }

    private let slots: UnsafeMutablePointer<Held>
    private(set) var count = 0

    init() { slots = .allocate(capacity: HeldCommands.capacity) }

    deinit { slots.deallocate() }

    var isFull: Bool { count == HeldCommands.capacity }

    /// - Precondition: not full.
    mutating func append(_ held: Held) {
        precondition(!isFull, "HeldCommands: full; ask first")
        (slots + count).initialize(to: held)
        count &+= 1
    }

    /// Takes the oldest whose record is `durable` or older.
    mutating func takeFirst(upTo durable: UInt64) -> Held? {
        guard count > 0, slots[0].sequence <= durable else { return nil }
        return remove(at: 0)
    }

    /// Takes one whose book was lost since, or that has waited for too long: what it was decided on
    /// holds no more.
    mutating func takeStale(
        _ now: Nanoseconds,
        _ clock: TickClock,
        bookEpoch: UInt32
    ) -> Held? {
        for i in 0..<count {
            let waited = now - clock.time(slots[i].heldTicks)
            if slots[i].bookEpoch != bookEpoch || waited > slots[i].command.longestWait {
                return remove(at: i)
            }
        }
        return nil
    }

    /// Takes the oldest for `child`.
    mutating func takeFirst(of child: ChildID) -> Held? {
        for i in 0..<count where slots[i].command.child == child { return remove(at: i) }
        return nil
    }

    /// Few wait at any time, so closing the row costs little.
    private mutating func remove(at index: Int) -> Held {
        let held = slots[index]
        count &-= 1
        for i in index..<count { slots[i] = slots[i &+ 1] }
        return held
    }
}

extension OrderCommand {
    /// How long it may wait to leave: one that takes holds for the book that it was decided on, one
    /// that rests for its price.
    var longestWait: Nanoseconds {
        guard case .place(let order) = self else { return .seconds(1) }
        return switch order.timeInForce {
        case .immediateOrCancel, .fillOrKill: .milliseconds(100)
        case .goodTillCancel, .postOnly: .seconds(1)
        }
    }
}

internal import Orders

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

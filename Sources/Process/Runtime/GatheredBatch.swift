internal import Orders
internal import Venues

/// The commands of one batch, until it is full or the step's commands end.
struct GatheredBatch: ~Copyable {
    private let slots: UnsafeMutablePointer<OrderCommand>
    private let capacity: Int
    private var count = 0
    /// Batches that left, and the commands in them.
    var sent = 0
    var sentCommands = 0

    /// Room for as many as the venue takes in one.
    init(capacity: Int) {
        precondition((1...BybitEncoder.batchCount).contains(capacity))
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
    }

    deinit { slots.deallocate() }

    /// What is gathered, in order.
    var commands: UnsafeBufferPointer<OrderCommand> {
        UnsafeBufferPointer(start: slots, count: count)
    }

    /// Whether `command` may join: there is room, and the others ask for the same of the same
    /// instrument.
    func takes(_ command: OrderCommand) -> Bool {
        count == 0
            || count < capacity && slots[0].operation == command.operation
                && slots[0].instrument == command.instrument
    }

    /// - Precondition: `takes(command)`.
    mutating func append(_ command: OrderCommand) {
        precondition(count < capacity)
        (slots + count).initialize(to: command)
        count &+= 1
    }

    mutating func removeAll() { count = 0 }
}

public import Orders

/// The commands of one step, in the order they are to leave. Fixed capacity.
public struct CommandBuffer: ~Copyable {
    private let commands: UnsafeMutablePointer<OrderCommand>
    private let batched: UnsafeMutablePointer<Bool>
    /// Commands it can hold.
    public let capacity: Int
    /// Commands held.
    public private(set) var count = 0

    /// Room for `capacity` commands a step; a step that wants more goes on at the next event.
    public init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        commands = .allocate(capacity: capacity)
        batched = .allocate(capacity: capacity)
    }

    deinit {
        commands.deallocate()
        batched.deallocate()
    }

    /// Whether no further command fits.
    public var isFull: Bool { count == capacity }

    /// The command at `index`.
    public subscript(index: Int) -> OrderCommand {
        precondition(index >= 0 && index < count)
        return commands[index]
    }

    /// Whether the command at `index` leaves with its neighbours of the same operation and product
    /// class as one batch: the venue's budget for batches has paid for it.
    public func isBatched(_ index: Int) -> Bool {
        precondition(index >= 0 && index < count)
        return batched[index]
    }

    mutating func batch(_ index: Int) {
        precondition(index >= 0 && index < count)
        batched[index] = true
    }

    /// Forgets the commands.
    public mutating func removeAll() { count = 0 }

    mutating func append(_ command: OrderCommand) {
        precondition(count < capacity, "CommandBuffer: full; ask isFull first")
        (commands + count).initialize(to: command)
        (batched + count).initialize(to: false)
        count &+= 1
    }
}

public import Units

/// Every child of this process, by number, and the executions counted for them.
///
/// - Complexity: O(1) for each event; never allocates after `init`.
public struct OrderTable: ~Copyable {
    /// What an order event changed.
    public enum Change: Sendable {
        /// The child at this number took something in.
        case child(number: Int)
        /// A new fill of the child at this number: the only way a parent's fills grow.
        case fill(number: Int)
        /// The fee of a fill that was counted without one, and by how much the part that rested
        /// changes with it. No quantity is counted.
        case completion(number: Int, rested: Quantity)
        /// A repeat of what is known.
        case duplicate
        /// No child of ours: another session's, or another program's.
        case foreign
        /// A statement whose quantities cannot be true; nothing was changed.
        case unusable
        /// A fill that cannot be told from a repeat (no id, or the log is full) or cannot be true
        /// (no quantity or an absurd one, the other side). It was NOT counted:
        /// trading must stop.
        case uncountable
    }

    private let children: UnsafeMutablePointer<ChildOrder>
    private var executions: ExecutionLog
    private var index: OrderIndex
    /// Σ lots of the fills counted: no sum of them can be larger.
    private var lotsTold: Int64 = 0
    /// Children the table can hold over the life of the process.
    public let capacity: Int
    /// Children so far.
    public private(set) var count = 0

    /// A table for `children` children and `executions` fills.
    public init(children capacity: Int, executions executionCapacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        children = .allocate(capacity: capacity)
        executions = ExecutionLog(capacity: executionCapacity)
        index = OrderIndex(capacity: capacity)
    }

    deinit { children.deallocate() }

    /// Whether no further child may be opened: it would not fit, or its fills might not.
    public var isFull: Bool { count == capacity || executions.isNearlyFull }

    /// How much of it is used, in thousandths: at 1,000 no further child may be opened.
    public var usedPerMille: Int { max(count * 1_000 / capacity, executions.usedPerMille) }

    /// The number the next child will carry.
    public var nextNumber: UInt32 { UInt32(truncatingIfNeeded: count) }

    /// Records a child before it leaves: a fill may overtake every answer.
    public mutating func open(_ child: ChildOrder) {
        precondition(count < capacity && child.id.number == nextNumber, "OrderTable: in sequence")
        (children + count).initialize(to: child)
        count &+= 1
    }

    /// The child at `number`.
    public subscript(number: Int) -> ChildOrder {
        unsafeAddress {
            precondition(number >= 0 && number < count)
            return UnsafePointer(children + number)
        }
        unsafeMutableAddress {
            precondition(number >= 0 && number < count)
            return children + number
        }
    }

    /// Whether `id` was counted as an execution of the child with that number.
    public func hasCounted(_ id: ExternalID, of child: UInt32) -> Bool {
        executions.contains(id, of: child)
    }

    /// Whether the fee of `id`, an execution of the child with that number, is still to be told.
    public func awaitsFee(_ id: ExternalID, of child: UInt32) -> Bool {
        executions.awaitsFee(id, of: child)
    }

    /// Takes in one event: finds the child, drops repeats, moves the child on.
    ///
    /// Who adopts an order says when: `open` takes it on, here it is foreign.
    public mutating func apply(_ event: OrderEvent) -> Change {
        switch event {
        case .adopted: return .foreign
        case .reply(let reply):
            guard let number = find(reply.child) else { return .foreign }
            let known = children[number].orderID
            children[number].apply(reply)
            note(number, known)
            return .child(number: number)
        case .update(let update):
            guard let number = find(update.child) else { return .foreign }
            guard update.isCredible else { return .unusable }
            let before = children[number]
            children[number].apply(update)
            note(number, before.orderID)
            let isRepeat =
                before.state == .ended && children[number].state == .ended
                && children[number].reported == before.reported
            return isRepeat ? .duplicate : .child(number: number)
        case .execution(let execution):
            guard let number = find(execution) else { return .foreign }
            guard execution.isCredible(of: children[number]),
                lotsTold + execution.quantity.lots < 1 << 61
            else { return .uncountable }
            let known = children[number].orderID
            defer { note(number, known) }
            let tellsFee = execution.feeCoin != .untold
            switch executions.insert(
                execution.id,
                of: UInt32(truncatingIfNeeded: number),
                tellsFee: tellsFee,
                isMaker: execution.isMaker
            ) {
            case .duplicate: return .duplicate
            case .full: return .uncountable
            case .counted:
                lotsTold += execution.quantity.lots
                children[number].apply(execution)
                return .fill(number: number)
            case .completes(let wasMaker):
                let rested = children[number].complete(execution, wasMaker: wasMaker)
                return .completion(number: number, rested: rested)
            }
        case .absent(let child):
            guard let number = find(child) else { return .foreign }
            children[number].applyAbsence()
            return .child(number: number)
        }
    }

    /// Makes a child findable by its venue's id once that is told.
    private mutating func note(_ number: Int, _ known: ExternalID) {
        if known.isEmpty && !children[number].orderID.isEmpty {
            index.enter(children[number].orderID, number)
        }
    }

    private func find(_ execution: Execution) -> Int? {
        guard execution.child == .unnamed else { return find(execution.child) }
        guard !execution.orderID.isEmpty else { return nil }
        return index.find(execution.orderID) { children[$0].orderID == execution.orderID }
    }

    private func find(_ id: ChildID) -> Int? {
        let number = Int(id.number)
        guard number < count, children[number].id == id else { return nil }
        return number
    }
}

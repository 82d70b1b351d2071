public import Orders

/// What the reconciler needs to see of our orders. It only reads.
extension Engine {
    /// Children of a parent that are not settled: a handful at most.
    public mutating func liveCount(of parent: ParentID) -> Int {
        precondition(Int(parent.index) < parentCount)
        return parents[Int(parent.index)].live.count
    }

    /// One of them, by position.
    public mutating func live(_ index: Int, of parent: ParentID) -> ChildOrder {
        precondition(index < liveCount(of: parent))
        return orders[parents[Int(parent.index)].live[index]]
    }

    /// The number that the next child will carry.
    public var nextChild: UInt32 { orders.nextNumber }

    /// The child of that number, which must be one.
    public mutating func child(_ number: UInt32) -> ChildOrder { orders[Int(number)] }

    /// What `event`, the venue's answer to a question, tells that no message has told; nil when all
    /// of it is known.
    public mutating func discrepancy(_ event: OrderEvent) -> Discrepancy? {
        orders.discrepancy(event)
    }
}

/// How what the venue answers to a question differs from what is believed of our orders.
public enum Discrepancy: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// A fill that no message had told.
    case unseenFill
    /// The end of an order that no message had told.
    case unseenEnd
    /// An order on the venue's book whose place, or change, had no outcome so far.
    case unseenState
    /// An order that the venue never had.
    case neverArrived
    /// An order on the venue's book that is believed to have ended.
    case openThoughEnded
    /// The fee of a fill that had been told without one.
    case unseenFee
}

extension OrderTable {
    /// What `event`, the answer to a question, tells that no message has told.
    ///
    /// - Returns: nil when all of it is known, or it is about no child of this process.
    /// - Complexity: O(1).
    public func discrepancy(_ event: OrderEvent) -> Discrepancy? {
        switch event {
        case .execution(let fill):
            guard child(fill.child) != nil else { return nil }
            let number = fill.child.number
            if hasCounted(fill.id, of: number) {
                return awaitsFee(fill.id, of: number) ? .unseenFee : nil
            }
            return .unseenFill
        case .update(let update):
            guard let child = child(update.child) else { return nil }
            if child.state == .ended {
                if !update.status.isTerminal && update.status != .other { return .openThoughEnded }
                return update.filled > child.reported && update.filled > child.filled
                    ? .unseenEnd : nil
            }
            if update.status.isTerminal { return .unseenEnd }
            let isKnown =
                child.state == .working && !child.isUncertain && update.updatedAt <= child.updatedAt
            return isKnown || update.status == .other ? nil : .unseenState
        case .absent(let id):
            guard let child = child(id) else { return nil }
            return child.state == .ended ? nil : .neverArrived
        case .reply, .adopted:
            return nil
        }
    }

    private func child(_ id: ChildID) -> ChildOrder? {
        let number = Int(id.number)
        return number < count && self[number].id == id ? self[number] : nil
    }
}

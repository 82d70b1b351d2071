internal import Units

/// Whether statements of the venue can be true: what cannot is not believed, by any way it comes.
extension OrderUpdate {
    /// Whether its quantities can be summed without overflow, and an order that stands has a size
    /// of which no more than all is filled.
    public var isCredible: Bool {
        quantity.isCredible && filled.isCredible
            && (!status.stands || (quantity.lots > 0 && filled <= quantity))
    }
}

extension Execution {
    /// Whether it can be counted, and once, as a fill of `child`.
    public func isCredible(of child: ChildOrder) -> Bool {
        !id.isEmpty && side == child.side && quantity.lots > 0 && quantity.isCredible
    }
}

extension Quantity {
    /// Whether it can be summed over all fills of a process without overflow.
    fileprivate var isCredible: Bool { lots >= 0 && self <= .countable }
}
